-- Running totals of LLM usage: what each user had used up to the END of each closed day, so that any range of days is
-- row(last day) - row(day before the first), whatever its length. Dense: every user seen so far has a row for each closed day.
-- The index holds all that a ranking needs (index-only); the other columns are looked up for its winners. Columns are in the order of their alignment.
CREATE TABLE llm_user_cum (
  prompt_tokens bigint NOT NULL,
  completion_tokens bigint NOT NULL,
  requests bigint NOT NULL,
  errors bigint NOT NULL,
  unpriced_tokens bigint NOT NULL,
  day date NOT NULL,
  -- How many of the days up to this one have a row in llm_user_day: a user belongs to a range in which it grows.
  used_days integer NOT NULL,
  cost_usd numeric(18,6) NOT NULL,
  user_id text NOT NULL,
  PRIMARY KEY (day, user_id) INCLUDE (cost_usd, unpriced_tokens, used_days)
) WITH (
  -- An index-only scan needs pages that are known to be visible to all, soon after each closing and not after a fifth of the table has changed.
  autovacuum_vacuum_insert_threshold = 1000, autovacuum_vacuum_insert_scale_factor = 0,
  autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0,
  autovacuum_analyze_threshold = 5000, autovacuum_analyze_scale_factor = 0.02
);

-- One row at most, written when there is something to tell.
CREATE TABLE usage_state (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  -- The last day in llm_user_cum; usage of later days is live and added from llm_user_day.
  closed_through date,
  -- Raw rows of earlier days were dropped (LLM_RAW_RETENTION_MONTHS): their rollups are all that is left.
  raw_since date,
  -- The UTC day of the last maintenance, and until when whoever does it now may take.
  maintained_on date,
  maintenance_until timestamptz
);
