-- Messages that went past the gateway: typed on the phone, or written before the number came here.
-- person: digits or a user id; '' while only the file of a message is known.
CREATE TABLE phone_message (
	account_id TEXT NOT NULL,
	instance_id TEXT NOT NULL,
	provider_id TEXT NOT NULL,
	person TEXT NOT NULL,
	direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
	type TEXT NOT NULL,
	text TEXT,
	status TEXT,				-- of history, as it was then
	payload TEXT NOT NULL,			-- the message object as Meta sent it
	source TEXT NOT NULL CHECK (source IN ('phone', 'history')),
	provider_at BIGINT NOT NULL,
	recorded_at BIGINT NOT NULL,
	PRIMARY KEY (instance_id, provider_id)
);
CREATE INDEX phone_message_person ON phone_message (account_id, person, provider_at);

-- What a conversation shows. closes_at: when its window is looked at again; it closes then unless
-- the person has spoken since.
ALTER TABLE conversation ADD COLUMN last_out_at BIGINT;
ALTER TABLE conversation ADD COLUMN unread BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN closes_at BIGINT;
CREATE INDEX conversation_closing ON conversation (closes_at) WHERE closes_at IS NOT NULL;

-- Why an instance is not open: credentials, or what Meta did, which Meta alone can undo. Each as_of is
-- the moment at Meta of the newest news; older news come late.
ALTER TABLE instance ADD COLUMN state_cause TEXT;
ALTER TABLE instance ADD COLUMN state_as_of BIGINT;
ALTER TABLE instance ADD COLUMN restricted_until BIGINT;
ALTER TABLE instance ADD COLUMN quality_as_of BIGINT;
ALTER TABLE instance ADD COLUMN name_as_of BIGINT;
CREATE INDEX instance_restricted ON instance (restricted_until) WHERE restricted_until IS NOT NULL;
