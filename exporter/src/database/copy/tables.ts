import { VERSION_TABLE } from '../data-version.ts';
import type { Queryable } from '../queryable.ts';

export interface CopyTable {
  /** Quoted. */
  readonly name: string;
  /** Quoted, in the table's order, without generated ones. */
  readonly columns: readonly string[];
}

export interface TableContent {
  readonly rows: string;
  /** Sum of a hash of every row: the same whatever the order; 0 for an empty table. */
  readonly checksum: string;
}

const MIGRATIONS = 'schema_migrations';
/** Every database has its own: the migrations' record, and the version of its data. */
const BOOKKEEPING = [MIGRATIONS, VERSION_TABLE];

/** The tables that hold data (a partitioned one counts once), referenced ones before those that refer to them. */
export async function listTables(db: Queryable): Promise<CopyTable[]> {
  const tables = await db.query<{ name: string; columns: string[]; needs: string[] }>(
    `SELECT quote_ident(c.relname) AS name,
            (SELECT array_agg(quote_ident(a.attname) ORDER BY a.attnum) FROM pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
            ARRAY(SELECT quote_ident(f.relname) FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid
                  WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid) AS needs
     FROM pg_class c
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND c.relname <> ALL ($1)
     ORDER BY c.relname`,
    [BOOKKEEPING],
  );
  const open = [...tables.rows];
  const sorted: CopyTable[] = [];
  while (open.length > 0) {
    const next = open.findIndex((table) => !open.some((other) => table.needs.includes(other.name)));
    // A circle of references has no right order; the first will do where the constraints are deferrable, and fails
    // loudly else.
    sorted.push(...open.splice(Math.max(next, 0), 1));
  }
  return sorted.map(({ name, columns }) => ({ name, columns }));
}

/** Statements that make each partition of `db`. */
export async function partitionStatements(db: Queryable): Promise<string[]> {
  const partitions = await db.query<{ statement: string }>(
    `SELECT format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I %s', c.relname, p.relname,
     pg_get_expr(c.relpartbound, c.oid)) AS statement
     FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid JOIN pg_class p ON p.oid = i.inhparent
     WHERE c.relispartition AND c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace
       ORDER BY c.relname`,
  );
  return partitions.rows.map((row) => row.statement);
}

/** Count and checksum of a table; the session must have CANONICAL_SESSION. */
export async function contentOf(db: Queryable, table: CopyTable): Promise<TableContent> {
  const result = await db.query<{ rows: string; checksum: string }>(
    `SELECT count(*)::text AS rows,
            coalesce(sum(('x' || substr(md5(ROW(${table.columns.join(', ')})::text), 1,
              15))::bit(60)::bigint::numeric), 0)::text AS checksum
     FROM ${table.name}`,
  );
  return result.rows[0] ?? { rows: '0', checksum: '0' };
}

/** Makes the text of every value independent of server, role and database settings. */
export const CANONICAL_SESSION = `SET TIME ZONE 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET extra_float_digits = 1;
   SET bytea_output = 'hex'; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0`;

/** What stands in it is about other tables, and written by an exporter that was only started. */
export const STATE_TABLE = 'usage_state';

/** The first table with a row in it; undefined when there is none. */
export async function firstNonEmpty(db: Queryable): Promise<string | undefined> {
  for (const table of (await listTables(db)).filter(({ name }) => name !== STATE_TABLE)) {
    const result = await db.query<{ some: boolean }>(`SELECT EXISTS (SELECT 1 FROM ${table.name}) AS some`);
    if (result.rows[0]?.some === true) return table.name;
  }
  return undefined;
}

export interface SequenceState {
  /** Quoted. */
  readonly name: string;
  readonly last: string;
}

/** Reading one is never transactional, so it may be ahead of the rows, not behind. */
export async function sequencesOf(db: Queryable): Promise<SequenceState[]> {
  const { rows } = await db.query<{ name: string; last: string }>(
    `SELECT quote_ident(sequencename) AS name, last_value::text AS last FROM pg_sequences
     WHERE schemaname = current_schema() AND last_value IS NOT NULL AND sequencename NOT LIKE $1`,
    [`${MIGRATIONS}%`],
  );
  return rows;
}

export async function setSequences(db: Queryable, sequences: readonly SequenceState[]): Promise<void> {
  for (const { name, last } of sequences) await db.query('SELECT setval($1::regclass, $2::bigint)', [name, last]);
}

/** Carries the state of every sequence over. */
export async function copySequences(from: Queryable, to: Queryable): Promise<void> {
  await setSequences(to, await sequencesOf(from));
}
