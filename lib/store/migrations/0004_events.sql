-- Reading back what has happened, in both directions: only what has a normalized form is told.
CREATE INDEX event_list ON event (account_id, id) WHERE normalized IS NOT NULL;
