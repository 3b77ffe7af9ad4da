import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DatabaseClient } from './client.ts';
import { BUMP_IF_WRITTEN, bumpDataVersion } from './data-version.ts';
import { isConflict } from './errors.ts';

export interface PoolOptions {
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
  /** Connections at most; 10. */
  readonly max?: number;
  /** What the server lets one statement take; 60 s. */
  readonly statementTimeoutMs?: number;
  /** What a statement waits for a lock; 15 s. */
  readonly lockTimeoutMs?: number;
  /** What a caller waits for a connection, new or free; 5 s. */
  readonly connectionTimeoutMs?: number;
  /** What a statement may take by our own clock, for servers that may hang; no limit. */
  readonly queryTimeoutMs?: number;
  /** Called with the error of a connection that breaks while idle. */
  readonly onError?: (error: Error) => void;
}

const asText = (value: string): string => value;

/** One dimension, of elements that need no quotes. */
function listAsText(value: string): (string | null)[] {
  const inner = value.slice(1, -1);
  return inner === '' ? [] : inner.split(',').map((element) => (element === 'NULL' ? null : element));
}

/** By type number: date, int8, numeric and their arrays. */
const PARSERS = new Map<number, (value: string) => unknown>([
  [1082, asText],
  [20, asText],
  [1700, asText],
  [1182, listAsText],
  [1016, listAsText],
  [1231, listAsText],
]);

/** Days, bigints and decimals stay exact strings, alone and in arrays; everything else as pg reads it. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format): unknown =>
    (format === 'binary' ? undefined : PARSERS.get(oid)) ?? pg.types.getTypeParser(oid, format),
};

const IDLE_IN_TRANSACTION_MS = 60_000;
/** Of connections that reach their server through a pooler: what a transaction sets for itself. */
const limits = new WeakMap<pg.ClientBase, string>();
const directPools = new WeakSet<object>();
/** Of a Citus coordinator. */
const coordinators = new WeakSet<pg.ClientBase>();

/**
 * True once a connection of the pool was found to be one server process of its own, where prepared statements and
 * settings last. False before, and behind a pooler (PgBouncer, Supavisor), where the next statement may meet another
 * process.
 */
export function keepsSessions(pool: object): boolean {
  return directPools.has(pool);
}

/**
 * Times in UTC, and `settings` for the session if it is ours alone; resolves to whether it is. A pooler tells a process
 * number of its own: what is set through it would stay behind with a server connection that others use. As a statement
 * and not as start-up parameters, which poolers refuse.
 */
export async function beginSession(
  client: pg.ClientBase,
  settings: Readonly<Record<string, string>>,
): Promise<boolean> {
  const pid = 'processID' in client && typeof client.processID === 'number' ? client.processID : null;
  const { rows } = await client.query<{ direct: boolean; distributed: boolean }>(
    `SELECT s.direct, to_regclass('pg_catalog.pg_dist_node') IS NOT NULL AS distributed,
     set_config('timezone', 'UTC', false), (SELECT count(set_config(name, value, false))
     FROM unnest($2::text[], $3::text[]) AS u(name, value) WHERE s.direct)
     FROM (SELECT pg_backend_pid() = $1::int AS direct) s`,
    [pid, Object.keys(settings), Object.values(settings)],
  );
  if (rows[0]?.distributed === true) coordinators.add(client);
  return rows[0]?.direct === true;
}

/**
 * A pool that survives the loss of its connections: `error` has a handler on the pool and on every connection, idle
 * or not.
 */
export function createPool(url: string, options: PoolOptions = {}): pg.Pool {
  const {
    applicationName = 'marginboard',
    max = 10,
    statementTimeoutMs = 60_000,
    lockTimeoutMs = 15_000,
    connectionTimeoutMs = 5_000,
  } = options;
  const pool = new pg.Pool({
    Client: DatabaseClient,
    connectionString: url,
    application_name: applicationName,
    max,
    connectionTimeoutMillis: connectionTimeoutMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    ...(options.queryTimeoutMs !== undefined && { query_timeout: options.queryTimeoutMs }),
    types,
    onConnect: async (client) => {
      const direct = await beginSession(client, {
        statement_timeout: String(Math.trunc(statementTimeoutMs)),
        lock_timeout: String(Math.trunc(lockTimeoutMs)),
        idle_in_transaction_session_timeout: String(IDLE_IN_TRANSACTION_MS),
        // Compiling a statement of many small parts takes ten times as long as running it.
        jit: 'off',
      });
      if (direct) directPools.add(pool);
      else
        limits.set(
          client,
          `SET LOCAL statement_timeout = ${Math.trunc(statementTimeoutMs)};
           SET LOCAL lock_timeout = ${Math.trunc(lockTimeoutMs)};
           SET LOCAL idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}; SET LOCAL jit = off`,
        );
    },
  });
  pool.on('error', (error) => options.onError?.(error));
  // A connection cut between two statements of a transaction reports to nobody else, and would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

const RETRIES = 3;

/**
 * Runs `action` in a transaction: committed when it resolves, rolled back when it throws. What it wrote changes the
 * data version with it. Retried, at most three times, after a deadlock or a serialization failure, so `action` must
 * have no effect outside the transaction.
 */
export async function withTransaction<Result>(
  pool: pg.Pool,
  action: (tx: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  for (let retry = 0; ; retry++) {
    try {
      return await once(pool, action);
    } catch (error) {
      if (retry === RETRIES || !isConflict(error)) throw error;
      // Apart, so that the same two do not meet again.
      await sleep(10 * 2 ** retry * (1 + Math.random()));
    }
  }
}

/** The statement that begins a transaction; behind a pooler with the limits that a session of ours would have. */
function beginOf(client: pg.ClientBase, begin: `BEGIN${string}`): string {
  const limit = limits.get(client);
  return limit === undefined ? begin : `${begin}; ${limit}`;
}

async function once<Result>(pool: pg.Pool, action: (tx: pg.PoolClient) => Promise<Result>): Promise<Result> {
  return inTransaction(
    pool,
    'BEGIN',
    async (client) => {
      const result = await action(client);
      await client.query(BUMP_IF_WRITTEN);
      return result;
    },
    afterDistributedCommit,
  );
}

/**
 * Runs `action` between `begin` and COMMIT on a connection of its own, and `committed` after it; rolled back when it
 * throws.
 */
export async function inTransaction<Result>(
  pool: pg.Pool,
  begin: `BEGIN${string}`,
  action: (client: pg.PoolClient) => Promise<Result>,
  committed?: (client: pg.PoolClient) => Promise<void>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(beginOf(client, begin));
    const result = await action(client);
    await client.query('COMMIT');
    await committed?.(client);
    return result;
  } catch (error) {
    // A connection that cannot even roll back is thrown away, not returned.
    await client.query('ROLLBACK').catch((reason: unknown) => {
      broken = reason instanceof Error ? reason : new Error('rollback failed');
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/**
 * The workers of Citus commit a moment after its coordinator: what was read in between has the new version and the
 * old rows.
 * And a transaction that wrote on workers alone has written nothing here. What was stored stays stored if this fails.
 */
async function afterDistributedCommit(client: pg.PoolClient): Promise<void> {
  if (coordinators.has(client)) await bumpDataVersion(client).catch(() => undefined);
}
