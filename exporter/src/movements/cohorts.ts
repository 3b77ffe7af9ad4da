import { z } from 'zod';
import { COHORT_KINDS, type RevenueCohortRow } from '../contract/datasets.ts';
import type { Queryable } from '../database/queryable.ts';
import { addMonths, monthStart, type Period } from '../money/days.ts';
import { ratio } from '../money/format.ts';
import { nanosOrNull, nanosText } from './columns.ts';
import { isComplete, monthBuckets, monthsOf } from './buckets.ts';

const cohortRow = z.object({
  month: z.string(),
  cohort: z.string(),
  kind: z.enum(COHORT_KINDS),
  start_customers: z.int(),
  customers: z.int(),
  start: nanosOrNull,
  kept: nanosOrNull,
});
type CohortMonth = z.output<typeof cohortRow>;

const COHORTS = `
SELECT month::text AS month, cohort::text AS cohort, kind, start_customers, customers, start_usd::text AS start,
  kept_usd::text AS kept
FROM mrr_month_cohorts WHERE cohort >= $1::date AND cohort < $2::date ORDER BY cohort, kind, month`;

/** Cohorts that began in the period: a row for each month since, up to the running one. */
export async function revenueCohorts(db: Queryable, period: Period, today: string): Promise<RevenueCohortRow[]> {
  const from = monthStart(period.from);
  const { rows } = await db.query(COHORTS, [from, period.to]);
  const months = new Map(
    (await monthBuckets(db, { from, to: addMonths(today, 1) })).map((month) => [month.from, isComplete(month, today)]),
  );
  const cohorts = Map.groupBy(z.array(cohortRow).parse(rows), ({ cohort, kind }) => `${cohort} ${kind}`);
  return [...cohorts.values()].flatMap((known) => cohortRows(known, months));
}

function cohortRows(known: readonly CohortMonth[], complete: ReadonlyMap<string, boolean>): RevenueCohortRow[] {
  const newest = known.at(-1);
  if (newest === undefined) return [];
  const { cohort, kind } = newest;
  const byMonth = new Map(known.map((row) => [row.month, row]));
  const last = [...complete.keys()].at(-1) ?? cohort;
  return monthsOf({ from: cohort, to: addMonths(last, 1) }).map(({ from: month }, age) => {
    const found = byMonth.get(month);
    // While a cohort's own month runs, more customers join it; afterwards its start does not change.
    const { start_customers: startCustomers, start } = found ?? newest;
    return {
      ...{ cohort: cohort.slice(0, 7), kind, age, month: month.slice(0, 7), startCustomers },
      complete: complete.get(month) ?? false,
      customers: found?.customers ?? null,
      customerRetention: found === undefined ? null : ratio(BigInt(found.customers), BigInt(startCustomers)),
      startMrrUsd: nanosText(start),
      mrrUsd: nanosText(found?.kept ?? null),
      mrrRetention: found === undefined ? null : ratio(found.kept, start),
    };
  });
}
