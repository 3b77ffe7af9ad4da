import { setTimeout as sleep } from 'node:timers/promises';
import { Cron } from 'croner';
import type { Logger } from 'pino';
import type { CollectorName } from '../contract/providers.ts';
import type { RunRequest, SyncResult } from './contract.ts';
import type { Runner } from './runner.ts';

export interface ScheduleOptions {
  readonly runner: Pick<Runner, 'run'>;
  /** A cron expression in UTC, or `off`. */
  readonly expression: string;
  readonly log: Logger;
  /** Longest random wait after a tick, so that replicas and customers do not all ask at once. */
  readonly jitterMs?: number;
  readonly catchUpExpression?: string;
  /** Between the runs at start-up: while another one holds the lease, and between stretches of history. */
  readonly pauseMs?: number;
}

export interface Schedule {
  /** The next regular run, null when the schedule is off. */
  nextRun(): Date | null;
  /** Fills in what is missing now (at start-up). */
  catchUp(): Promise<void>;
  /** No more ticks; a wait that has started ends without a run. */
  stop(): void;
}

const JITTER_MS = 3 * 60_000;
const PAUSE_MS = 20_000;
/** Every six hours, apart from the regular hour. */
const CATCH_UP = '45 3-21/6 * * *';

export function createSchedule({
  runner,
  expression,
  log,
  jitterMs = JITTER_MS,
  catchUpExpression = CATCH_UP,
  pauseMs = PAUSE_MS,
}: ScheduleOptions): Schedule {
  if (expression === 'off') return { nextRun: () => null, catchUp: async () => undefined, stop: () => undefined };
  const stopped = new AbortController();
  const options = {
    timezone: 'UTC',
    // A tick during a run is left out: the run in progress is the one that it would have made.
    protect: true,
    catch: (error: unknown) => log.error({ err: error }, 'the schedule failed'),
  };
  const waited = (ms: number): Promise<boolean> => sleep(ms, true, { signal: stopped.signal }).catch(() => false);
  const afterJitter = (trigger: 'schedule' | 'catch_up') => async (): Promise<void> => {
    // Success before the tick is of an earlier round; the wait and clock differences between machines stay inside it.
    const since = trigger === 'schedule' && cadenceMs(regular) < DAY_MS ? { since: new Date() } : {};
    if (await waited(Math.random() * jitterMs)) await runner.run({ trigger, requestedBy: 'schedule', ...since });
  };
  const regular: Cron = new Cron(expression, options, () => afterJitter('schedule')());
  const catchUp = new Cron(catchUpExpression, options, () => afterJitter('catch_up')());
  return {
    nextRun: () => regular.nextRun(),
    async catchUp() {
      // Then a stretch of history each, for those that have succeeded: backfill takes several runs.
      for (let names: readonly CollectorName[] | undefined = undefined; names === undefined || names.length > 0;) {
        const request: RunRequest =
          names === undefined
            ? { trigger: 'start', requestedBy: 'start' }
            : { trigger: 'catch_up', requestedBy: 'start', collectors: names };
        const { collectors }: SyncResult = await runner.run(request);
        // A lease that is held may be that of our own predecessor, killed a moment ago: it expires soon.
        const locked = collectors.some(({ reason }) => reason === 'locked');
        if (!locked)
          names = collectors.filter(({ outcome }) => outcome === 'succeeded').map(({ collector }) => collector);
        if (names?.length !== 0 && !(await waited(pauseMs))) return;
      }
    },
    stop() {
      stopped.abort();
      regular.stop();
      catchUp.stop();
    },
  };
}

const DAY_MS = 86_400_000;

function cadenceMs(cron: Cron): number {
  const [first, second] = cron.nextRuns(2);
  return first === undefined || second === undefined ? DAY_MS : second.getTime() - first.getTime();
}
