import type { Pool } from 'pg';
import type { Checkpoint, Collected, Collector, Day } from '../collectors/contract.ts';
import type { Queryable } from '../database/queryable.ts';
import { withTransaction } from '../database/pool.ts';
import { rememberDays } from './days.ts';
import { CollectorError } from '../collectors/errors.ts';
import { lostLease, storingError } from './failure.ts';
import { finishCollector, holdsCollector, type CollectorLease, type LogEntry, type Stamp } from './leases.ts';

export interface Storing {
  readonly pool: Pool;
  readonly collector: Collector;
  readonly lease: CollectorLease;
  readonly collected: Collected<unknown>;
  readonly day: Day;
  readonly days: readonly Day[];
  readonly today: Day;
  readonly stamp: Stamp;
  /** The log's entry for so many written rows; made inside, since its duration includes the storing. */
  readonly entry: (rows: number) => LogEntry;
}

/** Stores data, gauges, days and the finished log row in one transaction, fenced by the lease: all of it or nothing. */
export async function storeCollected({
  pool,
  collector,
  lease,
  collected,
  day,
  days,
  today,
  stamp,
  entry,
}: Storing): Promise<number> {
  const samples = collector.samples(collected.data, day);
  return withTransaction(pool, async (tx) => {
    if (!(await holdsCollector(tx, lease))) throw lostLease();
    const { rows } = await collector.store(tx, day, collected.data);
    await storeSamples(tx, collector, day, samples, collected.asOf ?? null, stamp);
    await rememberDays(tx, collector.name, days, collected, today);
    await finishCollector(tx, lease, entry(rows), stamp);
    return rows;
  });
}

/** Counts the rows of its parts. */
export interface CountingCheckpoint {
  readonly store: Checkpoint;
  readonly rows: () => number;
}

/** Parts of a run that are stored before its end, each in a transaction that only the lease's holder commits. */
export function createCheckpoint({
  pool,
  collector,
  lease,
  day,
  today,
  asOf,
  stamp,
  signal,
}: Pick<Storing, 'pool' | 'collector' | 'lease' | 'day' | 'today' | 'stamp'> & {
  readonly asOf: Date;
  readonly signal: AbortSignal;
}): CountingCheckpoint {
  let rows = 0;
  return {
    rows: () => rows,
    async store(part) {
      signal.throwIfAborted();
      rows += await withTransaction(pool, async (tx) => {
        if (!(await holdsCollector(tx, lease))) throw lostLease();
        const stored = await part(tx);
        if (stored.samples !== undefined) await storeSamples(tx, collector, day, stored.samples, asOf, stamp);
        if (stored.days !== undefined) await rememberDays(tx, collector.name, stored.days, {}, today);
        return stored.rows;
      }).catch((error: unknown) => {
        throw error instanceof CollectorError || signal.aborted ? error : storingError(error);
      });
    },
  };
}

async function storeSamples(
  tx: Queryable,
  collector: Collector,
  day: Day,
  samples: readonly unknown[],
  asOf: Date | null,
  stamp: Stamp,
): Promise<void> {
  await tx.query(
    `INSERT INTO collector_samples AS s (collector, day, samples, data_as_of, stored_at)
     VALUES ($1, $2::date, $3, $4, coalesce($5::timestamptz, clock_timestamp()))
     ON CONFLICT (collector) DO UPDATE
       SET day = excluded.day, samples = excluded.samples, data_as_of = excluded.data_as_of,
       stored_at = excluded.stored_at
     WHERE s.day <= excluded.day`,
    [collector.name, day, JSON.stringify(samples), asOf, stamp],
  );
}
