-- Which slots a delivery draws from, whose event it is, and how its endpoint has been doing.

ALTER TABLE delivery ADD COLUMN instance_id TEXT;	-- of its event
-- 0: its first attempt; 1: a later one, or a replay. 2 more while its instance is suspended.
ALTER TABLE delivery ADD COLUMN queue BIGINT NOT NULL DEFAULT 0;
UPDATE delivery SET instance_id = (SELECT e.instance_id FROM event e WHERE e.id = delivery.event_id);
UPDATE delivery SET queue = 1 WHERE status IN ('pending', 'sending') AND attempts > 0;
DROP INDEX delivery_next;
CREATE INDEX delivery_next ON delivery (endpoint_id, queue, due_at, id) WHERE status = 'pending';
CREATE INDEX delivery_held ON delivery (instance_id, due_at) WHERE status = 'pending' AND queue >= 2;

ALTER TABLE endpoint ADD COLUMN failing_attempts BIGINT NOT NULL DEFAULT 0; -- since failing_since
ALTER TABLE endpoint ADD COLUMN held_until BIGINT;	-- slowed down: nothing is started before
ALTER TABLE endpoint ADD COLUMN disabled_at BIGINT;
UPDATE endpoint SET disabled_at = updated_at WHERE enabled = 0;

CREATE INDEX instance_suspended ON instance (account_id) WHERE suspended_at IS NOT NULL AND deleted_at IS NULL;
