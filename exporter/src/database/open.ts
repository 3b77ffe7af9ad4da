import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type pg from 'pg';
import type { Settings } from '../settings/schema.ts';
import { backupBeforeMigration, migrationBackupFolder } from './backup/before-migration.ts';
import { isUnreachable } from './errors.ts';
import { migrate } from './migrate.ts';
import { createPool } from './pool.ts';
import { watchReplica, type ReplicaWatch } from './replica/watch.ts';

export interface OpenDatabase {
  /** A secret. */
  readonly url: string;
  readonly pool: pg.Pool;
  /** The replica, or the same pool. */
  readonly readPool: pg.Pool;
  /** Tells whether the replica may be read; undefined where there is none. */
  readonly replica: ReplicaWatch | undefined;
  /** Where the embedded server stores its data; undefined for DATABASE_URL. */
  readonly folder: string | undefined;
  /** Ends the pools, and the embedded server where it is ours. */
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly settings: Pick<
    Settings,
    'DATABASE_URL' | 'READ_DATABASE_URL' | 'DATA_DIR' | 'BACKUP_DIR' | 'BACKUP_BEFORE_MIGRATION'
  >;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Receives the address before anything can fail with it in a message. */
  readonly secret?: (value: string) => void;
}

/** Also how long nothing is said of what is waited for. */
const MAX_WAIT_MS = 5_000;

/**
 * Opens DATABASE_URL, or starts the embedded Postgres, and migrates it. A database that does not answer is tried again
 * with growing waits until `signal` aborts; one that cannot be used (newer build, folder in use) throws.
 */
export async function openDatabase(options: OpenOptions): Promise<OpenDatabase> {
  const { settings, log } = options;
  const server = settings.DATABASE_URL === undefined ? await startEmbedded(options) : undefined;
  const url = server?.url ?? settings.DATABASE_URL ?? '';
  try {
    await migrateWithRetry(url, options);
  } catch (error) {
    await server?.stop();
    throw error;
  }
  let closing = false;
  const onError = (error: Error): void => {
    if (!closing) log.warn({ err: error }, 'a database connection was lost');
  };
  const pool = createPool(url, { onError });
  const replicaUrl = settings.READ_DATABASE_URL;
  // Who must wait for a connection to the replica is better off with the primary.
  const readPool =
    replicaUrl === undefined
      ? pool
      : createPool(replicaUrl, {
          onError,
          applicationName: 'marginboard-read',
          connectionTimeoutMs: 1_000,
          queryTimeoutMs: 65_000,
        });
  const replica = replicaUrl === undefined ? undefined : watchReplica({ primaryUrl: url, replicaUrl, log });
  return {
    url,
    pool,
    readPool,
    replica,
    folder: server === undefined ? undefined : join(settings.DATA_DIR, 'postgres'),
    async close() {
      closing = true;
      await replica?.stop();
      await Promise.allSettled([...new Set([pool, readPool])].map((one) => one.end()));
      await server?.stop();
    },
  };
}

async function startEmbedded({ settings, log, secret }: OpenOptions): Promise<{ url: string; stop(): Promise<void> }> {
  const { startEmbeddedPostgres } = await import('./embedded/start.ts');
  const server = await startEmbeddedPostgres({ dataDir: settings.DATA_DIR, log });
  secret?.(server.url);
  secret?.(new URL(server.url).password);
  return server;
}

async function migrateWithRetry(url: string, { settings, log, signal }: OpenOptions): Promise<void> {
  const backups = migrationBackupFolder(settings);
  for (let attempt = 0; ; attempt += 1) {
    try {
      const applied = await migrate(url, {
        ...(backups !== undefined && { before: () => backupBeforeMigration(url, backups, log) }),
      });
      if (applied.length > 0) log.info({ migrations: applied.length }, 'the database was brought to the newest schema');
      return;
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      const waitMs = Math.min(MAX_WAIT_MS, 250 * 2 ** attempt) * (0.5 + Math.random() / 2);
      log.warn(
        { err: error, attempt: attempt + 1, waitMs: Math.round(waitMs) },
        'the database does not answer; trying again',
      );
      await sleep(waitMs, undefined, { signal });
    }
  }
}
