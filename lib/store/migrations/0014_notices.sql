-- What went wrong and whom it was told to: incidents, and the mail that tells of them.

-- Kinds of notices that an account does not want by mail: comma-separated.
ALTER TABLE account ADD COLUMN notices_off TEXT NOT NULL DEFAULT '';

-- When the status changed while it was known here; null: the template came with it.
ALTER TABLE wa_template ADD COLUMN status_at BIGINT;
CREATE INDEX wa_template_trouble ON wa_template (account_id, id) WHERE status_at IS NOT NULL AND deleted_at IS NULL AND status IN ('REJECTED', 'PAUSED', 'DISABLED');

-- What a look for trouble goes through: only what is in some.
CREATE INDEX instance_unwell ON instance (id) WHERE deleted_at IS NULL AND state IN ('closed', 'restricted');
CREATE INDEX instance_quality ON instance (id) WHERE deleted_at IS NULL AND quality IN ('YELLOW', 'RED');
CREATE INDEX endpoint_failing ON endpoint (failing_since) WHERE deleted_at IS NULL AND enabled = 1 AND failing_since IS NOT NULL;
CREATE INDEX endpoint_disabled ON endpoint (id) WHERE deleted_at IS NULL AND enabled = 0 AND disabled_reason IS NOT NULL;
CREATE INDEX api_key_expiry ON api_key (expires_at) WHERE expires_at IS NOT NULL AND revoked_at IS NULL;
CREATE INDEX account_limited ON account (id) WHERE plan <> 'unlimited';
CREATE INDEX users_operator ON users (id) WHERE role = 'operator' AND disabled_at IS NULL;

-- Something that is the matter with one subject, from when it was found until it was over.
CREATE TABLE incident (
	id TEXT PRIMARY KEY,
	account_id TEXT NOT NULL,
	kind TEXT NOT NULL,			-- instance, quality, template, endpoint, limit, key
	subject TEXT NOT NULL,			-- id of the instance, template, endpoint or key; day, month
	name TEXT NOT NULL,			-- what people call the subject
	state TEXT NOT NULL,			-- closed, restricted, YELLOW, failing, disabled, near, ...
	level BIGINT NOT NULL,			-- how bad it is: 1, 2
	told BIGINT NOT NULL,			-- the worst level that was told by mail; 0: none
	text TEXT NOT NULL,			-- the sentence
	outcome TEXT,				-- how it ended, once it is over
	returns BIGINT NOT NULL DEFAULT 0,	-- how often it came back shortly after it was over
	since BIGINT NOT NULL,
	opened_at BIGINT NOT NULL,
	ended_at BIGINT
);
CREATE UNIQUE INDEX incident_open ON incident (account_id, kind, subject) WHERE ended_at IS NULL;
CREATE INDEX incident_walk ON incident (id) WHERE ended_at IS NULL;
CREATE INDEX incident_subject ON incident (account_id, kind, subject, id);
CREATE INDEX incident_list ON incident (account_id, id);
CREATE INDEX incident_over ON incident (ended_at) WHERE ended_at IS NOT NULL;

-- The outbox. due_at of one in hand is when it counts as left behind.
CREATE TABLE mail (
	id TEXT PRIMARY KEY,
	account_id TEXT NOT NULL,
	incident_id TEXT NOT NULL,
	recipient TEXT NOT NULL,
	subject TEXT NOT NULL,
	body TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
	tries BIGINT NOT NULL DEFAULT 0,
	due_at BIGINT NOT NULL,
	lease_by TEXT,				-- the machine whose worker has it in hand
	answer TEXT,				-- the server's last words
	created_at BIGINT NOT NULL,
	done_at BIGINT
);
CREATE INDEX mail_due ON mail (due_at) WHERE state = 'waiting';
CREATE INDEX mail_leased ON mail (lease_by) WHERE state = 'waiting' AND lease_by IS NOT NULL;
CREATE INDEX mail_incident ON mail (incident_id);
CREATE INDEX mail_done ON mail (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX mail_failed ON mail (done_at) WHERE state = 'failed';
