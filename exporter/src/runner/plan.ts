import type { Collector, Day } from '../collectors/contract.ts';
import type { CollectorName } from '../contract/providers.ts';
import type { Queryable } from '../database/queryable.ts';
import type { RunRequest } from './contract.ts';
import { backfillWindow, daysToRead, gapsOf, NO_GAPS, recordedDays } from './days.ts';

export interface PlannedCollector {
  readonly collector: Collector;
  readonly days: readonly Day[];
}

interface DayState {
  readonly collector: string;
  /** Succeeded for the day (since `since`, where that is given). */
  readonly succeeded: boolean;
  /** The last finished attempt for the day: null when there is none. */
  readonly outcome: string | null;
  readonly retryable: boolean | null;
}

/** Which collectors run, and the days that each of them reads. Empty when an automatic run has nothing to do. */
export async function planRun(
  db: Queryable,
  collectors: readonly Collector[],
  request: RunRequest,
  target: Day,
): Promise<PlannedCollector[]> {
  const wanted = collectors.filter(({ name }) => request.collectors === undefined || request.collectors.includes(name));
  const states = await dayStates(
    db,
    wanted.map(({ name }) => name),
    target,
    request.since,
  );
  const planned = await Promise.all(
    wanted.map(async (collector) => {
      const { start } = backfillWindow(collector, target);
      const gaps =
        collector.configured().outcome === 'ready'
          ? gapsOf(collector, target, await recordedDays(db, collector.name, start))
          : NO_GAPS;
      const isBehind = gaps.due || (await collector.isBehind?.(db)) === true;
      const due = isDue(collector, request, states.get(collector.name), isBehind);
      return due ? [{ collector, days: daysToRead(collector, target, gaps.days) }] : [];
    }),
  );
  return planned.flat();
}

/** Pure: whether this trigger runs a collector whose day stands as `state` says. */
export function isDue(
  collector: Pick<Collector, 'configured'>,
  request: Pick<RunRequest, 'trigger' | 'force'>,
  state: DayState | undefined,
  hasGaps: boolean,
): boolean {
  if (request.force === true || request.trigger === 'api' || request.trigger === 'cli') return true;
  if (state === undefined) return true;
  if (state.succeeded) return hasGaps && request.trigger !== 'schedule';
  if (request.trigger === 'schedule') return true;
  // Nobody has touched the settings since: the same skip again would only fill the log.
  if (state.outcome === 'skipped' && collector.configured().outcome !== 'ready') return false;
  return (
    request.trigger === 'start' || state.outcome === null || state.outcome === 'skipped' || state.retryable !== false
  );
}

async function dayStates(
  db: Queryable,
  names: readonly CollectorName[],
  target: Day,
  since: Date | undefined,
): Promise<Map<string, DayState>> {
  const result = await db.query<{
    collector: string;
    succeeded: boolean;
    outcome: string | null;
    retryable: boolean | null;
  }>(
    `SELECT DISTINCT ON (collector) collector, outcome, retryable,
       coalesce(bool_or(outcome = 'succeeded'
         AND ($3::timestamptz IS NULL OR started_at >= $3)) OVER (PARTITION BY collector), false) AS succeeded
     FROM metrics_sync_logs WHERE collector = ANY($1) AND day = $2::date
     ORDER BY collector, attempt DESC, id DESC`,
    [names, target, since ?? null],
  );
  return new Map(result.rows.map((row) => [row.collector, row]));
}
