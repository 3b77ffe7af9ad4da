import type { MovementFigures, MrrMovementRow, MrrWaterfallRow } from '../contract/datasets.ts';
import { customerNames } from '../customers/details.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Period } from '../money/days.ts';
import { dayBuckets, isComplete, monthBuckets, type Bucket } from './buckets.ts';
import { figuresOf, moneyOf, type BucketFigures, type GroupFigures } from './figures.ts';
import { loadPlanNames } from './plan-names.ts';
import { restateRates } from './restated.ts';
import type { GroupedScope } from './scope.ts';
import { readSums } from './sums.ts';

export async function movementsByDay(db: Queryable, period: Period, scope: GroupedScope): Promise<MrrMovementRow[]> {
  const rows = await rowsOf(db, await dayBuckets(db, period), scope);
  return rows.map(({ bucket, figures }) => ({ day: bucket.from, ...figures }));
}

export async function movementsByMonth(
  db: Queryable,
  period: Period,
  scope: GroupedScope,
  today: string,
): Promise<MrrWaterfallRow[]> {
  const rows = await rowsOf(db, await monthBuckets(db, period), scope);
  return rows.map(({ bucket, figures }) => ({
    month: bucket.from.slice(0, 7),
    complete: isComplete(bucket, today),
    ...figures,
  }));
}

interface Row {
  readonly bucket: Bucket;
  readonly figures: MovementFigures;
}

/** By bucket, then the groups as `readSums` ranks them. Groups that had nothing and got nothing have no row. */
async function rowsOf(db: Queryable, booked: readonly Bucket[], scope: GroupedScope): Promise<Row[]> {
  const buckets = scope.view === 'restated' ? await restateRates(db, booked) : booked;
  const found = await readSums(db, buckets, scope);
  const groups = figuresOf(buckets, found);
  const isWhole = scope.groupBy === 'none';
  const names = await namesOf(db, scope, found.top);
  if (isWhole && groups.length === 0) groups.push(...figuresOf(buckets, { ...found, sums: [NOTHING] }));
  const ranked = isWhole ? groups : found.top.flatMap((name) => groups.filter(({ group }) => group === name));
  const others = isWhole ? [] : groups.filter(({ group }) => group === null);
  return buckets.flatMap((bucket, index) =>
    [...ranked, ...others].flatMap(({ group, figures }): Row[] => {
      const one = figures[index] ?? null;
      if (!isWhole && one !== null && isNothing(one)) return [];
      return [{ bucket, figures: { ...labelOf(group, isWhole, names), ...moneyOf(one) } }];
    }),
  );
}

/** What the groups are called, for people. */
async function namesOf(
  db: Queryable,
  { groupBy }: GroupedScope,
  groups: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (groupBy === 'plan') return loadPlanNames(db);
  if (groupBy !== 'customer') return new Map();
  return new Map([...(await customerNames(db, groups))].map(([customer, { name }]) => [customer, name]));
}

/** So that a scope without any MRR has rows that say so. */
const NOTHING = {
  ...{ bucket: -1, grp: '', currency: 'USD', opening: 0n, amount: 0n },
  ...{ new: 0n, expansion: 0n, contraction: 0n, churn: 0n, reactivation: 0n, correction: 0n },
  ...{ begun: 0, left: 0, returned: 0 },
};

function isNothing({ opening, closing, newCustomers, ...kinds }: BucketFigures): boolean {
  const moved = [kinds.new, kinds.expansion, kinds.contraction, kinds.churn, kinds.reactivation, kinds.correction];
  return (opening ?? 0n) === 0n && closing === 0n && newCustomers === 0 && moved.every((amount) => amount === 0n);
}

function labelOf(
  group: GroupFigures['group'],
  isWhole: boolean,
  names: ReadonlyMap<string, string>,
): Pick<MovementFigures, 'kind' | 'group' | 'name'> {
  if (isWhole) return { kind: 'total', group: null, name: null };
  if (group === null) return { kind: 'other', group: null, name: null };
  // Days of which only the customers' totals are stored.
  if (group === '') return { kind: 'unknown', group: null, name: null };
  return { kind: 'group', group, name: names.get(group) ?? group };
}
