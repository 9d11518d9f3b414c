-- The key itself, sealed, where [keys] reveal says so when it is made.
ALTER TABLE api_key ADD COLUMN sealed TEXT;
