import type { QueryResult, QueryResultRow } from 'pg';
import { startApi } from '../../../exporter/test/api-server.ts';
import { createPool } from '../../../exporter/src/database/pool.ts';
import type { Queryable } from '../../../exporter/src/database/queryable.ts';
import { createReader, type Reader } from '../../../exporter/src/database/reader.ts';

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * The statements that each API call sends when nothing is cached, recorded from the API itself: the baseline sends
 * these.
 */
export async function recordStatements(
  databaseUrl: string,
  now: string,
  paths: readonly string[],
): Promise<Map<string, Statement[]>> {
  const found = new Map<string, Statement[]>();
  for (const path of paths) found.set(path, await statementsOf(databaseUrl, now, path));
  return found;
}

async function statementsOf(databaseUrl: string, now: string, path: string): Promise<Statement[]> {
  const pool = createPool(databaseUrl, { max: 2 });
  const seen: Statement[] = [];
  const recorded = (db: Queryable): Queryable => ({
    query<Row extends QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<QueryResult<Row>> {
      seen.push({ text, values });
      return db.query<Row>(text, values);
    },
  });
  // Without preparing, so that the texts are those that pg sends.
  const plain = createReader(
    () => pool,
    () => false,
  );
  const reader: Reader = {
    version: () => plain.version(),
    snapshot: (action) => plain.snapshot((snapshot) => action({ ...snapshot, db: recorded(snapshot.db) })),
  };
  const readPool = recorded({ query: (text, values = []) => pool.query(text, [...values]) });
  // One API a call: what calls share is read by the first of them.
  const api = await startApi(databaseUrl, { env: { NOW: now }, deps: { pool: readPool, readPool, reader } });
  try {
    const { status, text } = await api.get(path);
    if (status !== 200) throw new Error(`${path} answered ${status}: ${text.slice(0, 300)}`);
    return seen;
  } finally {
    await api.close();
    await pool.end();
  }
}

/**
 * The one with the panel's figures: beside it stand their provenance, the missing invoices and the last complete day.
 */
export function figuresOf(statements: readonly Statement[]): Statement | undefined {
  const own = statements.filter(({ text }) => !text.includes('AS changed_at') && !text.includes('AS unpriced_models'));
  return (
    own.find(({ text }) => /llm_(user|model)_day/.test(text)) ??
    own.find(({ text }) => text.includes('effective_costs')) ??
    own.at(-1)
  );
}
