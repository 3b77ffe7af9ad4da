import type { Day, UpstreamObserver, Warning } from '../collectors/contract.ts';
import type { FailureKind, Outcome, RunReason, SyncOutcome } from '../contract/outcomes.ts';
import type { CollectorName } from '../contract/providers.ts';

export const TRIGGERS = ['schedule', 'api', 'cli', 'catch_up', 'start'] as const;
/**
 * `api` and `cli` always run what they name. The others leave alone what is done: `schedule` collectors that have
 * succeeded for the day; `start` the same, where the day's gaps are filled too; `catch_up` also what a person must
 * mend.
 */
export type Trigger = (typeof TRIGGERS)[number];

export interface RunRequest {
  readonly trigger: Trigger;
  /** Who asked: a token's subject, `schedule`, a user name. */
  readonly requestedBy: string;
  /** Default: all of them. */
  readonly collectors?: readonly CollectorName[];
  /** Runs collectors that have succeeded for the day already, whatever the trigger. */
  readonly force?: boolean;
  /** Reads the providers and stores nothing: no data, no log row, no lease. */
  readonly dryRun?: boolean;
  /** Only a success since then counts as done (the schedule's own tick, where it ticks more than once a day). */
  readonly since?: Date;
}

/** What happened to one collector; the shape that the API answers. */
export interface CollectorResult {
  readonly collector: CollectorName;
  readonly day: Day;
  readonly outcome: Outcome;
  readonly reason: RunReason | null;
  readonly kind: FailureKind | null;
  readonly message: string | null;
  readonly warnings: readonly Warning[];
  /** Monotonic. */
  readonly durationMs: number;
}

export interface SyncResult {
  readonly runId: string;
  readonly outcome: SyncOutcome;
  /** Empty when an automatic run found nothing to do. */
  readonly collectors: readonly CollectorResult[];
}

/** A run that began, or the id of the one that is running already (here or in another process). */
export type Started = { readonly runId: string; readonly done: Promise<SyncResult> } | { readonly running: string };

/** What the runner tells the metrics. */
export interface RunObserver {
  readonly upstreamObserver: (collector: CollectorName) => UpstreamObserver;
  /** A collector's run ended; `failure` where it failed. */
  readonly runFinished: (collector: CollectorName, failure?: FailureKind) => void;
}

/** Times in milliseconds. */
export interface RunTiming {
  /** For reading one provider. */
  readonly collectorBudgetMs: number;
  /** For the whole synchronisation. */
  readonly syncBudgetMs: number;
  /** How long a dead process blocks the next run. */
  readonly leaseMs: number;
  readonly heartbeatMs: number;
}

export const DEFAULT_TIMING: RunTiming = {
  collectorBudgetMs: 120_000,
  syncBudgetMs: 600_000,
  leaseMs: 60_000,
  heartbeatMs: 15_000,
};

/** The outcome of the whole: skipped collectors are fine; failed only when everything that was tried failed. */
export function overallOutcome(collectors: readonly Pick<CollectorResult, 'outcome'>[]): SyncOutcome {
  const tried = collectors.filter(({ outcome }) => outcome !== 'skipped');
  const failed = tried.filter(({ outcome }) => outcome === 'failed').length;
  if (failed === 0) return 'succeeded';
  return failed === tried.length ? 'failed' : 'partial';
}
