import pg, { type Pool } from 'pg';
import type { Queryable } from '../store/queryable.ts';

const MOST_TRIES = 3;
/** serialization_failure, deadlock_detected: the database asks for the same transaction again. */
const AGAIN = new Set(['40001', '40P01']);

/** Runs `work` in one transaction: all of it or nothing; after a deadlock or serialization failure again, at most 3 times. */
export async function withTransaction<T>(pool: Pool, work: (tx: Queryable) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(pool, work);
    } catch (error) {
      if (attempt >= MOST_TRIES || !(error instanceof pg.DatabaseError) || !AGAIN.has(error.code ?? '')) throw error;
    }
  }
}

async function once<T>(pool: Pool, work: (tx: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A connection that dies between two statements must not become an unhandled event.
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query('BEGIN');
    const result = await work({ query: (text, values) => client.query(text, values === undefined ? undefined : [...values]) });
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure));
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
