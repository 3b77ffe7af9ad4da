import { z } from 'zod';
import type { Queryable } from '../database/queryable.ts';
import { monthStart } from '../money/days.ts';

/**
 * Brings retention and cohorts of the months from that of `day` on in line, and of months that have none yet. A month
 * is a pass over every movement, so that what reads them has none to make.
 */
export async function refreshMonths(tx: Queryable, day: string): Promise<void> {
  const { rows } = await tx.query(MONTHS, [monthStart(day)]);
  for (const { month, closes, opens, base } of z.array(monthRow).parse(rows)) {
    await tx.query(RETENTION, [month, closes, opens, base]);
    await tx.query('DELETE FROM mrr_month_cohorts WHERE month = $1::date', [month]);
    await tx.query(COHORTS, [month, closes]);
  }
}

const monthRow = z.object({
  month: z.string(),
  closes: z.string(),
  opens: z.string().nullable(),
  base: z.string().nullable(),
});

const MONTHS = `
WITH months AS (SELECT date_trunc('month', day)::date AS month, min(day) AS first, max(day) AS closes FROM mrr_days GROUP BY 1)
SELECT m.month::text AS month, m.closes::text AS closes,
  -- In the month in which the history begins, its first day.
  coalesce((SELECT max(day) FROM mrr_days d WHERE d.day < m.month), m.first)::text AS opens,
  (SELECT closes FROM months b WHERE b.month = (m.month - interval '12 months')::date)::text AS base
FROM months m
WHERE m.month >= $1::date OR NOT EXISTS (SELECT 1 FROM mrr_month_retention r WHERE r.month = m.month)
ORDER BY m.month`;

/** What could not be read for a while counts as it was before. */
const ASSUMED = "reason NOT IN ('unread', 'read_again')";
const rate = (...rates: string[]): string =>
  `CASE WHEN currency IN ('USD', '') THEN 1 ELSE coalesce(${rates.map((one) => `(${one}->>currency)::numeric`).join(', ')}) END`;

const RETENTION = `
WITH rates AS (
  SELECT (SELECT rates FROM mrr_days WHERE day = $2::date) AS now,
    coalesce((SELECT rates FROM mrr_days WHERE day = $4::date), '{}') AS base
), levels AS (
  SELECT customer, currency, sum(amount) AS now, coalesce(sum(amount) FILTER (WHERE day <= $4::date), 0) AS base
  FROM mrr_movements WHERE day <= $2::date AND ${ASSUMED} GROUP BY 1, 2
), customers AS (
  SELECT sum(l.now * ${rate('r.now')}) AS mrr, bool_or(l.now <> 0 AND ${rate('r.now')} IS NULL) AS is_partial,
    sum(l.base * ${rate('r.base', 'r.now')}) AS base, sum(l.now * ${rate('r.base', 'r.now')}) AS kept
  FROM levels l CROSS JOIN rates r WHERE l.now <> 0 OR l.base <> 0 GROUP BY customer
), counts AS (
  SELECT coalesce(sum(customers), 0) AS now, coalesce(sum(customers) FILTER (WHERE day <= $3::date), 0) AS opening
  FROM mrr_movements WHERE day <= $2::date AND customers <> 0
)
INSERT INTO mrr_month_retention
  (month, closes, opening_customers, customers, mrr_usd, base_usd, kept_usd, capped_usd)
SELECT $1::date, $2::date, counts.opening, counts.now,
  (SELECT CASE WHEN bool_or(is_partial) THEN NULL ELSE coalesce(sum(mrr), 0) END FROM customers),
  CASE WHEN $4::date IS NOT NULL THEN (SELECT coalesce(sum(base), 0) FROM customers) END,
  CASE WHEN $4::date IS NOT NULL THEN (SELECT coalesce(sum(kept) FILTER (WHERE base > 0), 0) FROM customers) END,
  CASE WHEN $4::date IS NOT NULL THEN (SELECT coalesce(sum(least(kept, base)) FILTER (WHERE base > 0), 0) FROM customers) END
FROM counts
ON CONFLICT (month) DO UPDATE SET closes = excluded.closes, opening_customers = excluded.opening_customers,
  customers = excluded.customers, mrr_usd = excluded.mrr_usd, base_usd = excluded.base_usd,
  kept_usd = excluded.kept_usd, capped_usd = excluded.capped_usd`;

// At the rates of the cohort's own month, on both sides: a rate moves no retention.
const COHORTS = `
WITH begins AS (SELECT min(day) AS day FROM mrr_days),
firsts AS (
  SELECT customer, min(day) AS first FROM mrr_movements WHERE day <= $2::date GROUP BY customer
), levels AS (
  SELECT m.customer, f.first, m.currency, sum(m.amount) AS now, coalesce(sum(m.amount) FILTER (WHERE m.day = f.first), 0) AS start
  FROM mrr_movements m JOIN firsts f USING (customer) WHERE m.day <= $2::date AND ${ASSUMED} GROUP BY 1, 2, 3
), cohorts AS (
  SELECT c.cohort, (SELECT rates FROM mrr_days WHERE day < c.cohort + interval '1 month' ORDER BY day DESC LIMIT 1) AS rates
  FROM (SELECT DISTINCT date_trunc('month', first)::date AS cohort FROM firsts) c
), customers AS (
  SELECT c.cohort, CASE WHEN l.first = begins.day THEN 'existing' ELSE 'started' END AS kind, l.customer,
    bool_or(l.now <> 0) AS is_kept, sum(l.now * ${rate('c.rates', 'n.rates')}) AS kept, sum(l.start * ${rate('c.rates', 'n.rates')}) AS start
  FROM levels l JOIN cohorts c ON c.cohort = date_trunc('month', l.first)::date
    CROSS JOIN begins JOIN mrr_days n ON n.day = $2::date
  GROUP BY 1, 2, 3
)
INSERT INTO mrr_month_cohorts (month, cohort, kind, start_customers, customers, start_usd, kept_usd)
SELECT $1::date, cohort, kind, count(*), count(*) FILTER (WHERE is_kept), sum(start), sum(kept)
FROM customers GROUP BY cohort, kind`;
