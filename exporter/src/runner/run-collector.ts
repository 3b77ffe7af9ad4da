import type { Logger } from 'pino';
import type { Pool } from 'pg';
import type { CollectContext, Collected, Day, RetryPolicy, Warning } from '../collectors/contract.ts';
import type { Outcome, RunReason, FailureKind } from '../contract/outcomes.ts';
import { countingObserver, storedMessage, storedWarnings, readProvider, stopwatch, type Reading } from './collect.ts';
import type { CollectorResult, RunObserver, RunTiming } from './contract.ts';
import { readDays } from './days.ts';
import { failureOfReading, failureOfStoring, readingDatabase, type Failure } from './failure.ts';
import {
  claimCollector,
  finishCollector,
  type CollectorLease,
  type LogEntry,
  type RunLease,
  type Stamp,
} from './leases.ts';
import type { PlannedCollector } from './plan.ts';
import { withTransaction } from '../database/pool.ts';
import { createCheckpoint, storeCollected, type CountingCheckpoint } from './store-collected.ts';

export interface RunContext {
  readonly pool: Pool;
  readonly log: Logger;
  readonly observer: RunObserver;
  readonly timing: RunTiming;
  readonly retry: RetryPolicy | undefined;
  readonly redact: (text: string) => string;
  readonly lease: RunLease;
  readonly stamp: Stamp;
  readonly signal: AbortSignal;
  readonly now: Date;
  readonly day: Day;
  readonly today: Day;
  readonly dryRun: boolean;
}

interface Ending {
  readonly outcome: Outcome;
  readonly reason: RunReason | null;
  readonly kind: FailureKind | null;
  readonly message: string | null;
  readonly retryable: boolean | null;
  readonly warnings: readonly Warning[];
  readonly asOf: Date | null;
  readonly rows: number | null;
  readonly daysRead: number | null;
}

const NOTHING = {
  kind: null,
  message: null,
  reason: null,
  retryable: null,
  warnings: [],
  asOf: null,
  rows: null,
  daysRead: null,
};

/** One collector of one run, from its lease to its log row. Never throws. */
export async function runCollector(run: RunContext, planned: PlannedCollector): Promise<CollectorResult> {
  const { collector } = planned;
  const elapsed = stopwatch();
  const log = run.log.child({ collector: collector.name });
  const collectorRun = { ...run, log };
  const upstream = countingObserver(run.observer.upstreamObserver(collector.name));
  const entryOf = (ending: Ending): LogEntry => ({
    ...ending,
    rowsWritten: ending.rows,
    upstreamRequests: upstream.count(),
    dataAsOf: ending.asOf,
    durationMs: elapsed(),
  });
  let lease: CollectorLease | undefined;
  let ending: Ending;
  try {
    if (!run.dryRun) {
      lease = await claimCollector(run.pool, run.lease, collector.name, run.day, run.stamp);
      if (lease === undefined) return resultOf(planned, run, locked('another process runs this collector'), elapsed());
    }
    const parts =
      lease &&
      createCheckpoint({
        pool: run.pool,
        collector,
        lease,
        day: run.day,
        today: run.today,
        asOf: run.now,
        stamp: run.stamp,
        signal: run.signal,
      });
    const context: CollectContext = {
      day: run.day,
      days: planned.days,
      today: run.today,
      now: run.now,
      signal: run.signal,
      log,
      upstream,
      db: readingDatabase(run.pool),
      ...(run.retry && { retry: run.retry }),
      ...(parts && { checkpoint: parts.store }),
    };
    const reading = await readProvider(collector, context, run.timing.collectorBudgetMs);
    ending = await storeReading(collectorRun, planned, lease, parts, reading, entryOf);
    const [held, ended] = [lease, ending];
    if (held !== undefined && ended.outcome !== 'succeeded')
      await withTransaction(run.pool, (tx) => finishCollector(tx, held, entryOf(ended), run.stamp));
  } catch (thrown) {
    // The claim or the last word failed: the lease expires by itself, and the next run takes the row over.
    ending = failed(failureOfStoring(thrown), collectorRun, thrown);
    log.warn({ err: thrown }, 'the run could not be recorded');
  }
  report(run, log, ending, elapsed());
  if (!run.dryRun) run.observer.runFinished(collector.name, ending.kind ?? undefined);
  return resultOf(planned, run, ending, elapsed());
}

/** What the reading comes to: a refusal, or what storing it came to. */
async function storeReading(
  run: RunContext,
  planned: PlannedCollector,
  lease: CollectorLease | undefined,
  parts: CountingCheckpoint | undefined,
  reading: Reading,
  entryOf: (ending: Ending) => LogEntry,
): Promise<Ending> {
  const before = parts?.rows() ?? 0;
  if (reading.outcome === 'failed')
    return { ...failed(reading, run, reading.thrown), rows: before === 0 ? null : before };
  if (reading.outcome === 'skipped')
    return {
      ...NOTHING,
      outcome: 'skipped',
      reason: reading.reason,
      message: storedMessage(reading.message, run.redact),
    };
  try {
    const succeeded = (rows: number): Ending => ({
      ...endingOf(reading.collected, run),
      rows,
      daysRead: readDays(planned.days, reading.collected).length,
    });
    if (lease === undefined) return wouldStore(run, planned, reading.collected);
    // Not started after the run was given up; once started it finishes by itself, with all or nothing.
    run.signal.throwIfAborted();
    const rows = await storeCollected({
      pool: run.pool,
      collector: planned.collector,
      lease,
      collected: reading.collected,
      day: run.day,
      days: planned.days,
      today: run.today,
      stamp: run.stamp,
      entry: (written) => entryOf(succeeded(before + written)),
    });
    return succeeded(before + rows);
  } catch (thrown) {
    return failed(run.signal.aborted ? failureOfReading(thrown, run.signal) : failureOfStoring(thrown), run, thrown);
  }
}

function endingOf(collected: Collected<unknown>, run: RunContext): Ending {
  return {
    ...NOTHING,
    outcome: 'succeeded',
    warnings: storedWarnings(collected.warnings, run.redact),
    asOf: collected.asOf ?? null,
  };
}

function wouldStore(
  run: RunContext,
  { collector, days: planned }: PlannedCollector,
  collected: Collected<unknown>,
): Ending {
  const days = readDays(planned, collected);
  const samples = collector.samples(collected.data, run.day).length;
  const message =
    `dry run: would store ${days.length} days (${days[0] ?? run.day} to ${days.at(-1) ?? run.day}) and ` +
    `${samples} gauges; nothing was stored`;
  return { ...endingOf(collected, run), message };
}

function failed(failure: Failure, run: RunContext, thrown?: unknown): Ending {
  if (failure.kind === 'bug') run.log.error({ err: thrown }, 'a bug in a collector');
  return {
    ...NOTHING,
    outcome: 'failed',
    reason: failure.reason,
    kind: failure.kind,
    message: storedMessage(failure.message, run.redact),
    retryable: failure.retryable,
  };
}

function locked(message: string): Ending {
  return { ...NOTHING, outcome: 'skipped', reason: 'locked', message };
}

function resultOf(
  { collector }: Pick<PlannedCollector, 'collector'>,
  { day }: Pick<RunContext, 'day'>,
  ending: Ending,
  durationMs: number,
): CollectorResult {
  const { outcome, reason, kind, message, warnings } = ending;
  return { collector: collector.name, day, outcome, reason, kind, message, warnings, durationMs };
}

function report(run: RunContext, log: Logger, ending: Ending, durationMs: number): void {
  const { outcome, reason, kind, message, rows, warnings } = ending;
  const line = {
    day: run.day,
    outcome,
    durationMs,
    ...(reason && { reason }),
    ...(kind && { kind }),
    ...(rows !== null && { rows }),
    ...(message && { message }),
  };
  if (outcome === 'failed') log.warn(line, 'collector failed');
  else log.info(line, `collector ${outcome}`);
  for (const warning of warnings) log.warn({ code: warning.code, count: warning.count ?? 1 }, warning.message);
}
