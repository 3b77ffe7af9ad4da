-- How far back each of Stripe's lists has been read: a large account's history takes several runs, and recognised
-- revenue of a day is only known once every invoice that reaches into it has been read.
CREATE TABLE stripe_history (
  list text PRIMARY KEY,
  -- Everything created in [read_from, read_to] is stored.
  read_from timestamptz NOT NULL,
  read_to timestamptz NOT NULL,
  -- Where history is to begin; complete once read_from has reached it.
  target_from timestamptz NOT NULL
);

-- The rate stays with the row that it converted, so that a later rate never restates history.
ALTER TABLE stripe_balance_transactions ADD COLUMN fx_rate numeric(18,8);
-- {"EUR": "1.08"}: the rates of the snapshot.
ALTER TABLE stripe_metrics ADD COLUMN fx_rates jsonb NOT NULL DEFAULT '{}';

CREATE INDEX stripe_revenue_lines_finalised ON stripe_revenue_lines (finalised_on);
