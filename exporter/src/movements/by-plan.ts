import { z } from 'zod';
import type { MrrByPlanRow } from '../contract/datasets.ts';
import type { Queryable } from '../database/queryable.ts';
import { monthStart, type Period } from '../money/days.ts';
import { ratio } from '../money/format.ts';
import type { Nanos } from '../money/nanos.ts';
import { periodBucket, type Bucket } from './buckets.ts';
import { nanos, nanosText } from './columns.ts';
import { valueOf } from './figures.ts';
import { customersByPlan } from './plan-customers.ts';
import { loadPlanNames } from './plan-names.ts';

const planRow = z.object({
  plan: z.string(),
  product: z.string().nullable(),
  levels: z.array(z.object({ currency: z.string(), opening: nanos, now: nanos })),
});

// $1 the day that the period opens with, $2 the one that it closes with, $3 the month from which days are added up.
const PLANS = `
WITH by_currency AS (
  SELECT grp AS plan, currency, sum(amount) AS now, coalesce(sum(amount) FILTER (WHERE starts <= $1::date), 0) AS opening
  FROM mrr_sums WHERE dimension = 'plan' AND starts <= $2::date
    AND (unit = 'day' AND starts >= $3::date OR unit = 'month' AND starts < $3::date)
  GROUP BY 1, 2
)
SELECT plan, max(p.product) AS product,
  json_agg(json_build_object('currency', currency, 'opening', opening::text, 'now', now::text)) AS levels
FROM by_currency LEFT JOIN mrr_plans p USING (plan) WHERE now <> 0 OR opening <> 0 GROUP BY plan`;

interface Plan {
  readonly plan: string;
  readonly product: string | null;
  readonly customers: number;
  readonly opening: Nanos | null;
  readonly now: Nanos | null;
}

/** MRR of each plan on the last known day of the period, largest first; nothing where no day of it is known. */
export async function mrrByPlan(db: Queryable, period: Period, limit: number): Promise<MrrByPlanRow[]> {
  const bucket = await periodBucket(db, period);
  if (bucket.closes === null) return [];
  const opens = bucket.opens?.day ?? null;
  const { rows } = await db.query(PLANS, [opens, bucket.closes.day, monthStart(opens ?? bucket.closes.day)]);
  const customers = await customersByPlan(db, bucket.closes.day);
  const plans = z
    .array(planRow)
    .parse(rows)
    .map((row) => inUsd(row, customers.get(row.plan) ?? 0, bucket))
    .sort((a, b) => Number((b.now ?? 0n) - (a.now ?? 0n)) || (a.plan < b.plan ? -1 : 1));
  const names = await loadPlanNames(db);
  const total = sum(plans.map(({ now }) => now));
  const shown = plans.slice(0, limit).map((one): MrrByPlanRow => {
    const isKnown = one.plan !== '';
    return {
      kind: isKnown ? 'group' : 'unknown',
      plan: isKnown ? one.plan : null,
      name: isKnown ? (names.get(one.plan) ?? one.plan) : null,
      product: one.product,
      ...moneyOf(one, total),
    };
  });
  const rest = plans.slice(limit);
  if (rest.length === 0) return shown;
  const other = { opening: sum(rest.map(({ opening }) => opening)), now: sum(rest.map(({ now }) => now)) };
  return [
    ...shown,
    // A customer may have several plans, so customers of the rest together are not known from those of each.
    { kind: 'other', plan: null, name: null, product: null, ...moneyOf({ ...other, customers: null }, total) },
  ];
}

function inUsd(
  { plan, product, levels }: z.output<typeof planRow>,
  customers: number,
  { opens, closes }: Bucket,
): Plan {
  const level = (of: 'opening' | 'now') => new Map(levels.map((one) => [one.currency, one[of]]));
  return {
    ...{ plan, product, customers },
    opening: opens === null ? null : valueOf(level('opening'), opens),
    now: closes === null ? null : valueOf(level('now'), closes),
  };
}

function moneyOf(
  { opening, now, customers }: { opening: Nanos | null; now: Nanos | null; customers: number | null },
  total: Nanos | null,
): Pick<MrrByPlanRow, 'customers' | 'openingUsd' | 'mrrUsd' | 'changeUsd' | 'share'> {
  return {
    customers,
    openingUsd: nanosText(opening),
    mrrUsd: nanosText(now),
    changeUsd: nanosText(opening === null || now === null ? null : now - opening),
    share: ratio(now, total),
  };
}

/** Of what is known; null where nothing is. */
function sum(amounts: readonly (Nanos | null)[]): Nanos | null {
  const known = amounts.filter((amount) => amount !== null);
  return known.length === 0 ? null : known.reduce((all, amount) => all + amount, 0n);
}
