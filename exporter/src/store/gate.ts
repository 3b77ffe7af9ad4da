import type { Queryable } from './queryable.ts';

/** A `Queryable` that exists before its database does: it refuses like a lost connection until it is opened. */
export interface DatabaseGate extends Queryable {
  open(db: Queryable): void;
}

/** SQLSTATE connection_exception, so that callers treat it like any lost connection. */
class DatabaseNotOpen extends Error {
  override readonly name = 'DatabaseNotOpen';
  readonly code = '08000';
}

export function createDatabaseGate(): DatabaseGate {
  let opened: Queryable | undefined;
  return {
    open(db) {
      opened = db;
    },
    query(text, values) {
      if (opened === undefined) return Promise.reject(new DatabaseNotOpen('the database is not connected yet'));
      return opened.query(text, values);
    },
  };
}
