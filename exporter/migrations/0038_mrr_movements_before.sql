-- Movements of the days from before they were recorded: by customer in USD, all that was stored. Plan and product stay
-- unknown. Only where no day is recorded yet.
ALTER TABLE mrr_movements DROP CONSTRAINT mrr_movements_reason_check;
-- `currency_unknown`: the customer's total in USD changed, by the customer or by a rate.
ALTER TABLE mrr_movements ADD CONSTRAINT mrr_movements_reason_check CHECK (reason IN
  ('', 'unread', 'read_again', 'rate_found', 'settings', 'plan_known', 'currency_unknown'));

-- Currencies with MRR on the day and no rate: outside every amount in USD.
ALTER TABLE mrr_days ADD COLUMN IF NOT EXISTS unconverted text[] NOT NULL DEFAULT '{}';

WITH days AS (
  SELECT recorded_at AS day, row_number() OVER (ORDER BY recorded_at) AS n FROM stripe_metrics WHERE mrr_usd IS NOT NULL
), of_account AS (
  SELECT (SELECT max(n) FROM days) AS last, CASE WHEN EXISTS (
    SELECT 1 FROM stripe_metrics CROSS JOIN jsonb_each_text(mrr_by_currency) AS c
    WHERE c.key <> 'USD' AND c.value::numeric <> 0) THEN '' ELSE 'USD' END AS currency
), totals AS (
  SELECT customer, n, mrr_usd, lag(n) OVER w AS n_before, lag(mrr_usd) OVER w AS before, lead(n) OVER w AS n_after
  FROM mrr_by_customer JOIN days USING (day) WHERE mrr_usd <> 0 WINDOW w AS (PARTITION BY customer ORDER BY n)
), stretches AS (
  -- A total was rounded so that all add up, so it moves by a millionth or two on its own.
  SELECT *, sum(CASE WHEN n_before = n - 1 AND abs(mrr_usd - before) <= 0.000002 THEN 0 ELSE 1 END)
    OVER (PARTITION BY customer ORDER BY n) AS stretch
  FROM totals
), levels AS (
  SELECT customer, n, n_before, n_after, stretch,
    first_value(mrr_usd) OVER (PARTITION BY customer, stretch ORDER BY n) AS level,
    row_number() OVER (PARTITION BY customer, stretch ORDER BY n) AS position
  FROM stretches
), begun AS (
  SELECT customer, n, n_before, level, lag(level) OVER (PARTITION BY customer ORDER BY n) AS before
  FROM levels WHERE position = 1
), moved AS (
  SELECT customer, n, level AS amount, CASE WHEN n = 1 THEN 'opening' WHEN n_before IS NULL THEN 'new'
    ELSE 'reactivation' END AS kind, 1 AS customers
  FROM begun WHERE n_before IS DISTINCT FROM n - 1
  UNION ALL
  SELECT customer, n, level - before, CASE WHEN currency = '' THEN 'correction' WHEN level > before THEN 'expansion'
    ELSE 'contraction' END, 0
  FROM begun CROSS JOIN of_account WHERE n_before = n - 1 AND level <> before
  UNION ALL
  SELECT customer, n + 1, -level, 'churn', -1
  FROM levels CROSS JOIN of_account WHERE n < last AND n_after IS DISTINCT FROM n + 1
)
INSERT INTO mrr_movements (day, customer, subscription, plan, product, currency, kind, reason, amount, amount_usd, customers)
SELECT day, customer, '', '', '', currency, kind, CASE WHEN kind = 'correction' THEN 'currency_unknown' ELSE '' END,
  amount, amount, customers
FROM moved JOIN days USING (n) CROSS JOIN of_account WHERE NOT EXISTS (SELECT 1 FROM mrr_days) ORDER BY day, customer;

INSERT INTO mrr_days (day, previous, by_plan, provisional)
SELECT recorded_at, lag(recorded_at) OVER (ORDER BY recorded_at), false, provisional FROM stripe_metrics
WHERE mrr_usd IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mrr_days) ORDER BY recorded_at;
