import type { Sample } from '../collectors/contract.ts';
import type { Queryable } from '../database/queryable.ts';
import type { ReplicaStatus } from '../database/replica/watch.ts';
import { budgetSamples, ledgerSamples, revenueSamples, storedSamples } from './business-samples.ts';
import { collectorSamples, type CollectorFacts } from './collector-samples.ts';
import { createLiveMetrics, type BuildInfo, type LiveMetrics } from './live.ts';
import { coalesce } from '../process/coalesce.ts';
import { EMPTY_SNAPSHOT, renderSnapshot, type Snapshot } from './snapshot.ts';

/** A further source of gauges, read at every refresh (invoices, demo label ...). */
export type SampleSource = (db: Queryable, today: string) => Promise<readonly Sample[]>;

export interface MetricsOptions extends BuildInfo {
  /** Asked at every refresh. */
  readonly facts: () => CollectorFacts;
  readonly sources?: readonly SampleSource[];
  /** Asked at every scrape; absent without a replica. */
  readonly replica?: () => ReplicaStatus | undefined;
}

export interface RefreshContext {
  readonly db: Queryable;
  /** The running UTC day and the present time, by the database's clock (or NOW). */
  readonly today: string;
  readonly now: Date;
}

export interface Metrics extends Omit<LiveMetrics, 'registry'> {
  /**
   * Reads the figures once and swaps the snapshot whole. When the database fails the last snapshot stays, `database_up`
   * turns 0, and the error is thrown. Calls at the same time share one reading, and a call during it causes one more.
   */
  refresh(context: RefreshContext): Promise<void>;
  /** The newest snapshot: its age and what was left out of it. */
  snapshot(): Snapshot;
  /** The whole page. Touches neither the database nor a provider. */
  render(): Promise<{ contentType: string; body: string }>;
}

export function createMetrics(options: MetricsOptions): Metrics {
  const { registry, ...live } = createLiveMetrics(options);
  let snapshot = EMPTY_SNAPSHOT;

  async function read({ db, today, now }: RefreshContext): Promise<void> {
    try {
      // One after the other: `db` is one connection, whose snapshot makes the page one state of the database.
      const parts: (readonly Sample[])[] = [
        await storedSamples(db),
        await ledgerSamples(db, today),
        await revenueSamples(db, today),
        await budgetSamples(db),
        await collectorSamples(db, options.facts()),
      ];
      for (const source of options.sources ?? []) parts.push(await source(db, today));
      const stamp: Sample = { name: 'snapshot_timestamp_seconds', labels: {}, value: now.getTime() / 1000 };
      snapshot = await renderSnapshot([stamp, ...parts.flat()], now);
      live.databaseUp(true);
    } catch (error) {
      live.databaseUp(false);
      throw error;
    }
  }

  return {
    ...live,
    refresh: coalesce(read),
    snapshot: () => snapshot,
    async render() {
      // Taken before the await: one page never mixes two snapshots.
      const { text } = snapshot;
      return { contentType: registry.contentType, body: text + (await registry.metrics()) };
    },
  };
}
