-- Who paused an account: its own people may end what they began, and nothing else.
ALTER TABLE account ADD COLUMN paused_by TEXT;	-- the actor; "cli" is the operator
