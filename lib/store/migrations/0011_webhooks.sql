-- Endpoints: rotation of the signing secret, message types, how deliveries went; forms sent twice.

ALTER TABLE endpoint ADD COLUMN message_types TEXT;	-- comma-separated; null: all
ALTER TABLE endpoint ADD COLUMN previous_secret TEXT;	-- sealed; signs too until previous_until
ALTER TABLE endpoint ADD COLUMN previous_until BIGINT;
ALTER TABLE endpoint ADD COLUMN switched_at BIGINT;	-- since then the hex signatures use the new one

-- Attempts of the last 25 hours: a slot is an hour's number modulo 25, so that nothing has to be removed.
CREATE TABLE endpoint_hour (
	endpoint_id TEXT NOT NULL,
	slot BIGINT NOT NULL,
	hour BIGINT NOT NULL,			-- Unix time / 3,600,000 ms
	taken BIGINT NOT NULL,
	refused BIGINT NOT NULL,		-- and not answered
	PRIMARY KEY (endpoint_id, slot)
);

-- Forms that make something carry a number that counts once.
CREATE TABLE form_once (
	account_id TEXT NOT NULL,
	nonce TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (account_id, nonce)
);
CREATE INDEX form_once_age ON form_once (account_id, created_at);
