-- Subscriptions as the last run saw them: who is gone since then, and who ended after the day that is being closed.
CREATE TABLE stripe_subscriptions (
  id text PRIMARY KEY,
  status text NOT NULL,
  created timestamptz NOT NULL,
  -- When it ended, for those that did.
  ended_at timestamptz
);
CREATE INDEX stripe_subscriptions_ended ON stripe_subscriptions (ended_at) WHERE ended_at IS NOT NULL;

-- What trials would bring a month once they pay; not part of mrr_usd unless MRR_COUNT_TRIALING is set.
ALTER TABLE stripe_metrics ADD COLUMN mrr_trial_usd numeric(18,6);
ALTER TABLE revenue_daily ADD COLUMN mrr_trial_usd numeric(18,6);
