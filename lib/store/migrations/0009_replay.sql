-- Wishes to deliver again what has ended: the worker carries one out in portions, oldest delivery
-- first. reached: the last delivery that it has come past.
CREATE TABLE replay (
	id TEXT PRIMARY KEY,
	account_id TEXT NOT NULL,
	endpoint_id TEXT,			-- null: every endpoint of the account
	instance_id TEXT,			-- null: of every instance
	only_tests BIGINT NOT NULL DEFAULT 0,	-- simulated events only
	status TEXT NOT NULL CHECK (status IN ('failed', 'blocked', 'delivered', 'all')),
	since BIGINT,				-- when the deliveries were recorded
	until BIGINT NOT NULL,
	reached TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('running', 'done', 'stopped')),
	found BIGINT NOT NULL,			-- how many there were when it was asked for
	found_more BIGINT NOT NULL DEFAULT 0,	-- and more, which were not counted
	replayed BIGINT NOT NULL DEFAULT 0,
	created_by TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	done_at BIGINT
);
CREATE INDEX replay_list ON replay (account_id, id);
CREATE INDEX replay_running ON replay (id) WHERE state = 'running';
-- Said twice it is one wish.
CREATE UNIQUE INDEX replay_once ON replay (account_id, coalesce(endpoint_id, ''), status) WHERE state = 'running';

-- What did not arrive, by endpoint: listed, counted and replayed without a look at the rest.
CREATE INDEX delivery_undelivered ON delivery (account_id, endpoint_id, status, id)
	WHERE status IN ('failed', 'blocked');
