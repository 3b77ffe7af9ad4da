import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Metrics } from '../metrics/index.ts';
import type { Changes } from '../process/changes.ts';

/** What another exporter stores is in this one's /metrics a second later. */
const WATCH_MS = 1_000;
/** Rounds after which the snapshot is read again without a change: days pass. */
const REFRESH_EVERY = 60;

export interface DatabaseWatch {
  /** Asks the database whether something was stored since the last refresh, here or elsewhere. */
  readonly outdated: () => Promise<boolean>;
  readonly metrics: Metrics;
  readonly refresh: () => Promise<void>;
  readonly changes: Changes;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Default: 1 s. */
  readonly everyMs?: number | undefined;
}

/**
 * Asks the database every `everyMs` until `signal` aborts: `database_up` is true without a scrape touching the
 * database, and a database that came back is read again.
 */
export async function watchDatabase({
  outdated,
  metrics,
  refresh,
  changes,
  log,
  signal,
  everyMs = WATCH_MS,
}: DatabaseWatch): Promise<void> {
  let up = true;
  for (let round = 1; await sleep(everyMs, true, { signal, ref: false }).catch(() => false); round += 1) {
    try {
      const isOutdated = await outdated();
      if (!up) await changes.emit({ kind: 'database' });
      else if (isOutdated || round % REFRESH_EVERY === 0) await refresh();
      if (!up) log.info('the database is back');
      up = true;
      metrics.databaseUp(true);
    } catch (error) {
      metrics.databaseUp(false);
      if (up) log.error({ err: error }, 'the database does not answer; /metrics keeps its last figures');
      up = false;
    }
  }
}
