import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runner } from 'node-pg-migrate';
import type pg from 'pg';
import { packageRoot } from '../process/package-root.ts';
import { DatabaseClient } from './client.ts';
import { MIGRATION_LOCK_KEY } from './locks.ts';
import { beginSession } from './pool.ts';
import type { Queryable } from './queryable.ts';

const TABLE = 'schema_migrations';

const FOLDER = join(packageRoot(), 'migrations');

interface MigrationFile {
  readonly name: string;
  readonly checksum: string;
}

export interface AppliedMigration {
  readonly name: string;
  /** Null where it was applied by a build that did not store it. */
  readonly checksum: string | null;
}

export interface MigrateOptions {
  /** Default: those of this build. */
  readonly folder?: string;
  /** The last one to apply; default: the newest. */
  readonly through?: string;
  /** Called once before a schema that is not new is changed, by the one process that changes it. */
  readonly before?: (first: string) => Promise<void>;
}

/**
 * Brings a database to the newest schema and returns the names that were applied; safe when several processes start
 * at once.
 * Refuses (and changes nothing) when an applied file was edited, when the database is of a newer build, or when a
 * file was added before one that is already applied.
 */
export async function migrate(databaseUrl: string, options: MigrateOptions = {}): Promise<string[]> {
  const { folder = FOLDER, through, before } = options;
  const files = await readFiles(folder);
  const isWanted = ({ name }: MigrationFile): boolean => through === undefined || name <= through;
  return withClient(databaseUrl, async (client) => {
    const open = async (): Promise<MigrationFile[]> => (await pending(client, files)).filter(isWanted);
    if ((await open()).length === 0) return [];
    return withMigrationLock(databaseUrl, async () => {
      const wanted = await open();
      if (wanted[0] === undefined) return [];
      if (before !== undefined && (await appliedMigrations(client)).length > 0) await before(wanted[0].name);
      const applied = await runner({
        dbClient: client,
        dir: folder,
        direction: 'up',
        count: wanted.length,
        migrationsTable: TABLE,
        singleTransaction: false,
        // Ours is held already, and ours is the check of the order: the library's goes by the clock at which each
        // file ran.
        noLock: true,
        checkOrder: false,
        log: () => undefined,
      });
      await client.query(`ALTER TABLE ${TABLE} ADD COLUMN IF NOT EXISTS checksum text`);
      await client.query(
        `UPDATE ${TABLE} m SET checksum = f.checksum FROM unnest($1::text[], $2::text[]) AS f(name, checksum)
         WHERE f.name = m.name AND m.checksum IS NULL`,
        [files.map((file) => file.name), files.map((file) => file.checksum)],
      );
      return applied.map((migration) => migration.name);
    });
  });
}

/** True when the database has exactly the schema of this build. */
export async function isMigrated(databaseUrl: string): Promise<boolean> {
  const files = await readFiles(FOLDER);
  return withClient(databaseUrl, async (client) => (await pending(client, files)).length === 0);
}

async function readFiles(folder: string): Promise<MigrationFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (file) => {
      // A checkout on Windows may turn line ends: that does not count as an edit.
      const content = (await readFile(join(folder, file), 'utf8')).replaceAll('\r\n', '\n');
      return { name: file.slice(0, -'.sql'.length), checksum: createHash('sha256').update(content).digest('hex') };
    }),
  );
}

/** What the database says of itself, in order; empty for one without our tables. */
export async function appliedMigrations(client: Queryable): Promise<AppliedMigration[]> {
  const columns = await client.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped`,
    [TABLE],
  );
  if (columns.rows.length === 0) return [];
  const hasChecksum = columns.rows.some((column) => column.name === 'checksum');
  const { rows } = await client.query<{ name: string; checksum: string | null }>(
    `SELECT name, ${hasChecksum ? 'checksum' : 'NULL AS checksum'} FROM ${TABLE} ORDER BY name`,
  );
  return rows;
}

/** Throws when what was applied elsewhere is not a part of this build. */
export async function checkKnown(applied: readonly AppliedMigration[]): Promise<void> {
  contradict(applied, await readFiles(FOLDER), 'the backup was made');
}

/** The files that are still to be applied; throws when the database and the files contradict each other. */
async function pending(client: Queryable, files: readonly MigrationFile[]): Promise<MigrationFile[]> {
  const rows = await appliedMigrations(client);
  if (rows.length === 0) return [...files];
  contradict(rows, files, 'the database was migrated');
  const applied = new Set(rows.map((row) => row.name));
  const open = files.filter((file) => !applied.has(file.name));
  const last = [...applied].sort().at(-1) ?? '';
  const late = open.find((file) => file.name < last);
  if (late)
    throw new Error(
      `the migration ${late.name} comes before ${last}, which this database has applied: give it a higher number`,
    );
  return open;
}

function contradict(applied: readonly AppliedMigration[], files: readonly MigrationFile[], what: string): void {
  const known = new Map(files.map((file) => [file.name, file]));
  const foreign = applied
    .map((row) => row.name)
    .filter((name) => !known.has(name))
    .sort();
  if (foreign.length > 0) {
    throw new Error(
      `${what} by a newer version (${foreign.join(', ')} is unknown to this one): run that ` +
        'version, or restore a backup made before it',
    );
  }
  const edited = applied.find((row) => row.checksum !== null && known.get(row.name)?.checksum !== row.checksum);
  if (edited)
    throw new Error(
      `the migration ${edited.name} was edited after this database applied it: restore the file, and put the ` +
        'change into a new one',
    );
}

const LOCK_TIMEOUT_MS = 300_000;

/**
 * Held by an open transaction of its own connection, not by the session: a killed migrator's ends with it, and behind a
 * transaction pooler a session lock would strand on a connection that lives on. Who waits holds no connection of the
 * pooler's meanwhile: the holder needs a second one to get on.
 */
async function withMigrationLock<Result>(databaseUrl: string, action: () => Promise<Result>): Promise<Result> {
  return withClient(databaseUrl, async (client) => {
    const deadline = performance.now() + LOCK_TIMEOUT_MS;
    for (;;) {
      await client.query('BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0');
      try {
        const { rows } = await client.query<{ ours: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS ours', [
          MIGRATION_LOCK_KEY,
        ]);
        if (rows[0]?.ours === true) return await action();
        if (performance.now() > deadline)
          throw new Error(
            'another process has been migrating this database for five minutes: see what it waits for in ' +
              'pg_stat_activity',
          );
      } finally {
        await client.query('ROLLBACK');
      }
      await sleep(50 + 100 * Math.random());
    }
  });
}

async function withClient<Result>(
  databaseUrl: string,
  action: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new DatabaseClient({
    connectionString: databaseUrl,
    application_name: 'marginboard migrations',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // Reported by the query that it breaks.
  client.on('error', () => undefined);
  await client.connect();
  try {
    if (await beginSession(client, { statement_timeout: '0', lock_timeout: '60s' })) {
      // So that the server drops a statement whose migrator was killed. Not every platform can.
      await client.query("SET client_connection_check_interval = '2s'").catch(() => undefined);
    }
    return await action(client);
  } finally {
    await client.end();
  }
}
