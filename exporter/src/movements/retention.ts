import { z } from 'zod';
import type { RevenueRetentionRow } from '../contract/datasets.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Period } from '../money/days.ts';
import { ratio } from '../money/format.ts';
import { divideRounded } from '../money/micros.ts';
import type { Nanos } from '../money/nanos.ts';
import { isComplete, monthBuckets } from './buckets.ts';
import { nanosOrNull, nanosText } from './columns.ts';
import { figuresOf, type BucketFigures } from './figures.ts';
import { readSums } from './sums.ts';

const monthRow = z.object({
  month: z.string(),
  opening_customers: z.int(),
  customers: z.int(),
  mrr: nanosOrNull,
  base: nanosOrNull,
  kept: nanosOrNull,
  capped: nanosOrNull,
});
/** Of one month, what only a look at every customer tells. */
export type MonthCustomers = z.output<typeof monthRow>;

const MONTHS = `
SELECT month::text AS month, opening_customers, customers, mrr_usd::text AS mrr, base_usd::text AS base,
  kept_usd::text AS kept, capped_usd::text AS capped
FROM mrr_month_retention WHERE month >= $1::date AND month < $2::date`;

/** One row a month, whole months. */
export async function revenueRetention(db: Queryable, period: Period, today: string): Promise<RevenueRetentionRow[]> {
  const months = await monthBuckets(db, period);
  const [whole] = figuresOf(months, await readSums(db, months, { groupBy: 'none', limit: 1 }));
  const { rows } = await db.query(MONTHS, [months[0]?.from, months.at(-1)?.to]);
  const customers = new Map(
    z
      .array(monthRow)
      .parse(rows)
      .map((row) => [row.month, row]),
  );
  return months.map((month, index) => ({
    month: month.from.slice(0, 7),
    ...retentionOf(whole?.figures[index] ?? null, customers.get(month.from), isComplete(month, today)),
  }));
}

/** The rates of a month from its movements and customers. Pure. */
export function retentionOf(
  figures: BucketFigures | null,
  month: MonthCustomers | undefined,
  complete: boolean,
): Omit<RevenueRetentionRow, 'month'> {
  if (figures === null || month === undefined) return { ...UNKNOWN, complete };
  const { opening, churn, contraction, expansion, reactivation } = figures;
  const { newCustomers, churnedCustomers, reactivatedCustomers } = figures;
  const { opening_customers: openingCustomers, customers, mrr, base, kept, capped } = month;
  // Where a part has no rate, what was lost or won is known in part only.
  const known = [opening, churn, contraction, expansion, reactivation].every((amount) => amount !== null);
  const lost = -((churn ?? 0n) + (contraction ?? 0n));
  const won = (expansion ?? 0n) + (reactivation ?? 0n);
  const customerChurnRate = ratio(BigInt(churnedCustomers), BigInt(openingCustomers));
  return {
    complete,
    openingCustomers,
    ...{ newCustomers, churnedCustomers, reactivatedCustomers, customers },
    mrrUsd: nanosText(figures.closing),
    arpuUsd: mrr === null || customers === 0 ? null : nanosText(divideRounded(mrr, BigInt(customers))),
    customerChurnRate,
    grossMrrChurnRate: known ? ratio(lost, opening) : null,
    netMrrChurnRate: known ? ratio(lost - won, opening) : null,
    netRevenueRetention: ratio(kept, base),
    grossRevenueRetention: ratio(capped, base),
    lifetimeValueUsd: complete ? lifetimeValue(mrr, customers, churnedCustomers, openingCustomers) : null,
  };
}

const UNKNOWN: Omit<RevenueRetentionRow, 'month' | 'complete'> = {
  openingCustomers: null,
  newCustomers: null,
  churnedCustomers: null,
  reactivatedCustomers: null,
  customers: null,
  mrrUsd: null,
  arpuUsd: null,
  customerChurnRate: null,
  grossMrrChurnRate: null,
  netMrrChurnRate: null,
  netRevenueRetention: null,
  grossRevenueRetention: null,
  lifetimeValueUsd: null,
};

/** ARPU / customer churn rate, rounded once. Without churn it would be endless, which is not a figure. */
function lifetimeValue(mrr: Nanos | null, customers: number, churned: number, opening: number): string | null {
  if (mrr === null || customers === 0 || churned === 0) return null;
  return nanosText(divideRounded(mrr * BigInt(opening), BigInt(customers) * BigInt(churned)));
}
