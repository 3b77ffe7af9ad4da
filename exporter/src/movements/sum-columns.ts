import { z } from 'zod';
import { nanosOrNull } from './columns.ts';

const sum = nanosOrNull.transform((amount) => amount ?? 0n);

export const sumRow = z.object({
  /** -1: before the first bucket. */
  bucket: z.int(),
  /** Null: the groups beyond the limit. */
  grp: z.string().nullable(),
  currency: z.string(),
  opening: sum,
  amount: sum,
  // Null where something of the kind moved and none of it has a rate.
  new: nanosOrNull,
  expansion: nanosOrNull,
  contraction: nanosOrNull,
  churn: nanosOrNull,
  reactivation: nanosOrNull,
  correction: nanosOrNull,
  // Customers, as far as they are counted with the amounts.
  begun: z.int(),
  left: z.int(),
  returned: z.int(),
});
/** What moved in one bucket, by group and currency: native amounts, and the kinds in USD as far as they have a rate. */
export type BucketSums = z.output<typeof sumRow>;

/** SQL: the columns of `sumRow` behind bucket, grp and currency. */
export const SUM_COLUMNS = `sum(amount)::text AS amount, sum(amount) FILTER (WHERE kind = 'opening')::text AS opening,
  ${(['new', 'expansion', 'contraction', 'churn', 'reactivation', 'correction'] as const)
    .map(
      (kind) => `(CASE WHEN count(*) FILTER (WHERE kind = '${kind}') = 0 THEN 0
        ELSE sum(amount_usd) FILTER (WHERE kind = '${kind}') END)::text AS "${kind}"`,
    )
    .join(', ')},
  coalesce(sum(customers) FILTER (WHERE kind = 'new'), 0)::int AS begun,
  coalesce(sum(customers) FILTER (WHERE kind = 'churn'), 0)::int AS "left",
  coalesce(sum(customers) FILTER (WHERE kind = 'reactivation'), 0)::int AS returned`;

/** SQL: an amount at the rates of the newest known day, to rank by. */
export const AT_NEWEST_RATE = `amount * CASE WHEN currency IN ('USD', '') THEN 1
  ELSE coalesce((newest.rates->>currency)::numeric, 0) END`;
