-- Sums of the movements, so that an answer reads a few hundred rows instead of every movement there ever was. Kept in
-- line with each recorded day; movements/refresh-sums.ts says how.
CREATE TABLE mrr_sums (
  unit text NOT NULL CHECK (unit IN ('day', 'month')),
  -- The day, or the first day of the month.
  starts date NOT NULL,
  dimension text NOT NULL CHECK (dimension IN ('none', 'plan', 'product', 'currency')),
  -- The plan, product or currency; empty for `none` and where it is not known.
  grp text NOT NULL,
  currency text NOT NULL,
  -- By plan, product and currency an expansion or contraction has the sign of the group, not of the customer.
  kind text NOT NULL,
  amount numeric(24,9) NOT NULL,
  amount_usd numeric(24,9),
  -- Customers who began, churned or came back, each once by day, group and kind.
  customers integer NOT NULL,
  PRIMARY KEY (unit, dimension, starts, grp, currency, kind)
);
