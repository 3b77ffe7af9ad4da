import { z } from 'zod';
import type { Queryable } from '../database/queryable.ts';
import type { Period } from '../money/days.ts';
import type { DayCost } from '../money/forecast.ts';
import { parseMicros } from '../money/micros.ts';

/** LLM cost by day of the users and customers that have a budget. */
export interface UsageDays {
  readonly costs: ReadonlyMap<string, readonly DayCost[]>;
  /** Those with usage in the running month whose cost is not known. */
  readonly withUnknown: ReadonlySet<string>;
}

const rows = z.array(
  z.object({ name: z.string(), day: z.string(), cost: z.string().transform(parseMicros), unpriced: z.boolean() }),
);

const BY_USER = `
SELECT user_id AS name, day::text AS day, cost_usd::text AS cost, unpriced_tokens > 0 AS unpriced
FROM llm_user_day WHERE day >= $1::date AND day < $2::date AND user_id = ANY($3::text[]) ORDER BY 1, 2`;

// As margin-by-customer has it: usage belongs to the customer that the user was linked to on its day.
const BY_CUSTOMER = `
SELECT customer AS name, day::text AS day, sum(cost_usd)::text AS cost, bool_or(unpriced_tokens > 0) AS unpriced FROM (
  SELECT DISTINCT ON (d.user_id, d.day) l.customer, d.day, d.cost_usd, d.unpriced_tokens
  FROM llm_user_day d JOIN customer_users l
    ON l.user_id = d.user_id AND l.valid_from <= d.day AND (l.valid_to IS NULL OR l.valid_to > d.day)
  WHERE d.day >= $1::date AND d.day < $2::date
    AND d.user_id IN (SELECT user_id FROM customer_users WHERE customer = ANY($3::text[]))
  ORDER BY d.user_id, d.day, l.valid_from DESC, l.customer
) owned WHERE customer = ANY($3::text[]) GROUP BY customer, owned.day ORDER BY 1, 2`;

/** @param monthStart first day of the running month; `period` reaches into the month before it */
export async function usageDays(
  db: Queryable,
  of: 'users' | 'customers',
  names: readonly string[],
  period: Period,
  monthStart: string,
): Promise<UsageDays> {
  if (names.length === 0) return { costs: new Map(), withUnknown: new Set() };
  const query = of === 'users' ? BY_USER : BY_CUSTOMER;
  const found = rows.parse((await db.query(query, [period.from, period.to, names])).rows);
  const days = found.map(({ name, day, cost }) => ({ name, day, amount: cost, source: 'api_usage' as const }));
  return {
    costs: Map.groupBy(days, ({ name }) => name),
    withUnknown: new Set(found.filter(({ day, unpriced }) => unpriced && day >= monthStart).map(({ name }) => name)),
  };
}

/** Providers with an amount in [from, to) that has no cost in USD: no rate, or usage without a price. */
export async function providersWithUnknown(db: Queryable, { from, to }: Period): Promise<ReadonlySet<string>> {
  const found = await db.query<{ provider: string }>(UNKNOWN, [from, to]);
  return new Set(found.rows.map(({ provider }) => provider));
}

// An invoice covers usage that has no price of its own.
const UNKNOWN = `
SELECT DISTINCT provider FROM effective_costs WHERE day >= $1::date AND day < $2::date AND amount_usd IS NULL
UNION
SELECT 'llm' WHERE EXISTS (
  SELECT 1 FROM llm_model_day m WHERE m.day >= $1::date AND m.day < $2::date AND m.unpriced_tokens > 0
    AND NOT EXISTS (
      SELECT 1 FROM effective_costs e
      WHERE e.provider = 'llm' AND e.day = m.day AND e.source IN ('invoice', 'api_invoice')))`;

/** Whether the LLM usage of the month was read at all: who is not in it then used nothing. */
export async function isUsageRead(db: Queryable, { from, to }: Period): Promise<boolean> {
  const { rows: found } = await db.query<{ some: boolean }>(
    'SELECT EXISTS (SELECT 1 FROM llm_model_day WHERE day >= $1::date AND day < $2::date) AS some',
    [from, to],
  );
  return found[0]?.some === true;
}
