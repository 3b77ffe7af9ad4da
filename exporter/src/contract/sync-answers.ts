/** The types of the API's answers about synchronisations and collectors; conventions as in `answers.ts`. */
import type { LastSync, ListAnswer } from './answers.ts';
import type { FailureKind, Outcome, RunReason, SyncOutcome } from './outcomes.ts';
import type { CollectorName } from './providers.ts';

export interface CollectorStatusRow {
  readonly collector: CollectorName;
  readonly enabled: boolean;
  /** Why it is not enabled or cannot work, naming the setting. */
  readonly settingsMessage: string | null;
  readonly outcome: Outcome | null;
  readonly reason: string | null;
  readonly kind: string | null;
  readonly message: string | null;
  readonly attempt: number | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly durationMs: number | null;
  /** Requests to the provider in that run, retries included. */
  readonly upstreamRequests: number | null;
  readonly warnings: readonly RunWarning[];
  readonly lastSuccessAt: string | null;
  /** The last complete day that a run stored. */
  readonly dataDay: string | null;
  /** The provider's own time of its data. */
  readonly dataAsOf: string | null;
  readonly nextRunAt: string | null;
  /** How far the past is read, for a collector that reads it in several runs; null before its first run. */
  readonly history: HistoryProgress | null;
}

export interface HistoryProgress {
  /** 100 only when all of it was read. */
  readonly percent: number;
  /** Further runs at the pace of the last one; null where it is not known. */
  readonly runsLeft: number | null;
  /** The same in words: "64 %, about 2 more runs". */
  readonly text: string;
  /** Lists that the key may not read, each with the reason and the permission that is missing. */
  readonly unreadable: readonly { readonly list: string; readonly message: string }[];
}

export const REPLICA_STATES = ['starting', 'in_use', 'behind', 'down', 'not_a_replica'] as const;

/** The replica that answers reads while its state is `in_use`; in every other state the primary does. */
export interface ReadReplicaStatus {
  readonly state: (typeof REPLICA_STATES)[number];
  readonly since: string;
  /** Null while it is not known. */
  readonly lagSeconds: number | null;
  readonly message: string | null;
}

export interface SyncStatusAnswer extends ListAnswer<CollectorStatusRow> {
  readonly lastSync: LastSync | null;
  /** The synchronisation that runs now. */
  readonly runningSince: string | null;
  /** Null without READ_DATABASE_URL. */
  readonly readReplica: ReadReplicaStatus | null;
}

export interface RunWarning {
  readonly code: string;
  readonly message: string;
  readonly count?: number | undefined;
}

export interface SyncLogRow {
  /** A decimal string: ids are 64 bits. */
  readonly id: string;
  readonly runId: string;
  readonly collector: string;
  readonly day: string;
  readonly attempt: number;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** Null while it runs. */
  readonly outcome: Outcome | null;
  readonly reason: string | null;
  readonly kind: string | null;
  readonly message: string | null;
  readonly retryable: boolean | null;
  readonly warnings: readonly RunWarning[];
  readonly rowsWritten: number | null;
  readonly daysRead: number | null;
  readonly upstreamRequests: number | null;
  readonly dataAsOf: string | null;
  readonly durationMs: number | null;
}

/** One collector in the report of a synchronisation. */
export interface CollectorReport {
  readonly collector: CollectorName;
  readonly day: string;
  readonly outcome: Outcome;
  readonly reason: RunReason | null;
  readonly kind: FailureKind | null;
  readonly message: string | null;
  readonly warnings: readonly RunWarning[];
  readonly durationMs: number;
}

export interface SyncReport {
  readonly runId: string;
  readonly outcome: SyncOutcome;
  readonly collectors: readonly CollectorReport[];
}

/** A synchronisation that outlived `wait`; ask again at `statusUrl`. */
export interface SyncAccepted {
  readonly runId: string;
  readonly statusUrl: string;
}

export interface SyncRunAnswer {
  readonly runId: string;
  /** Null while it runs. */
  readonly outcome: SyncOutcome | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly collectors: readonly CollectorReport[];
}
