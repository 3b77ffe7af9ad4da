import type { Pool } from 'pg';
import { withTransaction } from './pool.ts';
import type { Queryable } from './queryable.ts';

/** A `Queryable` that exists before its database does: it refuses like a lost connection until it is opened. */
export interface DatabaseGate extends Queryable {
  open(db: Pool): void;
  /** Committed when the action resolves, rolled back when it throws; see `withTransaction`. */
  transaction<Result>(action: (tx: Queryable) => Promise<Result>): Promise<Result>;
}

/** SQLSTATE connection_exception, so that callers treat it like any lost connection. */
class DatabaseNotOpen extends Error {
  override readonly name = 'DatabaseNotOpen';
  readonly code = '08000';
}

export function createDatabaseGate(): DatabaseGate {
  let opened: Pool | undefined;
  const refused = (): Promise<never> => Promise.reject(new DatabaseNotOpen('the database is not connected yet'));
  return {
    open(db) {
      opened = db;
    },
    query(text, values) {
      if (opened === undefined) return refused();
      const db: Queryable = opened;
      return db.query(text, values);
    },
    transaction: async (action) => (opened === undefined ? refused() : withTransaction(opened, action)),
  };
}
