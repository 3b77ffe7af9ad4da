import { addMonths, isDay, monthStart } from '../../money/days.ts';
import type { Queryable } from '../../database/queryable.ts';
import { lockSql } from '../../database/locks.ts';

const TABLE = 'llm_metrics_history';
/** Months created ahead, so that the first sync of a month finds its partition. */
const AHEAD = 2;

/**
 * Creates the monthly partitions of `llm_metrics_history` for the days `from` … `to` (both included) and two months
 * ahead. Takes no lock when they are all there, is safe from several processes at once, and moves nothing: a month that
 * already has rows in the default partition stays there.
 */
export async function ensureLlmPartitions(db: Queryable, from: string, to: string): Promise<void> {
  if (!isDay(from) || !isDay(to)) throw new RangeError('partitions are made for days: YYYY-MM-DD');
  for (const month of await missingMonths(db, from, to))
    await db.query(create(nameOf(month), month, addMonths(month, 1)));
}

async function missingMonths(db: Queryable, from: string, to: string): Promise<string[]> {
  const wanted: string[] = [];
  for (let month = monthStart(from); month <= addMonths(to, AHEAD); month = addMonths(month, 1)) wanted.push(month);
  const {
    rows: [table],
  } = await db.query<{ partitioned: boolean; partitions: string[] }>(
    `SELECT relkind = 'p' AS partitioned, ARRAY(SELECT c.relname::text FROM pg_inherits i
      JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = t.oid) AS partitions
     FROM pg_class t WHERE t.oid = $1::regclass`,
    [TABLE],
  );
  // A TimescaleDB hypertable in its place (docs/scaling.md) creates its own chunks.
  if (table?.partitioned !== true) return [];
  const present = new Set(table.partitions);
  return wanted.filter((month) => !present.has(nameOf(month)));
}

function nameOf(month: string): string {
  return `${TABLE}_${month.slice(0, 7).replace('-', '_')}`;
}

/** One statement, so one transaction even on a pool; only days and names built from days are interpolated. */
function create(partition: string, from: string, to: string): string {
  return `DO $$ BEGIN
    PERFORM ${lockSql('llmPartitions')};
    IF to_regclass('${partition}') IS NULL AND NOT EXISTS (SELECT 1 FROM ${TABLE}_default WHERE day >= '${from}'
      AND day < '${to}') THEN
      CREATE TABLE ${partition} PARTITION OF ${TABLE} FOR VALUES FROM ('${from}') TO ('${to}');
    END IF;
  END $$`;
}
