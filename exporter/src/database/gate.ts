import type { Pool } from 'pg';
import { StorageUnavailable } from './errors.ts';
import { keepsSessions, withTransaction } from './pool.ts';
import type { Queryable } from './queryable.ts';
import { createReader, type Reader } from './reader.ts';

/** A `Queryable` that exists before its database does: it refuses like a lost connection until it is opened. */
export interface DatabaseGate extends Queryable {
  open(db: Pool): void;
  readonly reader: Reader;
  /** Committed when the action resolves, rolled back when it throws; see `withTransaction`. */
  transaction<Result>(action: (tx: Queryable) => Promise<Result>): Promise<Result>;
}

function notOpen(): StorageUnavailable {
  return new StorageUnavailable('the database is not connected yet');
}

export function createDatabaseGate(): DatabaseGate {
  let opened: Pool | undefined;
  const refused = (): Promise<never> => Promise.reject(notOpen());
  const poolOf = (): Pool => {
    if (opened === undefined) throw notOpen();
    return opened;
  };
  return {
    reader: createReader(poolOf, keepsSessions),
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
