import type { RequestListener } from 'node:http';
import type { Logger } from 'pino';
import type { PageLinks } from '../api/pages/page-links.ts';
import type { Collector } from '../collectors/contract.ts';
import type { Clock } from '../database/clock.ts';
import type { DatabaseGate } from '../database/gate.ts';
import type { OpenDatabase } from '../database/open.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Reader } from '../database/reader.ts';
import type { ReplicaStatus } from '../database/replica/watch.ts';
import type { WriteRefusal } from '../database/writes/write-guard.ts';
import type { Metrics, SampleSource } from '../metrics/index.ts';
import type { Changes } from '../process/changes.ts';
import type { Redactor } from '../process/redaction.ts';
import type { RunRequest, RunTiming, Started } from '../runner/contract.ts';
import type { Settings } from '../settings/schema.ts';

/** What the HTTP side is made from; it exists before the database does. */
export interface AppParts {
  readonly settings: Settings;
  readonly log: Logger;
  readonly version: string;
  readonly pool: Queryable;
  readonly transaction: DatabaseGate['transaction'];
  readonly readPool: Queryable;
  readonly reader: Reader;
  /** Undefined without READ_DATABASE_URL, and before the database is open. */
  readonly replica: () => ReplicaStatus | undefined;
  readonly clock: Clock;
  readonly changes: Changes;
  readonly metrics: Metrics;
  readonly runner: { start(request: RunRequest): Promise<Started> };
  readonly collectors: readonly Collector[];
  /** The next regular run, null when the schedule is off. */
  readonly nextRun: () => Date | null;
  readonly redact: (text: string) => string;
  /** Hides a value from now on: in logs, stored messages and answers of the runner. */
  readonly secret: (value: string) => void;
  /** Migrated, and the first snapshot loaded; never false again. */
  readonly ready: () => boolean;
  /** Why nothing can be stored at present; undefined while writes are accepted. */
  readonly writeRefusal: () => WriteRefusal | undefined;
  /** Aborted when the exporter stops; background work of the HTTP side ends with it. */
  readonly stopping: AbortSignal;
  readonly pageLinks: PageLinks;
}

export interface AppOptions {
  readonly settings: Settings;
  readonly log: Logger;
  readonly redactor: Redactor;
  readonly createCollectors: (settings: Settings) => Promise<readonly Collector[]>;
  /** The whole HTTP side: API, /metrics, health, landing page. */
  readonly createHandler: (parts: AppParts) => Promise<RequestListener>;
  /** Fills an empty database when DEMO is on; before the first snapshot. */
  readonly seed?: (database: OpenDatabase, clock: Clock, log: Logger) => Promise<void>;
  readonly sampleSources?: readonly SampleSource[];
  readonly timing?: Partial<RunTiming> & { readonly watchMs?: number; readonly pauseMs?: number };
}

export interface App {
  /** http://host:port where it listens. */
  readonly url: string;
  /** A new address of the page that opens it once, for whoever started the exporter. */
  readonly link: () => string;
  /**
   * Resolves when the database is migrated, the snapshot loaded and the schedule started; rejects when the database
   * can never be used.
   */
  readonly ready: Promise<void>;
  /** Stops accepting, gives up what runs, closes the database. Never rejects. */
  stop(): Promise<void>;
}
