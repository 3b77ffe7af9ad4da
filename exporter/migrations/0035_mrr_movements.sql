-- How MRR moves: per day only what differs from the last known day before, by customer, subscription and price. The
-- level of any day is the sum up to it, so a quiet day costs nothing.

-- Days whose MRR is known. A day that is not here was not read; the next one is compared with `previous`.
CREATE TABLE mrr_days (
  day date PRIMARY KEY,
  -- The last known day before; NULL on the first.
  previous date,
  -- {"EUR": "1.08"}: USD for one unit on that day, as far as known; USD itself is not named.
  rates jsonb NOT NULL DEFAULT '{}',
  -- What counts as MRR (MRR_COUNT_…); NULL where it was not stored yet.
  policy jsonb,
  -- False for days of which only the customers' totals in USD are stored.
  by_plan boolean NOT NULL DEFAULT true,
  -- True until the day has ended.
  provisional boolean NOT NULL
);

-- Names of prices, for people.
CREATE TABLE mrr_plans (
  plan text PRIMARY KEY,
  name text,
  product text NOT NULL
);

CREATE TABLE mrr_movements (
  day date NOT NULL,
  customer text NOT NULL,
  -- Empty, as plan and product, where only the customer's total is stored.
  subscription text NOT NULL,
  plan text NOT NULL,
  product text NOT NULL,
  currency text NOT NULL,
  -- `opening`: what there was on the first known day. A change of rates has no rows: it follows from levels and rates.
  kind text NOT NULL CHECK (kind IN
    ('opening', 'new', 'expansion', 'contraction', 'churn', 'reactivation', 'correction')),
  -- Why it is a correction: a subscription that could not be read and is back, the first rate of a currency, other
  -- settings, the first day on which plans are stored.
  reason text NOT NULL DEFAULT '' CHECK (reason IN ('', 'unread', 'read_again', 'rate_found', 'settings', 'plan_known')),
  -- A month, in units of the currency. Nine digits: thousands of yearly plans must not round to a cent.
  amount numeric(24,9) NOT NULL,
  -- At the day's rate; NULL without one.
  amount_usd numeric(24,9),
  -- 1 or −1 on one row of a customer who began or ceased to have MRR that day, so that customers are a sum.
  customers smallint NOT NULL DEFAULT 0,
  PRIMARY KEY (day, customer, subscription, plan, currency, kind, reason)
);
CREATE INDEX mrr_movements_customer ON mrr_movements (customer, day);
