import type { Pool } from 'pg';
import { expect } from 'vitest';
import { createPool, keepsSessions } from '../src/database/pool.ts';
import { createReader, type Reader } from '../src/database/reader.ts';
import { startApi, type TestApi, type TestApiOptions } from './api-server.ts';

/**
 * An API whose cached responses depend on the data version alone: it does not notice writes that do not raise the
 * version.
 */
export interface VersionOnlyApi extends TestApi {
  /** Responses that were read from the database instead of the cache. */
  databaseReads(): number;
}

/** A reader on `pool` that ignores the stamp of the server, and counts its snapshots. */
export function versionOnlyReader(pool: Pool): { reader: Reader; databaseReads: () => number } {
  const real = createReader(() => pool, keepsSessions);
  let count = 0;
  return {
    databaseReads: () => count,
    reader: {
      version: async () => ({ ...(await real.version()), stamp: '' }),
      snapshot: (action) => {
        count += 1;
        return real.snapshot((snapshot) => action({ ...snapshot, stamp: '' }));
      },
    },
  };
}

export async function startVersionOnlyApi(
  databaseUrl: string,
  options: Omit<TestApiOptions, 'deps'>,
): Promise<VersionOnlyApi> {
  const pool = createPool(databaseUrl, { max: 4 });
  const { reader, databaseReads } = versionOnlyReader(pool);
  const api = await startApi(databaseUrl, { ...options, deps: { reader } });
  return {
    ...api,
    databaseReads,
    close: async () => {
      await api.close();
      await pool.end();
    },
  };
}

/** The body of a 200. */
export async function textOf(api: TestApi, path: string): Promise<string> {
  const answer = await api.get(path);
  expect(answer.status, answer.text).toBe(200);
  return answer.text;
}
