import type { MovementFigures } from '../contract/revenue-movements.ts';
import { rateOf } from '../money/mrr-movements.ts';
import { nanosInUsd, type Nanos } from '../money/nanos.ts';
import type { Boundary, Bucket } from './buckets.ts';
import { nanosText } from './columns.ts';
import type { BucketSums } from './sum-columns.ts';
import type { BucketCounts, MovementSums } from './sums.ts';

const KINDS = ['new', 'expansion', 'contraction', 'churn', 'reactivation', 'correction'] as const;

/** MRR of one group in one bucket, in USD; null where nothing of it is known. */
export interface BucketFigures extends Readonly<Record<(typeof KINDS)[number], Nanos | null>> {
  readonly opening: Nanos | null;
  readonly rateChange: Nanos;
  readonly closing: Nanos | null;
  readonly newCustomers: number;
  readonly churnedCustomers: number;
  readonly reactivatedCustomers: number;
}

export interface GroupFigures {
  /** Null: all groups beyond the limit. */
  readonly group: string | null;
  /** One for each bucket; null for one without a known day. */
  readonly figures: readonly (BucketFigures | null)[];
}

/** Levels from what moved: each bucket opens with what the ones before it left, at the rates of its own boundaries. */
export function figuresOf(buckets: readonly Bucket[], { sums, counts }: MovementSums): GroupFigures[] {
  const groups = Map.groupBy(sums, ({ grp }) => grp);
  const byGroup = Map.groupBy(counts, ({ grp }) => grp);
  return [...groups].map(([group, rows]) => {
    const byBucket = Map.groupBy(rows, ({ bucket }) => bucket);
    const level = new Map<string, Nanos>();
    move(level, byBucket.get(-1) ?? [], ({ amount }) => amount);
    const counted = Map.groupBy(byGroup.get(group) ?? [], ({ bucket }) => bucket);
    return {
      group,
      figures: buckets.map((bucket, index) => {
        const moved = byBucket.get(index) ?? [];
        move(level, moved, ({ opening }) => opening);
        const opening = bucket.opens === null ? null : valueOf(level, bucket.opens);
        move(level, moved, ({ amount, opening: begun }) => amount - begun);
        if (bucket.closes === null) return null;
        return bucketFigures(opening, valueOf(level, bucket.closes), moved, counted.get(index) ?? []);
      }),
    };
  });
}

function bucketFigures(
  opening: Nanos | null,
  closing: Nanos | null,
  moved: readonly BucketSums[],
  counts: readonly BucketCounts[],
): BucketFigures {
  const sum = (kind: (typeof KINDS)[number]): Nanos | null => sumOrUnknown(moved.map((row) => row[kind]));
  const kinds = {
    new: sum('new'),
    expansion: sum('expansion'),
    contraction: sum('contraction'),
    churn: sum('churn'),
    reactivation: sum('reactivation'),
    correction: sum('correction'),
  };
  const all = KINDS.reduce((known, kind) => known + (kinds[kind] ?? 0n), 0n);
  return {
    ...kinds,
    opening,
    // Amounts are moved at the rate of their day, so that what is left over is what the rates did.
    rateChange: (closing ?? 0n) - (opening ?? 0n) - all,
    closing,
    newCustomers: counts.reduce((sum, one) => sum + one.new, 0),
    churnedCustomers: counts.reduce((sum, one) => sum + one.churn, 0),
    reactivatedCustomers: counts.reduce((sum, one) => sum + one.reactivation, 0),
  };
}

/** The known part; null where what there is, is unknown altogether. */
function sumOrUnknown(amounts: readonly (Nanos | null)[]): Nanos | null {
  const known = amounts.reduce<Nanos>((sum, amount) => sum + (amount ?? 0n), 0n);
  return known === 0n && amounts.includes(null) ? null : known;
}

function move(level: Map<string, Nanos>, rows: readonly BucketSums[], by: (row: BucketSums) => Nanos): void {
  for (const row of rows) level.set(row.currency, (level.get(row.currency) ?? 0n) + by(row));
}

/** In USD as far as there are rates; null where there are none at all. */
export function valueOf(level: ReadonlyMap<string, Nanos>, { rates }: Boundary): Nanos | null {
  const held = [...level].filter(([, amount]) => amount !== 0n);
  const known = held.flatMap(([currency, amount]) => {
    const rate = rateOf(rates, currency);
    return rate === undefined ? [] : [nanosInUsd(amount, rate)];
  });
  return known.length === 0 && held.length > 0 ? null : known.reduce((sum, usd) => sum + usd, 0n);
}

type Money = Omit<MovementFigures, 'kind' | 'group' | 'name'>;

const UNKNOWN: Money = {
  openingUsd: null,
  newUsd: null,
  expansionUsd: null,
  contractionUsd: null,
  churnUsd: null,
  reactivationUsd: null,
  rateChangeUsd: null,
  correctionUsd: null,
  closingUsd: null,
  netNewUsd: null,
  newCustomers: null,
  churnedCustomers: null,
  reactivatedCustomers: null,
};

/** As the API writes them. What moved is only known where MRR is known at both ends. */
export function moneyOf(figures: BucketFigures | null): Money {
  if (figures === null) return UNKNOWN;
  const { opening, closing, newCustomers, churnedCustomers, reactivatedCustomers, ...kinds } = figures;
  const ends = { openingUsd: nanosText(opening), closingUsd: nanosText(closing) };
  if (opening === null || closing === null) return { ...UNKNOWN, ...ends };
  return {
    ...ends,
    newUsd: nanosText(kinds.new),
    expansionUsd: nanosText(kinds.expansion),
    contractionUsd: nanosText(kinds.contraction),
    churnUsd: nanosText(kinds.churn),
    reactivationUsd: nanosText(kinds.reactivation),
    rateChangeUsd: nanosText(kinds.rateChange),
    correctionUsd: nanosText(kinds.correction),
    netNewUsd: nanosText(netNew(figures)),
    ...{ newCustomers, churnedCustomers, reactivatedCustomers },
  };
}

/** What customers did. */
export function netNew({ new: begun, expansion, contraction, churn, reactivation }: BucketFigures): Nanos | null {
  return sumOrUnknown([begun, expansion, contraction, churn, reactivation]);
}
