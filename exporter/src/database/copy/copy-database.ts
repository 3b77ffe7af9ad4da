import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { DatabaseClient } from '../client.ts';
import { bumpDataVersion } from '../data-version.ts';
import { migrate } from '../migrate.ts';
import {
  CANONICAL_SESSION,
  contentOf,
  copySequences,
  firstNonEmpty,
  listTables,
  partitionStatements,
  STATE_TABLE,
} from './tables.ts';

export interface CopiedTable {
  readonly table: string;
  readonly rows: string;
  readonly checksum: string;
}

/**
 * Copies a whole database into an empty one (which is migrated first): one snapshot of the source, one transaction in
 * the target, so it arrives whole or not at all. Counts and checksums are compared before the commit.
 * Throws with a remedy when the target holds data, or when source and target differ in schema.
 */
export async function copyDatabase(
  from: string,
  to: string,
  onTable: (table: CopiedTable) => void = () => undefined,
): Promise<CopiedTable[]> {
  await migrate(from);
  await migrate(to);
  return withClient(from, (source) =>
    withClient(to, async (target) => {
      if ((await identityOf(source)) === (await identityOf(target)))
        throw new Error('source and target are the same database');
      const filled = await firstNonEmpty(target);
      if (filled !== undefined)
        throw new Error(`the target is not empty (${filled} has rows): give an empty database, nothing was changed`);
      await source.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await target.query('BEGIN');
      await target.query(`DELETE FROM ${STATE_TABLE}`);
      for (const statement of await partitionStatements(source)) await target.query(statement);
      const copied: CopiedTable[] = [];
      for (const table of await listTables(source)) {
        const list = `${table.name} (${table.columns.join(', ')})`;
        // A partitioned table can be read only by a query.
        const reading = source.query(copyTo(`COPY (SELECT ${table.columns.join(', ')} FROM ${table.name}) TO STDOUT`));
        await pipeline(reading, target.query(copyFrom(`COPY ${list} FROM STDIN`)));
        const [before, after] = await Promise.all([contentOf(source, table), contentOf(target, table)]);
        if (before.rows !== after.rows || before.checksum !== after.checksum) {
          throw new Error(
            `${table.name} differs after copying (${before.rows} rows, checksum ${before.checksum}; arrived: ` +
              `${after.rows}, ${after.checksum}): the target was rolled back`,
          );
        }
        const result = { table: table.name, ...after };
        copied.push(result);
        onTable(result);
      }
      await copySequences(source, target);
      await bumpDataVersion(target);
      await target.query('COMMIT');
      await source.query('COMMIT');
      await target.query('ANALYZE');
      return copied;
    }),
  );
}

/** Server and database, so that a copy onto itself is noticed whatever the address says. */
async function identityOf(client: pg.Client): Promise<string> {
  const result = await client.query<{ identity: string }>(
    `SELECT pg_postmaster_start_time()::text || '/' || current_setting('port') || '/' || (SELECT oid FROM pg_database
     WHERE datname = current_database()) AS identity`,
  );
  return result.rows[0]?.identity ?? '';
}

async function withClient<Result>(url: string, action: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new DatabaseClient({
    connectionString: url,
    application_name: 'marginboard copy',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(CANONICAL_SESSION);
    return await action(client);
  } finally {
    // An open transaction is rolled back with its connection.
    await client.end();
  }
}
