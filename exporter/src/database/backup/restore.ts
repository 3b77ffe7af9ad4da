import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { DatabaseClient } from '../client.ts';
import { contentOf, firstNonEmpty, listTables, setSequences, STATE_TABLE } from '../copy/tables.ts';
import { bumpDataVersion } from '../data-version.ts';
import { appliedMigrations, type AppliedMigration, checkKnown, migrate } from '../migrate.ts';
import type { BackupHeader, BackupTable, TableTotals } from './format.ts';
import { checkBackup, readBackup } from './read.ts';
import { LOCAL_CANONICAL } from './session.ts';

export interface RestoredTable {
  readonly table: string;
  readonly rows: string;
}

/**
 * Puts a backup into an empty database, in one transaction, compares every table with what was backed up before it
 * commits, and then brings an older schema to the newest. Throws with a remedy, and leaves no row behind, where the file
 * is damaged or of a newer version, or the database holds data.
 */
export async function restoreBackup(
  file: string,
  url: string,
  onTable: (table: RestoredTable) => void = () => undefined,
): Promise<void> {
  // Whole before anything is changed for it.
  await checkBackup(file);
  const client = new DatabaseClient({
    connectionString: url,
    application_name: 'marginboard restore',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  const restored: (BackupTable & TableTotals)[] = [];
  try {
    await readBackup(file, {
      header: async (header) => prepare(client, url, header),
      table: async ({ table, columns }, rows) => {
        const target = client.query(copyFrom(`COPY ${table} (${columns.join(', ')}) FROM STDIN`));
        await pipeline(Readable.from(rows, { objectMode: false }), target);
      },
      totals: (table, totals) => {
        restored.push({ ...table, ...totals });
        return Promise.resolve();
      },
    });
    // After all of them: what a trigger wrote elsewhere would be found.
    for (const { table, columns, rows, checksum } of restored) {
      const found = await contentOf(client, { name: table, columns });
      if (found.rows !== rows || found.checksum !== checksum)
        throw new Error(
          `${table} differs from the backup (${rows} rows, checksum ${checksum}; arrived: ${found.rows}, ` +
            `${found.checksum}): nothing was kept`,
        );
      onTable({ table, rows });
    }
    await bumpDataVersion(client);
    await client.query('COMMIT');
    // Ours alone: for each table of the server's it would log that it may not.
    for (const { table } of restored) await client.query(`ANALYZE ${table}`);
  } finally {
    // An open transaction is rolled back with its connection.
    await client.end();
  }
  await migrate(url);
}

/** Brings the empty database to the backup's schema, and begins the transaction. */
async function prepare(client: DatabaseClient, url: string, header: BackupHeader): Promise<void> {
  await checkKnown(header.migrations);
  const filled = await firstNonEmpty(client);
  if (filled !== undefined)
    throw new Error(
      `the database is not empty (${filled} has rows), and nothing was changed: stop the exporter and move the folder ` +
        'postgres in DATA_DIR away, or set DATABASE_URL to an empty database',
    );
  const present = await appliedMigrations(client);
  if (present.length === 0 && (await listTables(client)).length > 0)
    throw new Error('the database has tables of something else: set DATABASE_URL to an empty one');
  const through = header.migrations.at(-1)?.name ?? '';
  if (present.length > 0 && namesOf(present) !== namesOf(header.migrations))
    throw new Error(
      `the backup has another schema (up to ${through}) than this database (up to ${present.at(-1)?.name ?? ''}): ` +
        'restore it into one without tables, which is then brought to the newest schema',
    );
  await migrate(url, { through });
  await client.query('BEGIN');
  await client.query(LOCAL_CANONICAL);
  if ((await listTables(client)).some(({ name }) => name === STATE_TABLE))
    await client.query(`DELETE FROM ${STATE_TABLE}`);
  for (const statement of header.partitions) await client.query(statement);
  await setSequences(client, header.sequences);
}

function namesOf(migrations: readonly AppliedMigration[]): string {
  return migrations.map(({ name }) => name).join();
}
