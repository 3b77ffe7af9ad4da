import type { FailureKind, FailureReason } from '../contract/outcomes.ts';
import { CollectorError } from '../collectors/errors.ts';
import { classifyUnknown } from '../collectors/retry.ts';
import { isDiskFull, isTransient, sqlState } from '../database/errors.ts';
import { CannotWrite } from '../database/writes/write-guard.ts';
import type { Queryable } from '../database/queryable.ts';

/** A failure as the log keeps it. */
export interface Failure {
  readonly kind: FailureKind;
  readonly reason: FailureReason;
  readonly message: string;
  readonly retryable: boolean;
}

/**
 * What a collector's reading threw. An aborted signal says why the run was given up, whatever the reading made of it.
 */
export function failureOfReading(thrown: unknown, signal: AbortSignal): Failure {
  const reason: unknown = signal.aborted ? signal.reason : thrown;
  return failureOf(reason instanceof CollectorError ? reason : classifyUnknown(reason));
}

/** What storing threw: the database's fault, unless our own code tripped. */
export function failureOfStoring(thrown: unknown): Failure {
  return failureOf(storingError(thrown));
}

/** The same as an error, for what is stored while a provider is being read. */
export function storingError(thrown: unknown): CollectorError {
  if (thrown instanceof CollectorError) return thrown;
  if (
    !(thrown instanceof Error) ||
    thrown instanceof TypeError ||
    thrown instanceof RangeError ||
    thrown instanceof ReferenceError
  )
    return classifyUnknown(thrown);
  return storageError(thrown);
}

function failureOf({ kind, reason, message, retryable }: CollectorError): Failure {
  return { kind, reason, message: message || 'failed without a message', retryable };
}

export function storageError(error: Error): CollectorError {
  if (error instanceof CannotWrite)
    return new CollectorError('storage', 'storage', error.message, { cause: error, retryable: true });
  const code = sqlState(error);
  return new CollectorError(
    'storage',
    'storage',
    isDiskFull(error)
      ? `cannot write: disk full (${error.message}, ${code ?? ''})`
      : `the database refused or did not answer: ${error.message}${code === undefined ? '' : ` (${code})`}`,
    { cause: error, retryable: isTransient(error) },
  );
}

/** The database as collectors see it: its failures count as `storage`, never as the provider's network. */
export function readingDatabase(db: Queryable): Queryable {
  return {
    async query(text, values) {
      try {
        return await db.query(text, values);
      } catch (error) {
        throw storageError(error instanceof Error ? error : new Error(String(error)));
      }
    },
  };
}

export function lostLease(): CollectorError {
  return new CollectorError('storage', 'lease_lost', 'another process took this run over; nothing was stored', {
    retryable: true,
  });
}
export function budgetSpent(what: string, ms: number): CollectorError {
  return new CollectorError('timeout', 'timeout', `${what} took longer than its ${ms / 1000} s`, { retryable: true });
}
export function shuttingDown(): CollectorError {
  return new CollectorError(
    'shutdown',
    'shutdown',
    'the exporter was stopped while this ran; the next run tries again',
    { retryable: true },
  );
}
