-- Revenue: four figures, four names (MRR, recognised, billed, cash), and the rows that recognised revenue is spread from.

CREATE TABLE revenue_daily (
  day date PRIMARY KEY,
  -- MRR is a snapshot of that day: NULL where no snapshot was taken; it cannot be rebuilt later.
  mrr_usd numeric(18,6),
  mrr_at_risk_usd numeric(18,6),
  mrr_paused_usd numeric(18,6),
  recognised_usd numeric(18,6),
  billed_usd numeric(18,6),
  cash_usd numeric(18,6),
  fees_usd numeric(18,6),
  refunds_usd numeric(18,6),
  disputes_usd numeric(18,6),
  provisional boolean NOT NULL DEFAULT false,
  demo boolean NOT NULL DEFAULT false,
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE mrr_by_customer (
  day date NOT NULL,
  customer text NOT NULL,
  mrr_usd numeric(18,6) NOT NULL,
  PRIMARY KEY (day, customer)
);

-- Recognised revenue by customer and day of recognition, for margins by customer.
CREATE TABLE revenue_by_customer (
  day date NOT NULL,
  customer text NOT NULL,
  recognised_usd numeric(18,6) NOT NULL,
  PRIMARY KEY (day, customer)
);

-- Lines of finalised Stripe invoices and credit notes: amounts in minor units without tax, credit notes negative.
CREATE TABLE stripe_revenue_lines (
  id text PRIMARY KEY,
  invoice_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('invoice_line', 'credit_note_line')),
  customer text NOT NULL,
  status text NOT NULL,
  finalised_on date NOT NULL,
  period_start date NOT NULL,
  period_end date NOT NULL,
  amount numeric(18,6) NOT NULL,
  currency text NOT NULL,
  fx_rate numeric(18,8),
  amount_usd numeric(18,6),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK (period_end > period_start)
);
CREATE INDEX stripe_revenue_lines_period ON stripe_revenue_lines (period_start, period_end);
CREATE INDEX stripe_revenue_lines_invoice ON stripe_revenue_lines (invoice_id);

-- Balance transactions: cash received, refunds, disputes and Stripe's own fees.
CREATE TABLE stripe_balance_transactions (
  id text PRIMARY KEY,
  day date NOT NULL,
  category text NOT NULL,
  amount numeric(18,6) NOT NULL,
  fee numeric(18,6) NOT NULL,
  currency text NOT NULL,
  amount_usd numeric(18,6),
  fee_usd numeric(18,6)
);
CREATE INDEX stripe_balance_transactions_day ON stripe_balance_transactions (day);

-- Which of our users belong to which Stripe customer; with history, so that a margin of the past stays explicable.
CREATE TABLE customer_users (
  customer text NOT NULL,
  user_id text NOT NULL,
  valid_from date NOT NULL DEFAULT '-infinity',
  valid_to date,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'unknown',
  PRIMARY KEY (user_id, customer, valid_from)
);

-- Rates to USD: 1 unit of `currency` = `usd_rate` USD on and from `day` until a later row. Stored amounts are never restated.
CREATE TABLE fx_rates (
  currency text NOT NULL,
  day date NOT NULL,
  usd_rate numeric(18,8) NOT NULL CHECK (usd_rate > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'unknown',
  PRIMARY KEY (currency, day)
);
