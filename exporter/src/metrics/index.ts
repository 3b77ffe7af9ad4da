import type { Sample } from '../collectors/contract.ts';
import type { Queryable } from '../database/queryable.ts';
import type { ReplicaStatus } from '../database/replica/watch.ts';
import { budgetStandingSamples } from '../budgets/samples.ts';
import { budgetSamples, ledgerSamples, storedSamples } from './business-samples.ts';
import { collectorSamples, type CollectorFacts } from './collector-samples.ts';
import { createLiveMetrics, type BuildInfo, type LiveMetrics } from './live.ts';
import { coalesce } from '../process/coalesce.ts';
import { revenueSamples } from './revenue-samples.ts';
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

export interface MetricsPage {
  readonly contentType: string;
  readonly body: string;
}

export interface RefreshContext {
  readonly db: Queryable;
  /** The running UTC day and the present time, by the database's clock (or NOW). */
  readonly today: string;
  readonly now: Date;
}

/**
 * How long one rendered page serves further scrapes. What is stored, a run and the state of the database make a new one
 * at once; only the process's own figures and the durations of requests may be that old.
 */
const PAGE_MAX_AGE_MS = 250;

export interface Metrics extends Omit<LiveMetrics, 'registry' | 'version'> {
  /**
   * Reads the figures once and swaps the snapshot whole. When the database fails the last snapshot stays, `database_up`
   * turns 0, and the error is thrown. Calls at the same time share one reading, and a call during it causes one more.
   */
  refresh(context: RefreshContext): Promise<void>;
  /** The newest snapshot: its age and what was left out of it. */
  snapshot(): Snapshot;
  /**
   * The whole page. Touches neither the database nor a provider. Scrapes at the same time get the same object, so that a
   * flood of them costs one page.
   */
  render(): Promise<MetricsPage>;
}

export function createMetrics(options: MetricsOptions): Metrics {
  const { registry, version, ...live } = createLiveMetrics(options);
  let snapshot = EMPTY_SNAPSHOT;
  let shared:
    | { readonly of: Snapshot; readonly version: number; readonly at: number; readonly page: Promise<MetricsPage> }
    | undefined;

  async function read({ db, today, now }: RefreshContext): Promise<void> {
    try {
      // One after the other: `db` is one connection, whose snapshot makes the page one state of the database.
      const parts: (readonly Sample[])[] = [
        await storedSamples(db),
        await ledgerSamples(db, today),
        await revenueSamples(db, today),
        await budgetSamples(db),
        await budgetStandingSamples(db, today),
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
    render() {
      // Taken before anything is awaited: one page never mixes two snapshots.
      const of = snapshot;
      const count = version();
      const now = performance.now();
      if (shared?.of === of && shared.version === count && now - shared.at < PAGE_MAX_AGE_MS) return shared.page;
      const page = registry.metrics().then((own) => ({ contentType: registry.contentType, body: of.text + own }));
      shared = { of, version: count, at: now, page };
      return page;
    },
  };
}
