import { performance } from 'node:perf_hooks';
import type { CollectContext, Collected, Collector, UpstreamObserver, Warning } from '../collectors/contract.ts';
import { SkipError } from '../collectors/errors.ts';
import type { SkipReason } from '../contract/outcomes.ts';
import { startDeadline, untilAborted } from '../process/deadline.ts';
import { budgetSpent, failureOfReading, type Failure } from './failure.ts';

export type Reading =
  | { readonly outcome: 'read'; readonly collected: Collected<unknown> }
  | { readonly outcome: 'skipped'; readonly reason: SkipReason; readonly message: string }
  | ({ readonly outcome: 'failed'; readonly thrown?: unknown } & Failure);

/**
 * Reads one provider within its budget, in which waiting for our own database does not count: a table that is locked
 * does not make the provider late. Those waits have limits of their own. Never throws, and never waits for a collector
 * that ignores its signal.
 */
export async function readProvider(collector: Collector, context: CollectContext, budgetMs: number): Promise<Reading> {
  const { signal, clear, without } = startDeadline(
    budgetMs,
    () => budgetSpent('reading the provider', budgetMs),
    context.signal,
  );
  try {
    const ready = collector.configured();
    if (ready.outcome === 'skipped') return ready;
    if (ready.outcome === 'failed') return { ...ready, retryable: false };
    const { db, checkpoint } = context;
    const collected = await untilAborted(signal, () =>
      collector.collect({
        ...context,
        signal,
        db: { query: (text, values) => without(() => db.query(text, values)) },
        ...(checkpoint && { checkpoint: (part) => without(() => checkpoint(part)) }),
      }),
    );
    return { outcome: 'read', collected };
  } catch (thrown) {
    if (thrown instanceof SkipError && !signal.aborted)
      return { outcome: 'skipped', reason: thrown.reason, message: thrown.message };
    return { outcome: 'failed', thrown, ...failureOfReading(thrown, signal) };
  } finally {
    clear();
  }
}

/** Passes attempts on and counts them, for the log of the run. */
export function countingObserver(observer: UpstreamObserver): UpstreamObserver & { readonly count: () => number } {
  let count = 0;
  return {
    observe(code, seconds) {
      count += 1;
      observer.observe(code, seconds);
    },
    count: () => count,
  };
}

export function stopwatch(): () => number {
  const started = performance.now();
  return () => Math.round(performance.now() - started);
}

const MAX_WARNINGS = 50;
const MAX_MESSAGE = 500;

/** Warnings as they are stored: few, short and without secrets. */
export function storedWarnings(warnings: readonly Warning[], redact: (text: string) => string): Warning[] {
  const stored = warnings
    .slice(0, MAX_WARNINGS)
    .map((warning) => ({ ...warning, message: storedMessage(warning.message, redact) }));
  const left = warnings.length - stored.length;
  return left === 0
    ? stored
    : [...stored, { code: 'more_warnings', message: `${left} more warnings are in the log`, count: left }];
}

export function storedMessage(message: string, redact: (text: string) => string): string {
  const text = redact(message);
  return text.length <= MAX_MESSAGE ? text : `${text.slice(0, MAX_MESSAGE - 1)}…`;
}
