import { monthStart } from '../../money/days.ts';
import { divideRounded } from '../../money/micros.ts';
import type { CollectContext, Day } from '../contract.ts';
import type { BilledUsage } from './estimate.ts';

/** What a reading of the cluster is billed by. */
type Usage = Pick<BilledUsage, 'dimensions' | 'storageBytes'>;

/**
 * The usage that the month of each of `days` is billed by so far: Weaviate Cloud prices what is there hour by hour, so
 * that a month costs the price of its mean, not of what is there at its end. The mean is that of the readings that are
 * stored of the month and of `current`, which stands for `days`.
 *
 * @param days those of this run, oldest first
 */
export async function monthlyUsage(
  { db }: Pick<CollectContext, 'db'>,
  days: readonly Day[],
  current: Usage,
): Promise<ReadonlyMap<Day, BilledUsage>> {
  const [first = ''] = days;
  const { rows } = await db.query<{ day: string; dimensions: string; storage: string }>(
    `SELECT recorded_at::text AS day, dimensions::text AS dimensions, storage_bytes::text AS storage
     FROM weaviate_metrics WHERE recorded_at >= $1::date AND recorded_at < $2::date
       AND dimensions IS NOT NULL AND storage_bytes IS NOT NULL AND NOT demo`,
    [monthStart(first), first],
  );
  const readings = [
    ...rows.map(({ day, dimensions, storage }) => ({
      day,
      dimensions: BigInt(dimensions),
      storageBytes: BigInt(storage),
    })),
    ...days.map((day) => ({ day, ...current })),
  ];
  return new Map(
    days.map((day) => [day, meanOf(readings.filter((reading) => monthStart(reading.day) === monthStart(day)))]),
  );
}

/** The mean of the readings of a month. */
export function meanOf(readings: readonly Usage[]): BilledUsage {
  const days = BigInt(readings.length);
  const mean = (pick: (reading: Usage) => bigint) =>
    divideRounded(
      readings.reduce((sum, reading) => sum + pick(reading), 0n),
      days,
    );
  return {
    dimensions: mean(({ dimensions }) => dimensions),
    storageBytes: mean(({ storageBytes }) => storageBytes),
    days: readings.length,
  };
}

/**
 * The newest stored usage of collections that cannot be read now, added up, so that a month's estimate does not fall
 * with a fault. A collection that was never read adds nothing: the estimate is a lower bound.
 */
export async function lastKnownUsage(
  { db, today }: Pick<CollectContext, 'db' | 'today'>,
  collections: readonly string[],
): Promise<Usage> {
  if (collections.length === 0) return { dimensions: 0n, storageBytes: 0n };
  const { rows } = await db.query<{ dimensions: string; storage: string }>(
    `SELECT DISTINCT ON (c->>'name') c->>'dimensions' AS dimensions, c->>'storageBytes' AS storage
     FROM weaviate_metrics, jsonb_array_elements(by_collection) AS c
     WHERE recorded_at >= $1::date - 31 AND NOT demo AND c->>'name' = ANY($2::text[])
     ORDER BY c->>'name', recorded_at DESC`,
    [today, collections],
  );
  return rows.reduce<Usage>(
    (sum, row) => ({
      dimensions: sum.dimensions + BigInt(row.dimensions),
      storageBytes: sum.storageBytes + BigInt(row.storage),
    }),
    { dimensions: 0n, storageBytes: 0n },
  );
}
