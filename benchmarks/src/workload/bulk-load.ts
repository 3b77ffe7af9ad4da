import { z } from 'zod';
import type { Database } from '../harness/database.ts';

const definitions = z.array(z.object({ drop: z.string(), create: z.string() }));

/**
 * Loads a table without its keys and indexes and builds them afterwards as they were: sorting once is several times
 * faster than millions of random insertions, and what stands in the end is the same.
 */
export async function withoutIndexes({ pool }: Database, table: string, load: () => Promise<void>): Promise<void> {
  const found = await pool.query(DEFINITIONS, [table]);
  const indexes = definitions.parse(found.rows);
  for (const { drop } of indexes) await pool.query(drop);
  await load();
  for (const { create } of indexes) await inBulk(pool, [create]);
}

/** Runs statements over whole tables, one transaction each, with the memory to sort and hash them. */
export async function inBulk(pool: Database['pool'], statements: readonly string[]): Promise<void> {
  const client = await pool.connect();
  try {
    for (const statement of statements) {
      await client.query(
        `BEGIN; SET LOCAL work_mem = '256MB'; SET LOCAL maintenance_work_mem = '256MB';
          SET LOCAL synchronous_commit = off; ${statement}; COMMIT`,
      );
    }
  } finally {
    client.release();
  }
}

// ON ONLY would leave the partitions of a partitioned table without theirs.
const DEFINITIONS = `
SELECT CASE WHEN c.oid IS NULL THEN 'DROP INDEX ' || i.indexrelid::regclass
  ELSE format('ALTER TABLE %s DROP CONSTRAINT %I', i.indrelid::regclass, c.conname) END AS drop,
  CASE WHEN c.oid IS NULL THEN replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ')
  ELSE format('ALTER TABLE %s ADD CONSTRAINT %I %s', i.indrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
  END AS create
FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u')
  AND c.conrelid = i.indrelid
WHERE i.indrelid = $1::regclass ORDER BY i.indisprimary DESC`;
