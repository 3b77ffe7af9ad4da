import type { QueryResult, QueryResultRow } from 'pg';
import { startApi } from '../../../exporter/test/api-server.ts';
import type { Queryable } from '../../../exporter/src/store/queryable.ts';
import { createPool } from '../../../exporter/src/store/pool.ts';

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The statements that each API call sends to the database, learnt from the API itself: the baseline sends exactly these. */
export async function recordStatements(databaseUrl: string, now: string, paths: readonly string[]): Promise<Map<string, Statement[]>> {
  const pool = createPool(databaseUrl, { max: 2 });
  let seen: Statement[] = [];
  const recorder: Queryable = {
    query<Row extends QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<QueryResult<Row>> {
      seen.push({ text, values });
      return pool.query<Row>(text, [...values]);
    },
  };
  const api = await startApi(databaseUrl, { env: { NOW: now }, deps: { pool: recorder, readPool: recorder } });
  try {
    const found = new Map<string, Statement[]>();
    for (const path of paths) {
      seen = [];
      const { status, text } = await api.get(path);
      if (status !== 200) throw new Error(`${path} answered ${status}: ${text.slice(0, 300)}`);
      found.set(path, seen);
    }
    return found;
  } finally {
    await api.close();
    await pool.end();
  }
}
