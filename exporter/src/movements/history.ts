import { z } from 'zod';
import type { ApiWarning } from '../contract/datasets.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Period } from '../money/days.ts';

const row = z.object({
  first: z.string().nullable(),
  by_plan: z.string().nullable(),
  unconverted: z.array(z.string()),
  gaps: z.array(z.object({ from: z.string(), to: z.string() })),
});

// A gap counts for the period in which its movements are shown: that of the first known day after it.
const HISTORY = `
SELECT min(day)::text AS first, min(day) FILTER (WHERE by_plan)::text AS by_plan,
  (SELECT coalesce(json_agg(DISTINCT u.currency ORDER BY u.currency), '[]') FROM mrr_days CROSS JOIN unnest(unconverted) AS u(currency)
    WHERE day >= $1::date AND day < $2::date) AS unconverted,
  coalesce(json_agg(json_build_object('from', (previous + 1)::text, 'to', (day - 1)::text) ORDER BY day)
    FILTER (WHERE day - previous > 1 AND day >= $1::date AND day < $2::date), '[]') AS gaps
FROM mrr_days`;

/** What a reader of movements must know: where the history begins, which days were not read. */
export async function historyWarnings(db: Queryable, { from, to }: Period): Promise<ApiWarning[]> {
  const { rows } = await db.query(HISTORY, [from, to]);
  const { first, by_plan: byPlan, gaps, unconverted } = row.parse(rows[0]);
  return [
    ...(first !== null && first >= from && first < to
      ? [
          {
            code: 'mrr_history_start' as const,
            message: `MRR is known only since ${first}: what there was on that day is an opening and no movement.`,
          },
        ]
      : []),
    ...(byPlan !== null && first !== null && byPlan > first && byPlan >= from
      ? [
          {
            code: 'mrr_plans_unknown' as const,
            message: `Plans, products and currencies are stored only since ${byPlan}; before, only each customer's MRR in USD is.`,
          },
        ]
      : []),
    ...(unconverted.length === 0
      ? []
      : [
          {
            code: 'unconverted_currency' as const,
            provider: 'stripe',
            message: `MRR in ${unconverted.join(', ')} has no exchange rate to USD and is not in these amounts.`,
          },
        ]),
    ...(gaps.length === 0
      ? []
      : [
          {
            code: 'unknown_mrr_days' as const,
            message:
              `MRR was not read on ${gaps.map((gap) => (gap.from === gap.to ? gap.from : `${gap.from} to ${gap.to}`)).join(', ')}: ` +
              'what moved meanwhile stands on the next day that was read.',
          },
        ]),
  ];
}
