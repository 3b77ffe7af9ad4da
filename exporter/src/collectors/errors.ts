import type { FailureKind, FailureReason, SkipReason } from '../contract/outcomes.ts';

export interface CollectorErrorOptions {
  readonly retryable?: boolean;
  readonly cause?: unknown;
  readonly status?: number | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** A failed read of a provider, already classified. The message is for a person and never holds a secret. */
export class CollectorError extends Error {
  override readonly name = 'CollectorError';
  readonly kind: FailureKind;
  readonly reason: FailureReason;
  /** Whether the next run may well succeed without anybody doing anything. */
  readonly retryable: boolean;
  /** The HTTP status behind it, where there was an answer. */
  readonly status: number | undefined;
  /** What the provider asked to wait (Retry-After), in seconds. */
  readonly retryAfterSeconds: number | undefined;

  constructor(kind: FailureKind, reason: FailureReason, message: string, options: CollectorErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.reason = reason;
    this.retryable = options.retryable ?? !(kind === 'auth' || kind === 'bug');
    this.status = options.status;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Thrown by `collect` when there is nothing to read yet; logged as `skipped`, never as zero. */
export class SkipError extends Error {
  override readonly name = 'SkipError';
  readonly reason: SkipReason;

  constructor(reason: SkipReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
