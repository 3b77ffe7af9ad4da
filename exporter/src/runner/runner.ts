import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Pool } from 'pg';
import type { Changes } from '../process/changes.ts';
import type { Clock } from '../database/clock.ts';
import type { Collector, RetryPolicy } from '../collectors/contract.ts';
import { runLogger } from '../process/log.ts';
import { addDays, dayOf } from '../money/days.ts';
import { StorageUnavailable } from '../database/errors.ts';
import { withTransaction } from '../database/pool.ts';
import { startDeadline } from '../process/deadline.ts';
import { stopwatch } from './collect.ts';
import {
  DEFAULT_TIMING,
  overallOutcome,
  type CollectorResult,
  type RunObserver,
  type RunRequest,
  type RunTiming,
  type Started,
  type SyncResult,
} from './contract.ts';
import { budgetSpent, failureOfStoring, lostLease, shuttingDown } from './failure.ts';
import { claimRun, finishRun, forgetRun, renewLeases, runningRun, type RunLease } from './leases.ts';
import { planRun } from './plan.ts';
import { runCollector, type RunContext } from './run-collector.ts';

export interface RunnerOptions {
  readonly collectors: readonly Collector[];
  readonly pool: Pool;
  readonly clock: Clock;
  readonly log: Logger;
  readonly observer: RunObserver;
  readonly changes: Changes;
  /** Throws `CannotWrite` while nothing can be stored: then no run is begun, and no provider asked. */
  readonly assertWritable?: () => void;
  /**
   * Writes what follows from settings and calendar, at the end of every run, before listeners are notified; its
   * failure is logged.
   */
  readonly afterStoring?: (today: string) => Promise<unknown>;
  /** Called at the very end of every run, however it ended. */
  readonly afterRun?: () => void;
  /** Hides secrets in what is stored and answered; see `createRedactor`. */
  readonly redact?: (text: string) => string;
  readonly timing?: Partial<RunTiming>;
  readonly retry?: RetryPolicy;
}

export interface Runner {
  /**
   * Runs to the end. Never rejects: without a database every collector is `failed` `storage`, during another run all
   * are skipped as `locked`.
   */
  run(request: RunRequest): Promise<SyncResult>;
  /**
   * Starts a run and returns its id, or that of the run in progress. Rejects with `StorageUnavailable` when the
   * database does not answer, with `CannotWrite` while it refuses writes.
   */
  start(request: RunRequest): Promise<Started>;
  /** Gives up what is running (failed `shutdown`, retryable), refuses more, and waits for the log rows. */
  stop(): Promise<void>;
}

export function createRunner(options: RunnerOptions): Runner {
  const { collectors, pool, clock, observer, changes } = options;
  const timing = { ...DEFAULT_TIMING, ...options.timing };
  const shutdown = new AbortController();
  const active = new Set<Promise<unknown>>();

  async function start(request: RunRequest): Promise<Started> {
    shutdown.signal.throwIfAborted();
    if (request.dryRun !== true) options.assertWritable?.();
    const lease: RunLease = { runId: randomUUID(), owner: randomUUID(), leaseMs: timing.leaseMs };
    const now = await orStorageUnavailable(() => clock.now());
    if (
      request.dryRun !== true &&
      !(await orStorageUnavailable(() =>
        withTransaction(pool, (tx) => claimRun(tx, lease, request, clock.fixed ?? null)),
      ))
    ) {
      const running = await orStorageUnavailable(() => runningRun(pool));
      // It ended between the two questions: ask again.
      return running === undefined ? start(request) : { running };
    }
    const done = execute(request, lease, now).finally(() => {
      active.delete(done);
      options.afterRun?.();
    });
    active.add(done);
    return { runId: lease.runId, done };
  }

  async function execute(request: RunRequest, lease: RunLease, now: Date): Promise<SyncResult> {
    const dryRun = request.dryRun === true;
    const { log, repeated } = runLogger(options.log, { runId: lease.runId });
    const elapsed = stopwatch();
    const stopped = new AbortController();
    const budget = startDeadline(
      timing.syncBudgetMs,
      () => budgetSpent('the synchronisation', timing.syncBudgetMs),
      shutdown.signal,
    );
    const heartbeat = dryRun ? undefined : setInterval(() => void beat(lease, stopped, log), timing.heartbeatMs);
    const today = dayOf(now);
    const run: RunContext = {
      pool,
      observer,
      timing,
      lease,
      log,
      now,
      today,
      dryRun,
      day: addDays(today, -1),
      stamp: clock.fixed ?? null,
      retry: options.retry,
      redact: options.redact ?? ((text) => text),
      signal: AbortSignal.any([budget.signal, stopped.signal]),
    };
    try {
      const planned = await planRun(pool, collectors, request, run.day);
      if (planned.length === 0) {
        if (!dryRun) await forgetRun(pool, lease);
        return { runId: lease.runId, outcome: 'succeeded', collectors: [] };
      }
      log.info(
        {
          trigger: request.trigger,
          requestedBy: request.requestedBy,
          day: run.day,
          collectors: planned.length,
          dryRun,
        },
        'synchronisation started',
      );
      const results = await Promise.all(planned.map((one) => runCollector(run, one)));
      const result = { runId: lease.runId, outcome: overallOutcome(results), collectors: results };
      if (!dryRun) await afterwards(today, log);
      if (!dryRun) await finish(lease, result, log);
      if (!dryRun) await changes.emit({ kind: 'sync', days: [...new Set(planned.flatMap(({ days }) => days))].sort() });
      log.info(
        { outcome: result.outcome, durationMs: elapsed(), ...(repeated() > 0 && { repeatedMessages: repeated() }) },
        'synchronisation ended',
      );
      return result;
    } catch (error) {
      log.warn({ err: error }, 'synchronisation could not be planned');
      return storageFailure(request, lease.runId, run.day, error);
    } finally {
      budget.clear();
      clearInterval(heartbeat);
    }
  }

  async function beat(lease: RunLease, stopped: AbortController, log: Logger): Promise<void> {
    try {
      if (!(await renewLeases(pool, lease))) stopped.abort(lostLease());
    } catch (error) {
      // The lease lasts for several beats; if the database stays away, storing will say so.
      log.warn({ err: error }, 'the lease could not be renewed');
    }
  }

  async function afterwards(day: string, log: Logger): Promise<void> {
    try {
      await options.afterStoring?.(day);
    } catch (error) {
      log.warn({ err: error }, 'fixed costs could not be written');
    }
  }

  async function finish(lease: RunLease, result: SyncResult, log: Logger): Promise<void> {
    try {
      await withTransaction(pool, (tx) => finishRun(tx, lease, result, clock.fixed ?? null));
    } catch (error) {
      log.warn({ err: error }, 'the end of the synchronisation could not be recorded; its lease will expire');
    }
  }

  function storageFailure(request: RunRequest, runId: string, day: string, error: unknown): SyncResult {
    const { kind, reason, message } = failureOfStoring(error);
    return {
      runId,
      outcome: 'failed',
      collectors: forEach(request, (collector) => ({
        collector,
        day,
        outcome: 'failed',
        reason,
        kind,
        message,
        warnings: [],
        durationMs: 0,
      })),
    };
  }

  function forEach(request: RunRequest, make: (name: Collector['name']) => CollectorResult): CollectorResult[] {
    return collectors
      .filter(({ name }) => request.collectors === undefined || request.collectors.includes(name))
      .map(({ name }) => make(name));
  }

  return {
    start,
    async run(request) {
      // Only a label of what could not be tried; no day is stored by this clock.
      const day = addDays(dayOf(clock.local()), -1);
      try {
        const started = await start(request);
        if ('done' in started) return await started.done;
        const message = `synchronisation ${started.running} is running`;
        return {
          runId: started.running,
          outcome: 'succeeded',
          collectors: forEach(request, (collector) => ({
            collector,
            day,
            outcome: 'skipped',
            reason: 'locked',
            kind: null,
            message,
            warnings: [],
            durationMs: 0,
          })),
        };
      } catch (error) {
        return storageFailure(request, randomUUID(), day, error instanceof StorageUnavailable ? error.cause : error);
      }
    },
    async stop() {
      shutdown.abort(shuttingDown());
      await Promise.allSettled(active);
    },
  };
}

/** Tells a database that does not answer apart from a fault of the run itself. */
async function orStorageUnavailable<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    throw new StorageUnavailable('the database does not answer', { cause });
  }
}
