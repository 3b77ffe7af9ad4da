import { z } from 'zod';
import { LISTED_MOVEMENTS, type LargestMovementRow, type ListedMovement } from '../contract/datasets.ts';
import { withCustomerNames } from '../customers/details.ts';
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

// A scope picks the movements that touch it; they are shown whole. Names are looked up for those alone that are shown.
// $8: plans by their ids.
const LARGEST = `
WITH largest AS (
  SELECT day, kind, customer, CASE WHEN bool_or(amount_usd IS NULL) THEN NULL ELSE sum(amount_usd) END AS amount,
    abs(sum(amount_usd)) AS size
  FROM mrr_movements
  WHERE day >= $1::date AND day < $2::date AND kind <> 'opening' AND ($3::text IS NULL OR customer = $3)
    AND ($4::text IS NULL OR kind = $4)
  GROUP BY day, kind, customer
  HAVING ($5::text IS NULL OR bool_or(plan = $5)) AND ($6::text IS NULL OR bool_or(product = $6))
    AND ($7::text IS NULL OR bool_or(currency = $7))
  ORDER BY size DESC NULLS LAST, day DESC, customer, kind LIMIT $9::int
)
SELECT l.day::text AS day, l.kind AS movement, l.customer, l.amount::text AS amount, n.before, n.after
FROM largest l CROSS JOIN LATERAL (
  SELECT string_agg(DISTINCT name, '; ') FILTER (WHERE amount < 0) AS before,
    string_agg(DISTINCT name, '; ') FILTER (WHERE amount > 0) AS after
  FROM (
    SELECT m.amount, CASE WHEN m.plan = '' THEN NULL WHEN $8::boolean THEN m.plan
      ELSE coalesce(nullif(p.name, ''), m.plan) END AS name
    FROM mrr_movements m LEFT JOIN mrr_plans p USING (plan)
    WHERE m.customer = l.customer AND m.day = l.day AND m.kind = l.kind
  ) named
) n
ORDER BY l.size DESC NULLS LAST, l.day DESC, l.customer, l.kind`;

/** Single customers' movements of the period, largest change first; without a rate last. */
export async function largestMovements(
  db: Queryable,
  { from, to }: Period,
  { customer, movement, plan, product, currency, plansById, limit }: LargestScope,
): Promise<LargestMovementRow[]> {
  const filters = [customer, movement, plan, product, currency].map((one) => one ?? null);
  const { rows } = await db.query(LARGEST, [from, to, ...filters, plansById, limit]);
  const found = z
    .array(largestRow)
    .parse(rows)
    .map(({ amount, before, after, ...row }) => ({
      ...row,
      amountUsd: nanosText(amount),
      plansBefore: before,
      plansAfter: after,
    }));
  return withCustomerNames(db, found);
}
