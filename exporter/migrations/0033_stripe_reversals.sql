-- What happens to a Stripe payment after its invoice: refunds, disputes, payments without an invoice, bad debt.

-- Totals of an invoice, with tax: how much of a refund is revenue, and how much can still be taken back.
CREATE TABLE stripe_invoices (
  id text PRIMARY KEY,
  status text NOT NULL,
  customer text NOT NULL,
  currency text NOT NULL,
  finalised_on date NOT NULL,
  paid_on date,
  -- Minor units, as the lines are.
  total numeric(18,0) NOT NULL,
  amount_paid numeric(18,0) NOT NULL,
  -- The part that was given up, with tax, and since when; 0 unless the invoice is uncollectible.
  bad_debt numeric(18,0) NOT NULL DEFAULT 0,
  bad_debt_on date
);

-- Objects that connect money to invoices; the amounts are minor units with tax.
CREATE TABLE stripe_payment_objects (
  kind text NOT NULL CHECK (kind IN ('charge', 'invoice_payment', 'refund', 'dispute', 'credit_note')),
  id text NOT NULL,
  day date NOT NULL,
  status text NOT NULL,
  amount numeric(18,0) NOT NULL,
  currency text NOT NULL,
  customer text,
  charge text,
  payment_intent text,
  invoice_id text,
  -- charge: what went on to a connected account; credit_note: what it gave back without naming the refund.
  part numeric(18,0) NOT NULL DEFAULT 0,
  -- credit_note: {"re_1": "4500"}, refunds that it covers.
  refunds jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (kind, id)
);
CREATE INDEX stripe_payment_objects_charge ON stripe_payment_objects (charge);
CREATE INDEX stripe_payment_objects_intent ON stripe_payment_objects (payment_intent);
CREATE INDEX stripe_payment_objects_invoice ON stripe_payment_objects (invoice_id);

-- Rows that are derived from the above stand beside the lines that they take back.
ALTER TABLE stripe_revenue_lines DROP CONSTRAINT stripe_revenue_lines_kind_check;
ALTER TABLE stripe_revenue_lines ADD CONSTRAINT stripe_revenue_lines_kind_check CHECK (kind IN
  ('invoice_line', 'credit_note_line', 'refund', 'dispute', 'bad_debt', 'payment', 'platform_fee'));
-- A credit counts from `period_start` on, with what its line had earned by then at once: it is spread over the period
-- of that line, `[spread_start, spread_end)`. NULL: over its own period.
ALTER TABLE stripe_revenue_lines ADD COLUMN spread_start date;
ALTER TABLE stripe_revenue_lines ADD COLUMN spread_end date;
ALTER TABLE stripe_revenue_lines ADD CONSTRAINT stripe_revenue_lines_spread CHECK (spread_end > spread_start);
-- The line that is taken back; its exchange rate counts, so that what is taken back whole leaves nothing.
ALTER TABLE stripe_revenue_lines ADD COLUMN reversed_line text;

ALTER TABLE stripe_balance_transactions ADD COLUMN source text;
ALTER TABLE stripe_balance_transactions ADD COLUMN type text;
ALTER TABLE stripe_balance_transactions ADD COLUMN exchange_rate numeric(24,12);
CREATE INDEX stripe_balance_transactions_source ON stripe_balance_transactions (source);

-- {"recognised": {"CHF": "90"}, "cash": {"CHF": "90"}}: native amounts of the day without a rate. The day's column is
-- the known part then, or NULL where nothing is known.
ALTER TABLE revenue_daily ADD COLUMN unconverted jsonb NOT NULL DEFAULT '{}';
-- Invoiced and not yet earned at the end of the day.
ALTER TABLE revenue_daily ADD COLUMN deferred_usd numeric(18,6);
ALTER TABLE revenue_daily ADD COLUMN credited_usd numeric(18,6);
ALTER TABLE revenue_daily ADD COLUMN bad_debt_usd numeric(18,6);

-- Who says a rate: an operator's wins over every other, whatever its day.
ALTER TABLE fx_rates ADD COLUMN source text NOT NULL DEFAULT 'operator'
  CHECK (source IN ('operator', 'ecb', 'stripe'));
ALTER TABLE fx_rates DROP CONSTRAINT fx_rates_pkey;
ALTER TABLE fx_rates ADD PRIMARY KEY (currency, day, source);

-- Everything is read once more, since what is stored lacks the new columns; figures stay until that is done.
DELETE FROM stripe_history;
DELETE FROM stripe_pending;
DELETE FROM stripe_revenue_lines WHERE kind = 'credit_note_line';
