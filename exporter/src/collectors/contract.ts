import type { Logger } from 'pino';
import type { CollectorName } from '../contract/providers.ts';
import type { FailureKind, FailureReason, SkipReason } from '../contract/outcomes.ts';
import type { Queryable } from '../database/queryable.ts';

/** A UTC day, `YYYY-MM-DD`. */
export type Day = string;

/** Something that a person should know, but that does not understate any cost. */
export interface Warning {
  /** Stable, snake_case, e.g. `unconverted_currency`. */
  readonly code: string;
  readonly message: string;
  /** How many things the warning is about; default 1. */
  readonly count?: number;
}

/** One gauge value for `/metrics`; `name` is without prefix and must be in `contract/metrics.ts`. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface CollectContext {
  /** The last complete UTC day: the day whose run is logged. */
  readonly day: Day;
  /** Every day to read, oldest first: gaps to backfill, days that may be restated, `day`, and today (provisional). */
  readonly days: readonly Day[];
  /** The running UTC day. Its figures are provisional. */
  readonly today: Day;
  /** The time that counts as now (the database's clock, or NOW). Durations are never taken from it. */
  readonly now: Date;
  /** Aborted at the collector's budget or on shutdown; pass it to every request. */
  readonly signal: AbortSignal;
  /** Logs under the collector's name; secrets are redacted. */
  readonly log: Logger;
  /** Counts every attempt at the provider, retries included (`upstream_requests_total`). */
  readonly upstream: UpstreamObserver;
  /** How attempts are repeated; `DEFAULT_RETRY` by default (tests shorten the waits). */
  readonly retry?: RetryPolicy;
  /** Read-only look at what is stored (cached tiers, last counter sample, last month-to-date reading). */
  readonly db: Queryable;
  /**
   * Stores a finished part at once, in a transaction of its own that is fenced by the run's lease: it stays although
   * the rest of the run fails. Absent in a dry run, which stores nothing.
   */
  readonly checkpoint?: Checkpoint;
}

export type Checkpoint = (part: (tx: Queryable) => Promise<StoredPart>) => Promise<void>;

export interface StoredPart extends Stored {
  /** The gauges of `day`, where the part makes them known. */
  readonly samples?: readonly Sample[];
  /** Days that are read and stored whole with this part: a later run need not fill them in. */
  readonly days?: readonly Day[];
}

/** Times in milliseconds. */
export interface RetryPolicy {
  readonly tries: number;
  readonly minWaitMs: number;
  readonly maxWaitMs: number;
  /** The longest Retry-After that is waited for; beyond it the run fails as `rate_limited`. */
  readonly maxRetryAfterMs: number;
  /** One attempt, body included. */
  readonly requestTimeoutMs: number;
}

export interface UpstreamObserver {
  /** One attempt ended: `code` is the HTTP status, or `error`, `timeout`, `aborted`; `seconds` is monotonic. */
  observe(code: string, seconds: number): void;
}

export interface Collected<Data> {
  readonly data: Data;
  readonly warnings: readonly Warning[];
  /** The provider's own time for these data, where it tells one. */
  readonly asOf?: Date;
  /**
   * Days that the provider was asked for without an answer: no right yet, no usage rows yet. They stay gaps, and later
   * runs ask for them again.
   */
  readonly unanswered?: readonly Day[];
  /** Days that could not be read within the budget; they are filled in by the next run. Never `day` or `today`. */
  readonly unread?: readonly Day[];
}

/** Thrown by `collect` (or returned by `ready`) when there is nothing to try. */
export interface NotReady {
  readonly outcome: 'skipped';
  readonly reason: SkipReason;
  /** Names the variable and says what to do. */
  readonly message: string;
}

/** A setting that is present but cannot work: found without asking the provider. */
export interface Unusable {
  readonly outcome: 'failed';
  readonly kind: FailureKind;
  readonly reason: FailureReason;
  readonly message: string;
}

export type Readiness = { readonly outcome: 'ready' } | NotReady | Unusable;

/** One line of `npm run doctor`. */
export interface Finding {
  /** What was looked at, e.g. `STRIPE_SECRET_KEY` or `read subscriptions`. */
  readonly check: string;
  readonly ok: boolean | 'warning';
  readonly message: string;
  /** What to do about it; only where something is wrong. */
  readonly remedy?: string;
}

export interface Stored {
  /** Rows that were inserted or really changed; a replayed sync writes 0. */
  readonly rows: number;
}

/**
 * One provider. Only the runner makes outcomes, health metrics and log rows; a collector throws
 * `CollectorError` (see `errors.ts`) and never knows Express or the scheduler.
 */
export interface Collector<Data = unknown> {
  readonly name: CollectorName;
  /** How many complete days before today the provider may still restate (they are read again on every run). */
  readonly restatedDays: number;
  /** How far back the API can answer, in days; 0 = only a present state (no backfill). */
  readonly backfillDays: number;
  /** Whether earlier runs left history unread: the automatic runs of the same day then go on with it. */
  isBehind?(db: Queryable): Promise<boolean>;
  /** Looks at the settings only, never at the network. */
  configured(): Readiness;
  /** Reads the provider. Throws `CollectorError`, or `SkipError` when the upstream has nothing yet. */
  collect(context: CollectContext): Promise<Collected<Data>>;
  /** Stores what was collected inside the runner's transaction: upserts only, ordered by key. */
  store(tx: Queryable, day: Day, data: Data): Promise<Stored>;
  /** The gauges of the last complete day; pure. */
  samples(data: Data, day: Day): readonly Sample[];
  /** Asks the provider what the key may do, for `npm run doctor`. Read-only, never throws for a refused key. */
  diagnose(context: CollectContext): Promise<readonly Finding[]>;
}
