-- Credits that customers bought ahead (billing credit grants of the category "paid"): deferred until they are used.
CREATE TABLE stripe_credit_grants (
  id text PRIMARY KEY,
  customer text NOT NULL,
  currency text NOT NULL,
  -- Minor units, as the lines are.
  amount numeric(18,0) NOT NULL,
  effective_on date NOT NULL,
  expires_on date,
  voided_on date
);

-- What became of them: applied to an invoice line, or returned by an invoice that was voided (negative).
CREATE TABLE stripe_credit_uses (
  id text PRIMARY KEY,
  credit_grant text NOT NULL,
  day date NOT NULL,
  amount numeric(18,0) NOT NULL,
  invoice_line text
);
CREATE INDEX stripe_credit_uses_grant ON stripe_credit_uses (credit_grant);

ALTER TABLE stripe_revenue_lines DROP CONSTRAINT stripe_revenue_lines_kind_check;
ALTER TABLE stripe_revenue_lines ADD CONSTRAINT stripe_revenue_lines_kind_check CHECK (kind IN
  ('invoice_line', 'credit_note_line', 'refund', 'dispute', 'bad_debt', 'payment', 'platform_fee', 'prepaid'));
