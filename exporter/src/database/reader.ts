import type { Pool, PoolClient } from 'pg';
import { readDataVersion, type DataVersion } from './data-version.ts';
import { inTransaction } from './pool.ts';
import { isPreparedLost } from './errors.ts';
import { plain, preparing } from './prepared.ts';
import type { Queryable } from './queryable.ts';

/** What an answer is made from: the data as they were at one moment, whatever is stored meanwhile. */
export interface Snapshot extends DataVersion {
  readonly db: Queryable;
}

export interface Reader {
  /** Version and time of the data, in one round trip; rejects without a database. */
  version(): Promise<DataVersion>;
  /**
   * Runs `action` on one connection in one snapshot, whose version it receives: what it reads is never older nor newer,
   * also where the address leads to several replicas. It must not wait for another connection of the same pool.
   */
  snapshot<Result>(action: (snapshot: Snapshot) => Promise<Result>): Promise<Result>;
}

/** `keepsSessions` tells whether what is prepared on a connection lasts; see `pool.ts`. */
export function createReader(poolOf: () => Pool, keepsSessions: (pool: Pool) => boolean): Reader {
  // Until the first statement that was lost: some poolers cannot be distinguished from a server.
  let lost = false;

  async function withFallback<Result>(work: (queryableOf: typeof preparing) => Promise<Result>): Promise<Result> {
    if (lost || !keepsSessions(poolOf())) return work(plain);
    try {
      return await work(preparing);
    } catch (error) {
      if (!isPreparedLost(error)) throw error;
      lost = true;
      return work(plain);
    }
  }

  return {
    version: () => withFallback((queryableOf) => readDataVersion(queryableOf(poolOf()))),
    snapshot: (action) => withFallback((queryableOf) => inSnapshot(poolOf(), queryableOf, action)),
  };
}

async function inSnapshot<Result>(
  pool: Pool,
  queryableOf: (client: PoolClient) => Queryable,
  action: (snapshot: Snapshot) => Promise<Result>,
): Promise<Result> {
  return inTransaction(pool, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', async (client) => {
    const db = queryableOf(client);
    return action({ db, ...(await readDataVersion(db)) });
  });
}
