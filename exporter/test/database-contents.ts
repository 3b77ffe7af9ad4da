import { CANONICAL_SESSION, contentOf, listTables } from '../src/database/copy/tables.ts';
import type { TestDatabase } from './database.ts';

/** Rows and checksums of every table, and the partitions. */
export async function contentsOf(database: TestDatabase): Promise<Record<string, unknown>> {
  const client = await database.pool.connect();
  try {
    await client.query(CANONICAL_SESSION);
    const found: Record<string, unknown> = {};
    for (const table of await listTables(client)) found[table.name] = await contentOf(client, table);
    const { rows } = await client.query(
      "SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r' ORDER BY 1",
    );
    return { ...found, partitions: rows };
  } finally {
    client.release(true);
  }
}
