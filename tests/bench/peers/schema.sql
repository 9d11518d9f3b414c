-- SPDX-License-Identifier: Apache-2.0
-- What the peers keep: enough for a careful customer's own gateway, less than wagate does.
PRAGMA journal_mode = WAL;

CREATE TABLE api_key (
	hash TEXT PRIMARY KEY,			-- SHA-256, hex
	account_id TEXT NOT NULL,
	revoked_at INTEGER
);

CREATE TABLE instance (
	id TEXT PRIMARY KEY,
	account_id TEXT NOT NULL,
	phone_number_id TEXT NOT NULL,
	access_token TEXT NOT NULL
);

CREATE TABLE suppression (
	account_id TEXT NOT NULL,
	recipient TEXT NOT NULL,
	PRIMARY KEY (account_id, recipient)
);

CREATE TABLE message (
	id TEXT PRIMARY KEY,
	account_id TEXT NOT NULL,
	instance_id TEXT NOT NULL,
	recipient TEXT NOT NULL,
	purpose TEXT NOT NULL,
	payload TEXT NOT NULL,
	status TEXT NOT NULL,			-- sending, sent, failed, unknown
	provider_id TEXT,
	created_at INTEGER NOT NULL,
	done_at INTEGER
);
CREATE INDEX message_list ON message (account_id, created_at);
CREATE INDEX message_recipient ON message (account_id, recipient, created_at);
CREATE UNIQUE INDEX message_provider ON message (provider_id) WHERE provider_id IS NOT NULL;
