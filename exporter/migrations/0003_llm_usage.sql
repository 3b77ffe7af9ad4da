-- LLM usage by user, day, provider and model, with rollups that are written in the same statement.
-- Every key contains user_id (Citus distribution column) and day (partition and hypertable column).
-- Token columns: prompt_tokens INCLUDES cached reads and cache writes, whatever the source's own convention.
-- Costs: NULL = no price known (the tokens then count in unpriced_tokens), 0 = known to be free.

CREATE TABLE llm_metrics_history (
  user_id text NOT NULL,
  day date NOT NULL,
  provider text NOT NULL,
  model text NOT NULL,
  prompt_tokens bigint NOT NULL DEFAULT 0,
  completion_tokens bigint NOT NULL DEFAULT 0,
  cache_read_tokens bigint NOT NULL DEFAULT 0,
  cache_write_tokens bigint NOT NULL DEFAULT 0,
  requests bigint NOT NULL DEFAULT 0,
  errors bigint NOT NULL DEFAULT 0,
  -- What the source itself reported, and what we computed from dated prices.
  reported_cost_usd numeric(18,6),
  computed_cost_usd numeric(18,6),
  -- The figure that counts: reported where there is one, else computed.
  cost_usd numeric(18,6),
  unpriced_tokens bigint NOT NULL DEFAULT 0,
  demo boolean NOT NULL DEFAULT false,
  PRIMARY KEY (user_id, day, provider, model)
) PARTITION BY RANGE (day);
-- A row never fails for want of a partition; maintenance makes monthly ones ahead and moves strays out of here.
CREATE TABLE llm_metrics_history_default PARTITION OF llm_metrics_history DEFAULT;
CREATE INDEX llm_metrics_history_day ON llm_metrics_history (day, provider, model);

CREATE TABLE llm_user_day (
  user_id text NOT NULL,
  day date NOT NULL,
  cost_usd numeric(18,6) NOT NULL DEFAULT 0,
  prompt_tokens bigint NOT NULL DEFAULT 0,
  completion_tokens bigint NOT NULL DEFAULT 0,
  requests bigint NOT NULL DEFAULT 0,
  errors bigint NOT NULL DEFAULT 0,
  unpriced_tokens bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (day, user_id)
);

CREATE TABLE llm_user_month (
  user_id text NOT NULL,
  month date NOT NULL,
  cost_usd numeric(18,6) NOT NULL DEFAULT 0,
  prompt_tokens bigint NOT NULL DEFAULT 0,
  completion_tokens bigint NOT NULL DEFAULT 0,
  requests bigint NOT NULL DEFAULT 0,
  errors bigint NOT NULL DEFAULT 0,
  unpriced_tokens bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (month, user_id)
);

CREATE TABLE llm_model_day (
  day date NOT NULL,
  provider text NOT NULL,
  model text NOT NULL,
  prompt_tokens bigint NOT NULL DEFAULT 0,
  completion_tokens bigint NOT NULL DEFAULT 0,
  cache_read_tokens bigint NOT NULL DEFAULT 0,
  cache_write_tokens bigint NOT NULL DEFAULT 0,
  requests bigint NOT NULL DEFAULT 0,
  errors bigint NOT NULL DEFAULT 0,
  cost_usd numeric(18,6) NOT NULL DEFAULT 0,
  unpriced_tokens bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (day, provider, model)
);

-- Contract prices, per million tokens, valid for usage days in [valid_from, valid_to).
CREATE TABLE llm_price_overrides (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  provider text NOT NULL,
  model text NOT NULL,
  valid_from date NOT NULL,
  valid_to date,
  input_usd_per_million numeric(18,6) NOT NULL,
  output_usd_per_million numeric(18,6) NOT NULL,
  cache_read_usd_per_million numeric(18,6),
  cache_write_usd_per_million numeric(18,6),
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  notes text,
  UNIQUE (provider, model, valid_from),
  CHECK (valid_to IS NULL OR valid_to > valid_from)
);

-- E-mails from the auth server, cached with negative answers; never joined from auth tables, never in metrics or logs.
CREATE TABLE llm_user_emails (
  user_id text PRIMARY KEY,
  -- NULL: the auth server knows no such user (a negative answer, cached too).
  email text,
  looked_up_at timestamptz NOT NULL
);
