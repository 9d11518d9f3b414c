-- What a send is asked beyond the start: limits, windows, idempotency, risk, the queue.

-- There is a custom plan too, with limits of the account's own.
ALTER TABLE account ADD COLUMN any_plan TEXT NOT NULL DEFAULT 'unlimited' CHECK (any_plan IN ('starter', 'growth', 'scale', 'unlimited', 'custom'));
UPDATE account SET any_plan = plan;
ALTER TABLE account DROP COLUMN plan;
ALTER TABLE account RENAME COLUMN any_plan TO plan;
ALTER TABLE account ADD COLUMN day_limit BIGINT;
ALTER TABLE account ADD COLUMN month_limit BIGINT;
-- Scores from which a send is reviewed and blocked; null: the gateway's.
ALTER TABLE account ADD COLUMN review_score BIGINT;
ALTER TABLE account ADD COLUMN block_score BIGINT;
-- A support reply passes opted_out when the person wrote again afterwards.
ALTER TABLE account ADD COLUMN reply_after_opt_out BIGINT NOT NULL DEFAULT 0;

-- Limits of one key; null: the gateway's, or none. cidrs: comma-separated; null: from anywhere.
ALTER TABLE api_key ADD COLUMN cidrs TEXT;
ALTER TABLE api_key ADD COLUMN per_second BIGINT;
ALTER TABLE api_key ADD COLUMN per_minute BIGINT;
ALTER TABLE api_key ADD COLUMN per_day BIGINT;
ALTER TABLE api_key ADD COLUMN in_flight BIGINT;

-- The number is used with the phone app too: Meta lets 20 messages a second pass instead of 80.
ALTER TABLE instance ADD COLUMN phone_app BIGINT NOT NULL DEFAULT 0;

ALTER TABLE message ADD COLUMN body_hash TEXT;		-- of query and body: what finds a twin
ALTER TABLE message ADD COLUMN marketing BIGINT NOT NULL DEFAULT 0; -- by marketing_messages
ALTER TABLE message ADD COLUMN send_at BIGINT;		-- asked for by the customer
ALTER TABLE message ADD COLUMN valid_until BIGINT;	-- not dispatched past it
ALTER TABLE message ADD COLUMN due_at BIGINT;		-- when the worker has to do with it next
ALTER TABLE message ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0; -- dispatches that were refused for now
ALTER TABLE message ADD COLUMN risk_score BIGINT NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN risk_parts TEXT;		-- JSON object of what made the score
ALTER TABLE message ADD COLUMN error_word TEXT;		-- our own refusal of a dispatch: "expired", ...
ALTER TABLE message ADD COLUMN cancelled_at BIGINT;
CREATE INDEX message_due ON message (instance_id, due_at, log_id) WHERE due_at IS NOT NULL AND status IN ('queued', 'scheduled');
CREATE INDEX message_queued ON message (account_id, instance_id, recipient, log_id) WHERE status = 'queued';
CREATE INDEX message_pretending ON message (due_at) WHERE due_at IS NOT NULL AND status IN ('sent', 'delivered');
CREATE INDEX message_twin ON message (account_id, body_hash) WHERE status = 'unknown';

-- How many an account has sent in its day and month, apart for simulated ones.
CREATE TABLE account_use (
	account_id TEXT NOT NULL,
	simulated BIGINT NOT NULL,
	day TEXT NOT NULL,			-- YYYY-MM-DD in the account's time zone
	day_used BIGINT NOT NULL,
	month TEXT NOT NULL,			-- YYYY-MM
	month_used BIGINT NOT NULL,
	PRIMARY KEY (account_id, simulated)
);

-- What a key has sent in the account's day, where the key has a limit of its own.
CREATE TABLE key_use (
	api_key_id TEXT PRIMARY KEY,
	day TEXT NOT NULL,
	used BIGINT NOT NULL
);

-- A running total per subject and millisecond: how many fell into any window that ends now is the
-- difference of two totals. Subjects: "key:key_...", "number:inst_...", ...
CREATE TABLE pace (
	subject TEXT NOT NULL,
	at BIGINT NOT NULL,
	total BIGINT NOT NULL,
	PRIMARY KEY (subject, at)
);
CREATE INDEX pace_age ON pace (at);

-- One person and one number. paced_until: when the pair limit's bucket is empty, so that the whole
-- burst may go at once again (the theoretical arrival time of a leaky bucket).
CREATE TABLE conversation (
	account_id TEXT NOT NULL,
	instance_id TEXT NOT NULL,
	identity TEXT NOT NULL,			-- of recipient_alias, or the only spelling
	first_out_at BIGINT,			-- the first message to the person
	heard_at BIGINT,			-- the last message or call from the person
	paced_until BIGINT,
	fake_paced_until BIGINT,		-- the same for simulated sends
	PRIMARY KEY (account_id, identity, instance_id)
);

-- First answers by the customer's own key. answer: JSON, null while the send is under way.
CREATE TABLE idempotency (
	account_id TEXT NOT NULL,
	api_key_id TEXT NOT NULL,
	route TEXT NOT NULL,			-- "POST /v1/wa/message"
	key TEXT NOT NULL,
	hash TEXT NOT NULL,			-- of query and body
	message_id TEXT NOT NULL,
	answer TEXT,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (account_id, api_key_id, route, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);

-- How often something happened to an account in an hour: new recipients, one text to new recipients.
CREATE TABLE velocity (
	account_id TEXT NOT NULL,
	what TEXT NOT NULL,			-- "new", "text:<hash>"
	hour BIGINT NOT NULL,			-- Unix time / 3,600,000 ms
	n BIGINT NOT NULL,
	PRIMARY KEY (account_id, what, hour)
);
CREATE INDEX velocity_age ON velocity (hour);

-- What the guard decided and somebody may ask about. Allowed sends carry their score in the message.
CREATE TABLE policy_event (
	account_id TEXT NOT NULL,
	id TEXT NOT NULL,
	instance_id TEXT,
	api_key_id TEXT,
	message_id TEXT,
	source TEXT NOT NULL,
	recipient TEXT,
	purpose TEXT,
	code TEXT NOT NULL,			-- the refusal's word, or "risk"
	action TEXT NOT NULL CHECK (action IN ('allow', 'review', 'block')),
	risk_score BIGINT NOT NULL DEFAULT 0,
	parts TEXT,				-- JSON
	sentence TEXT,
	count BIGINT NOT NULL DEFAULT 1,	-- refusals of one key, code and minute in one row
	minute BIGINT,				-- Unix time / 60,000 ms, of such rows
	created_at BIGINT NOT NULL,
	last_at BIGINT NOT NULL,
	PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX policy_event_minute ON policy_event (account_id, api_key_id, code, minute) WHERE minute IS NOT NULL;
CREATE INDEX policy_event_action ON policy_event (account_id, action, id);
