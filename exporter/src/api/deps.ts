import type { Logger } from 'pino';
import type { Changes } from '../process/changes.ts';
import type { Clock } from '../database/clock.ts';
import type { Readiness } from '../collectors/contract.ts';
import type { CollectorName } from '../contract/providers.ts';
import type { InTransaction } from '../invoices/service.ts';
import type { RequestObservation } from '../metrics/live.ts';
import type { Doctor } from '../doctor/service.ts';
import type { RunRequest, Started } from '../runner/contract.ts';
import type { Settings } from '../settings/schema.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Reader } from '../database/reader.ts';
import type { ReplicaStatus } from '../database/replica/watch.ts';
import type { WriteRefusal } from '../database/writes/write-guard.ts';
import type { PublishedKeysOptions } from './auth/published-keys.ts';
import type { FetchFromAws } from './inbound/sns-signature.ts';
import type { Limits } from './http/limits.ts';
import type { PageLinks } from './pages/page-links.ts';

/** What the settings say about one collector; no network, no database. */
export interface CollectorSetting {
  readonly name: CollectorName;
  readonly readiness: Readiness;
}

export interface ApiDeps {
  readonly settings: Pick<
    Settings,
    | 'JWKS_URL'
    | 'JWT_ISSUER'
    | 'JWT_AUDIENCE'
    | 'JWT_ROLE_CLAIM'
    | 'METRICS_TOKEN'
    | 'GRAFANA_URL'
    | 'PUBLIC_HOSTS'
    | 'DOCUMENT_RETENTION_DAYS'
    | 'DEMO'
    | 'INBOX_TRUSTED_SENDERS'
    | 'INBOX_AUTHSERV_ID'
    | 'INVOICE_IMAP_URL'
    | 'INBOUND_MAIL_SECRET'
    | 'INBOUND_MAILGUN_KEY'
    | 'INBOUND_SES_TOPIC_ARN'
  >;
  /** HS256 secret (`settings/jwt-secret.ts`); undefined when JWKS_URL alone verifies. */
  readonly jwtSecret: string | undefined;
  /** Encrypts the stored documents (`settings/document-key.ts`); undefined where none are stored. */
  readonly documentKey: string | undefined;
  readonly version: string;
  /** Writes, and reads that must see them. */
  readonly pool: Queryable;
  readonly transaction: InTransaction;
  /** A replica where there is one. */
  readonly readPool: Queryable;
  /** The same, for whole answers. */
  readonly reader: Reader;
  /** How the replica is; absent where there is none. */
  readonly replica?: () => ReplicaStatus | undefined;
  readonly clock: Pick<Clock, 'now' | 'fixed'>;
  readonly runner: { start(request: RunRequest): Promise<Started> };
  readonly collectors: { settings(): readonly CollectorSetting[]; nextRun(): Date | null };
  readonly emails: {
    /**
     * Names to show: the e-mail, or `fallbackName` where it is not known. An absent id is shown by `fallbackName` too.
     */
    emailsOf(userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
    /** True while the e-mail of one of them is being looked up or could not be: such an answer is not cached. */
    pending?(userIds: readonly string[]): boolean;
  };
  readonly doctor: Doctor;
  readonly changes: Pick<Changes, 'emit'>;
  readonly metrics: {
    render(): Promise<{ contentType: string; body: string }>;
    observeRequest(request: RequestObservation): void;
  };
  readonly health: {
    ready(): boolean;
    /** Why nothing can be stored at present; undefined while writes are accepted. */
    writeRefusal?(): WriteRefusal | undefined;
  };
  /** Where the start prints a link that opens the page. */
  readonly pageLinks?: Pick<PageLinks, 'redeem'> | undefined;
  readonly log: Logger;
  /** For tests of the limits. */
  readonly limits?: Partial<Limits>;
  /** Reads the certificates of Amazon SNS; for tests. */
  readonly fetchFromAws?: FetchFromAws;
  /** For tests of the keys at JWKS_URL. */
  readonly jwks?: PublishedKeysOptions;
}

/** Collectors that should have figures: configured, even where the configuration cannot work. */
export function enabledCollectors(deps: Pick<ApiDeps, 'collectors'>): CollectorName[] {
  return deps.collectors
    .settings()
    .filter(({ readiness }) => readiness.outcome !== 'skipped')
    .map(({ name }) => name);
}
