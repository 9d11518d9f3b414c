-- Files of messages from people: fetched where the instance asks for it, kept by the hash of their content.
ALTER TABLE instance ADD COLUMN fetch_media BIGINT NOT NULL DEFAULT 0;

CREATE TABLE inbound_media (
	id TEXT PRIMARY KEY,
	account_id TEXT NOT NULL,
	instance_id TEXT NOT NULL,
	inbound_id TEXT NOT NULL,		-- of what was typed on the phone the provider's id
	media_id TEXT NOT NULL,			-- the provider's
	mime_type TEXT,				-- as the message says, then as the file came
	filename TEXT,				-- as the message says
	sha256 TEXT,				-- of the content, as the message says; hex
	state TEXT NOT NULL CHECK (state IN ('waiting', 'fetching', 'kept', 'failed', 'gone')),
	tries BIGINT NOT NULL DEFAULT 0,	-- that failed by the file's own fault
	due_at BIGINT NOT NULL,
	lease_until BIGINT,
	lease_by TEXT,				-- the machine whose worker has it in hand
	size BIGINT NOT NULL DEFAULT 0,
	hash TEXT,				-- SHA-256 of what is kept, hex: names the file
	last_error TEXT,
	keep_from BIGINT NOT NULL,		-- when its retention began; 1: it is to go at once
	done_at BIGINT
);
CREATE INDEX inbound_media_next ON inbound_media (instance_id, due_at, id) WHERE state = 'waiting';
CREATE INDEX inbound_media_leased ON inbound_media (lease_until) WHERE state = 'fetching';
CREATE INDEX inbound_media_named ON inbound_media (account_id, media_id, id);
CREATE INDEX inbound_media_inbound ON inbound_media (account_id, inbound_id);
CREATE INDEX inbound_media_hash ON inbound_media (hash, keep_from) WHERE state = 'kept';
CREATE INDEX inbound_media_age ON inbound_media (keep_from) WHERE state <> 'fetching';
