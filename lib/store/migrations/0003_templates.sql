-- Message templates as Meta has them, and when each business account's list was read last.

-- as_of: the moment at Meta for which the row holds; what Meta said about an earlier one is late.
CREATE TABLE wa_template (
	account_id TEXT NOT NULL,
	waba_id TEXT NOT NULL,
	name TEXT NOT NULL,
	language TEXT NOT NULL,
	id TEXT NOT NULL,			-- Meta's
	category TEXT NOT NULL,
	status TEXT NOT NULL,
	quality TEXT,
	rejected_reason TEXT,
	parameter_format TEXT,
	components TEXT,			-- JSON, Meta's list
	previous_category TEXT,
	correct_category TEXT,			-- announced, not yet in force
	as_of BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,		-- last change here
	deleted_at BIGINT,			-- gone at Meta; its category still counts
	PRIMARY KEY (account_id, waba_id, name, language)
);
CREATE INDEX wa_template_id ON wa_template (account_id, id);

-- due_at is null while the account has no open instance of that business account.
CREATE TABLE wa_template_sync (
	account_id TEXT NOT NULL,
	waba_id TEXT NOT NULL,
	due_at BIGINT,
	tried_at BIGINT,
	synced_at BIGINT,			-- last time with success
	failures BIGINT NOT NULL DEFAULT 0,	-- since then
	reason TEXT,				-- of the last failure
	PRIMARY KEY (account_id, waba_id)
);
CREATE INDEX wa_template_sync_due ON wa_template_sync (due_at) WHERE due_at IS NOT NULL;

INSERT INTO wa_template_sync (account_id, waba_id, due_at)
	SELECT DISTINCT account_id, waba_id, 0 FROM instance
	WHERE provider = 'cloud' AND waba_id IS NOT NULL AND deleted_at IS NULL;
