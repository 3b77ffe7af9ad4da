import { z } from 'zod';
import type { MovementGroup } from '../contract/revenue-movements.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Nanos } from '../money/nanos.ts';
import type { Bucket } from './buckets.ts';
import { RESTATED_MOVEMENTS } from './restated.ts';
import type { GroupedScope, MovementScope } from './scope.ts';
import { readStoredSums, summedFor } from './stored-sums.ts';
import { AT_NEWEST_RATE, SUM_COLUMNS, sumRow, type BucketSums } from './sum-columns.ts';

/** Columns are ours, never a caller's text. */
const COLUMNS: Readonly<Record<MovementGroup, string>> = {
  none: "''",
  plan: 'plan',
  product: 'product',
  currency: 'currency',
  customer: 'customer',
};

const countRow = z.object({
  bucket: z.int(),
  grp: z.string().nullable(),
  new: z.int(),
  churn: z.int(),
  reactivation: z.int(),
});
export type BucketCounts = z.output<typeof countRow>;

// $1 plan, $2 product, $3 currency, $4 customer, $5 first days of the buckets, $6 the end, $7 groups that have a row.
const WHERE = `day < $6::date AND ($1::text IS NULL OR plan = $1) AND ($2::text IS NULL OR product = $2)
  AND ($3::text IS NULL OR currency = $3) AND ($4::text IS NULL OR customer = $4)`;
const BUCKET = 'width_bucket(day, $5::date[]) - 1';
const group = (of: MovementGroup): string =>
  of === 'none' ? "''" : `CASE WHEN ${COLUMNS[of]} = ANY($7::text[]) THEN ${COLUMNS[of]} END`;

/**
 * All of a customer's parts have the kind of the customer. Where only some of them are looked at, each group's own sign
 * says whether it grew: a switch of plans is a contraction of one and an expansion of the other.
 */
const SOURCES = {
  whole: (of: MovementGroup, table: string) => `
    SELECT ${BUCKET} AS bucket, ${group(of)} AS grp, currency, kind, amount, amount_usd, abs(customers) AS customers FROM ${table} WHERE ${WHERE}`,
  parts: (of: MovementGroup, table: string) => `
    SELECT ${BUCKET} AS bucket, ${group(of)} AS grp, currency, kind, amount, amount_usd, 0 AS customers FROM ${table}
      WHERE ${WHERE} AND kind NOT IN ('expansion', 'contraction')
    UNION ALL
    SELECT ${BUCKET}, ${group(of)}, currency,
      CASE WHEN sum(coalesce(amount_usd, amount)) OVER (PARTITION BY day, customer COLLATE "C", ${COLUMNS[of]} COLLATE "C") < 0
        THEN 'contraction' ELSE 'expansion' END, amount, amount_usd, 0
    FROM ${table} WHERE ${WHERE} AND kind IN ('expansion', 'contraction')`,
};

const sumsSql = (of: MovementGroup, source: keyof typeof SOURCES, table: string): string => `
SELECT bucket, grp, currency, ${SUM_COLUMNS}
FROM (${SOURCES[source](of, table)}) m GROUP BY bucket, grp, currency ORDER BY bucket`;

const countsSql = (of: MovementGroup): string => `
SELECT bucket, grp, ${(['new', 'churn', 'reactivation'] as const)
  .map((kind) => `count(*) FILTER (WHERE kind = '${kind}')::int AS "${kind}"`)
  .join(', ')}
FROM (
  SELECT DISTINCT ${BUCKET} AS bucket, ${group(of)} AS grp, day, customer, kind FROM mrr_movements
  WHERE ${WHERE} AND day >= ($5::date[])[1] AND kind IN ('new', 'churn', 'reactivation')
) m GROUP BY bucket, grp`;

const largestSql = (of: MovementGroup, where: string, end: string, limit: string): string => `
WITH newest AS (SELECT rates FROM mrr_days WHERE day < ${end}::date ORDER BY day DESC LIMIT 1)
SELECT grp FROM (
  SELECT ${COLUMNS[of]} AS grp, sum(${AT_NEWEST_RATE}) AS usd
  FROM mrr_movements LEFT JOIN newest ON true WHERE ${where} GROUP BY 1
) g ORDER BY usd DESC, grp LIMIT ${limit}::int`;

const largestInScope = (of: MovementGroup): string => largestSql(of, `${WHERE} AND $5::date[] IS NOT NULL`, '$6', '$7');
// Nothing is filtered. Postgres reckons that the filters of WHERE leave a few rows, even where none is given, and plans
// for so few: with 34,000 movements that took six times as long.
const LARGEST_CUSTOMERS = largestSql('customer', 'day < $1::date', '$1', '$2');

export interface MovementSums {
  /** The groups that have rows of their own, largest first; empty without a grouping. */
  readonly top: readonly string[];
  readonly sums: readonly BucketSums[];
  readonly counts: readonly BucketCounts[];
}

/** What moved in each bucket; one grouping of the parts, within a scope. */
export async function readSums(db: Queryable, buckets: readonly Bucket[], scope: GroupedScope): Promise<MovementSums> {
  const { groupBy, limit } = scope;
  const summed = summedFor(scope);
  if (summed !== undefined) {
    const stored = await readStoredSums(db, buckets, scope, summed);
    return { ...stored, counts: stored.sums.map(countsOf) };
  }
  if (groupBy === 'customer' && isEverything(scope)) return readCustomerSums(db, buckets, scope);
  const values = [...scopeValues(scope), buckets.map(({ from }) => from), buckets.at(-1)?.to ?? null];
  const top = groupBy === 'none' ? [] : await largestGroups(db, largestInScope(groupBy), [...values, limit]);
  const grouped = groupBy === 'none' ? [] : [top];
  const isWhole =
    scope.plan === undefined &&
    scope.product === undefined &&
    scope.currency === undefined &&
    (groupBy === 'none' || groupBy === 'customer');
  const table = scope.view === 'restated' ? RESTATED_MOVEMENTS : 'mrr_movements';
  const sums = await db.query(sumsSql(groupBy, isWhole ? 'whole' : 'parts', table), [...values, ...grouped]);
  const rows = z.array(sumRow).parse(sums.rows);
  if (isWhole) return { top, sums: rows, counts: rows.map(countsOf) };
  const counts = await db.query(countsSql(groupBy), [...values, ...grouped]);
  return { top, sums: rows, counts: z.array(countRow).parse(counts.rows) };
}

function isEverything({ plan, product, currency, customer, view }: GroupedScope): boolean {
  return [plan, product, currency, customer].every((one) => one === undefined) && view !== 'restated';
}

/** The largest customers from their movements, and all others together as what is left of the stored total. */
async function readCustomerSums(
  db: Queryable,
  buckets: readonly Bucket[],
  { limit }: Pick<GroupedScope, 'limit'>,
): Promise<MovementSums> {
  const end = buckets.at(-1)?.to ?? null;
  const top = await largestGroups(db, LARGEST_CUSTOMERS, [end, limit]);
  const { rows } = await db.query(SUMS_OF_CUSTOMERS, [buckets.map(({ from }) => from), end, top]);
  const shown = z.array(sumRow).parse(rows);
  const total = await readStoredSums(db, buckets, { groupBy: 'none', limit }, { dimension: 'none', only: undefined });
  const sums = [...shown, ...total.sums.map((row) => lessThose(row, shown))];
  return { top, sums, counts: sums.map(countsOf) };
}

// $1 first days of the buckets, $2 the end, $3 customers: by their index.
const SUMS_OF_CUSTOMERS = `
SELECT width_bucket(day, $1::date[]) - 1 AS bucket, customer AS grp, currency, ${SUM_COLUMNS}
FROM (SELECT day, customer, currency, kind, amount, amount_usd, abs(customers) AS customers FROM mrr_movements
  WHERE customer = ANY($3::text[]) AND day < $2::date) m GROUP BY 1, 2, 3`;

function lessThose(total: BucketSums, shown: readonly BucketSums[]): BucketSums {
  const own = shown.filter(({ bucket, currency }) => bucket === total.bucket && currency === total.currency);
  const rest = (of: (row: BucketSums) => Nanos | null): Nanos | null => {
    const all = of(total);
    // In one currency and bucket either everything has a rate or what has none is left out on both sides.
    return all === null ? null : own.reduce((left, row) => left - (of(row) ?? 0n), all);
  };
  const left = (of: (row: BucketSums) => number): number => own.reduce((sum, row) => sum - of(row), of(total));
  return {
    ...{ bucket: total.bucket, currency: total.currency, grp: null },
    opening: rest(({ opening }) => opening) ?? 0n,
    amount: rest(({ amount }) => amount) ?? 0n,
    new: rest((row) => row.new),
    expansion: rest(({ expansion }) => expansion),
    contraction: rest(({ contraction }) => contraction),
    churn: rest(({ churn }) => churn),
    reactivation: rest(({ reactivation }) => reactivation),
    correction: rest(({ correction }) => correction),
    begun: left(({ begun }) => begun),
    left: left((row) => row.left),
    returned: left(({ returned }) => returned),
  };
}

function countsOf({ bucket, grp, begun, left, returned }: BucketSums): BucketCounts {
  return { bucket, grp, new: begun, churn: left, reactivation: returned };
}

function scopeValues({ plan, product, currency, customer }: MovementScope): (string | null)[] {
  return [plan ?? null, product ?? null, currency ?? null, customer ?? null];
}

/** By MRR at the end, then by name. */
async function largestGroups(db: Queryable, sql: string, values: readonly unknown[]): Promise<string[]> {
  const { rows } = await db.query<{ grp: string }>(sql, [...values]);
  return rows.map(({ grp }) => grp);
}
