-- Opt-out: how a choice was recognized and confirmed, lists of an account's own, what is answered.

ALTER TABLE suppression ADD COLUMN language TEXT;	-- of the keyword, ISO 639-1
ALTER TABLE suppression ADD COLUMN rule TEXT;		-- word, phrase, ending: how the text was recognized
ALTER TABLE suppression ADD COLUMN confirmation_id TEXT; -- the message that confirmed it

-- It may ask for no more messages in words of its own: somebody has to read it.
ALTER TABLE inbound ADD COLUMN possible_opt_out BIGINT NOT NULL DEFAULT 0;
CREATE INDEX inbound_possible_opt_out ON inbound (account_id, id) WHERE possible_opt_out = 1;

-- Whether a stop or a start is answered, and texts in place of the built-in ones.
ALTER TABLE instance ADD COLUMN confirms_choices BIGINT NOT NULL DEFAULT 1;
CREATE TABLE confirmation_text (
	account_id TEXT NOT NULL,
	instance_id TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('stop', 'start')),
	language TEXT NOT NULL,
	text TEXT NOT NULL,
	PRIMARY KEY (account_id, instance_id, kind, language)
);

-- Words and phrases that an account has added, and built-in words that it has switched off.
CREATE TABLE keyword (
	account_id TEXT NOT NULL,
	language TEXT NOT NULL,
	folded TEXT NOT NULL,			-- the form in which it is compared
	kind TEXT NOT NULL CHECK (kind IN ('stop', 'start')),
	rule TEXT NOT NULL CHECK (rule IN ('word', 'phrase')),
	text TEXT NOT NULL,			-- as it was written
	is_off BIGINT NOT NULL DEFAULT 0,
	created_by TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (account_id, language, folded)
);

-- When a person last said or was told something, so that what comes late undoes nothing newer.
CREATE TABLE choice (
	account_id TEXT NOT NULL,
	recipient TEXT NOT NULL,		-- the identity, or the only spelling
	what TEXT NOT NULL CHECK (what IN ('keyword', 'meta', 'stop_confirmed', 'start_confirmed')),
	at BIGINT NOT NULL,
	PRIMARY KEY (account_id, recipient, what)
);

-- What waits for a person, on any number.
CREATE INDEX message_waiting ON message (account_id, recipient, log_id) WHERE status IN ('queued', 'scheduled');
