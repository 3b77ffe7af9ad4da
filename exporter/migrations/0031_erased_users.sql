-- Users whose ids and e-mails were erased. Prometheus still has their series and is read again for some days: without this
-- they would come back beside their anonymous rows and count twice. Only a salted hash of the id is left.
CREATE TABLE llm_erased_users (
  id_hash text PRIMARY KEY,
  -- The same in every row.
  salt text NOT NULL,
  replacement text NOT NULL UNIQUE,
  erased_at timestamptz NOT NULL
);
