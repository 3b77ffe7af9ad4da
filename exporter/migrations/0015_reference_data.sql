-- Contract prices are never edited: a wrong one is withdrawn when another replaces it, and stays with who and when.
ALTER TABLE llm_price_overrides
  ADD COLUMN replaces bigint REFERENCES llm_price_overrides (id),
  ADD COLUMN withdrawn_at timestamptz,
  ADD COLUMN withdrawn_by text,
  DROP CONSTRAINT llm_price_overrides_provider_model_valid_from_key,
  ADD CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL));
-- Case is ignored where a price is looked up.
CREATE UNIQUE INDEX llm_price_overrides_in_force ON llm_price_overrides (lower(provider), lower(model), valid_from) WHERE withdrawn_at IS NULL;

ALTER TABLE customer_users ADD CHECK (valid_to IS NULL OR valid_to > valid_from);
CREATE INDEX customer_users_customer ON customer_users (customer);

-- Who re-priced stored usage, when, and what it did.
CREATE TABLE llm_repricings (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  applied_at timestamptz NOT NULL,
  applied_by text NOT NULL,
  provider text,
  model text,
  from_day date NOT NULL,
  to_day date NOT NULL,
  rows bigint NOT NULL,
  cost_before_usd numeric(18,6),
  cost_after_usd numeric(18,6)
);
