-- Retention and cohorts at the end of each month, up to its last known day: they look at every customer at two points
-- in time, and a month that has ended does not change. The running month is replaced with each run.

CREATE TABLE mrr_month_retention (
  month date PRIMARY KEY,
  -- The last known day of the month.
  closes date NOT NULL,
  opening_customers integer NOT NULL,
  customers integer NOT NULL,
  -- MRR of `customers`, with what could not be read as it was before; NULL where a currency has no rate.
  mrr_usd numeric(24,9),
  -- MRR twelve months before, what its customers have now, and the same with nobody above what they had then; at the
  -- rates of then. NULL where the month twelve months before is not known.
  base_usd numeric(24,9),
  kept_usd numeric(24,9),
  capped_usd numeric(24,9)
);

CREATE TABLE mrr_month_cohorts (
  month date NOT NULL,
  -- The month in which the customers had MRR for the first time.
  cohort date NOT NULL,
  -- `existing`: had MRR on the first known day.
  kind text NOT NULL CHECK (kind IN ('started', 'existing')),
  start_customers integer NOT NULL,
  customers integer NOT NULL,
  -- Both at the rates of the cohort's month; NULL where nothing has a rate.
  start_usd numeric(24,9),
  kept_usd numeric(24,9),
  PRIMARY KEY (month, cohort, kind)
);
