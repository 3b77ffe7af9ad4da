-- Budgets of a customer (the LLM cost of its users) and of a user, and several thresholds; a budget of before has the
-- one that it had.
ALTER TABLE budgets
  ALTER COLUMN provider DROP NOT NULL,
  ADD COLUMN customer text,
  ADD COLUMN user_id text,
  -- Percent of the budget, ascending; 100 is always one of them.
  ADD COLUMN thresholds integer[] NOT NULL DEFAULT '{100}',
  ADD CHECK (num_nonnulls(provider, customer, user_id) = 1),
  ADD CHECK (100 = ANY (thresholds));
CREATE INDEX budgets_by_customer ON budgets (customer, id DESC) WHERE customer IS NOT NULL;
CREATE INDEX budgets_by_user ON budgets (user_id, id DESC) WHERE user_id IS NOT NULL;
