-- One value for "everything that answers are made from": every transaction that stored something writes a new one last
-- (store/data-version.ts), so that each process on this database knows whether what it keeps in memory still holds.
-- Random and not counted: a restored backup, or a replica that was behind, never comes back to a value with other data.
CREATE TABLE data_version (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  version uuid NOT NULL DEFAULT gen_random_uuid()
) WITH (fillfactor = 10);
INSERT INTO data_version DEFAULT VALUES;

-- The newest complete day of each collector, whatever the length of the log.
CREATE INDEX metrics_sync_logs_newest ON metrics_sync_logs (collector, day DESC, id DESC) WHERE outcome = 'succeeded';
