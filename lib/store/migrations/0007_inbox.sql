-- The raw inbox is looked at and applied again; an app secret that was replaced ends.

ALTER TABLE inbox ADD COLUMN replayed_at BIGINT;	-- to be applied again since then
CREATE INDEX inbox_unclaimed ON inbox (id) WHERE state = 'applied' AND unclaimed > 0;

-- The secret before the last change is accepted until then.
ALTER TABLE instance ADD COLUMN previous_app_secret_until BIGINT;
