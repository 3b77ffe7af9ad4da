import { z } from 'zod';
import { LISTED_MOVEMENTS, type LargestMovementRow, type ListedMovement } from '../contract/datasets.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Period } from '../money/days.ts';
import { nanosOrNull, nanosText } from './columns.ts';
import type { MovementScope } from './scope.ts';

export interface LargestScope extends MovementScope {
  readonly movement?: ListedMovement | undefined;
  readonly limit: number;
  /** Plans by their ids: a nickname may be a customer's name. */
  readonly plansById: boolean;
}

const largestRow = z.object({
  day: z.string(),
  movement: z.enum(LISTED_MOVEMENTS),
  customer: z.string(),
  amount: nanosOrNull,
  before: z.string().nullable(),
  after: z.string().nullable(),
});

// A scope picks the movements that touch it; they are shown whole. $8: plans by their ids.
const LARGEST = `
SELECT day::text AS day, kind AS movement, customer,
  CASE WHEN bool_or(amount_usd IS NULL) THEN NULL ELSE sum(amount_usd) END::text AS amount,
  string_agg(DISTINCT name, ', ') FILTER (WHERE amount < 0) AS before,
  string_agg(DISTINCT name, ', ') FILTER (WHERE amount > 0) AS after
FROM (
  SELECT m.*, CASE WHEN m.plan = '' THEN NULL WHEN $8::boolean THEN m.plan ELSE coalesce(nullif(p.name, ''), m.plan) END
    AS name
  FROM mrr_movements m LEFT JOIN mrr_plans p USING (plan)
  WHERE m.day >= $1::date AND m.day < $2::date AND m.kind <> 'opening' AND ($3::text IS NULL OR m.customer = $3)
    AND ($4::text IS NULL OR m.kind = $4)
) m
GROUP BY day, kind, customer
HAVING ($5::text IS NULL OR bool_or(plan = $5)) AND ($6::text IS NULL OR bool_or(product = $6))
  AND ($7::text IS NULL OR bool_or(currency = $7))
ORDER BY abs(sum(amount_usd)) DESC NULLS LAST, day DESC, customer, kind LIMIT $9::int`;

/** Single customers' movements of the period, largest change first; without a rate last. */
export async function largestMovements(
  db: Queryable,
  { from, to }: Period,
  { customer, movement, plan, product, currency, plansById, limit }: LargestScope,
): Promise<LargestMovementRow[]> {
  const filters = [customer, movement, plan, product, currency].map((one) => one ?? null);
  const { rows } = await db.query(LARGEST, [from, to, ...filters, plansById, limit]);
  return z
    .array(largestRow)
    .parse(rows)
    .map(({ amount, before, after, ...row }) => ({
      ...row,
      amountUsd: nanosText(amount),
      plansBefore: before,
      plansAfter: after,
    }));
}
