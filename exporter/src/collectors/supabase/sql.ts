import { Socket } from 'node:net';
import pg from 'pg';
import { monthStart } from '../../money/days.ts';
import { waitAtMost } from '../../process/deadline.ts';
import { remedyOfCause } from '../causes.ts';
import type { Warning } from '../contract.ts';
import { checked } from '../http.ts';
import { count } from './schema.ts';
import type { StorageUse } from './storage.ts';

const CONNECT_MS = 10_000;
const STATEMENT_MS = 20_000;
const CLOSE_MS = 1_000;

/** What the project's own Postgres tells; a part that could not be read is absent and has a warning. */
export interface DatabaseReading {
  readonly users?: bigint;
  /** Active users of the calendar month of each day, by day: signed in, or refreshed a token. */
  readonly activeUsers?: ReadonlyMap<string, bigint>;
  readonly storage?: StorageUse;
  readonly sizeBytes?: bigint;
  readonly warnings: readonly DatabaseWarning[];
}

export interface DatabaseWarning extends Warning {
  /** What to do about it. */
  readonly remedy: string;
}

const USERS = 'SELECT count(*)::text AS value FROM auth.users';
// A session disappears when its user signs out, so the last sign-in is looked at too.
const ACTIVE = `
SELECT count(*)::text AS value FROM auth.users u
WHERE u.last_sign_in_at >= $1::timestamptz
   OR EXISTS (SELECT FROM auth.sessions s WHERE s.user_id = u.id
              AND (s.created_at >= $1::timestamptz OR s.refreshed_at >= ($1::timestamptz AT TIME ZONE 'UTC')))`;
// A size that is missing or no number costs only its object.
const STORAGE = `SELECT coalesce(sum(size::bigint), 0)::text AS bytes, count(*)::text AS objects,
  (count(*) - count(size))::text AS unsized
  FROM (SELECT substring(metadata->>'size' FROM '^\\d{1,18}$') AS size FROM storage.objects) AS sized`;
const SIZE = 'SELECT pg_database_size(current_database())::text AS value';

/** Reads counts and sizes by SQL, in read-only transactions with a statement timeout. Rejects only on abort. */
export async function readDatabase(
  url: string,
  days: readonly string[],
  signal: AbortSignal,
): Promise<DatabaseReading> {
  const warnings: DatabaseWarning[] = [];
  const socket = new Socket();
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: STATEMENT_MS + 5_000,
    application_name: 'marginboard',
    stream: () => socket,
  });
  // A connection that breaks while idle must not end the process.
  client.on('error', () => undefined);
  const stop = () => socket.destroy(new Error('the run was given up'));
  signal.addEventListener('abort', stop, { once: true });
  const part = async <T>(code: string, what: string, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      signal.throwIfAborted();
      const { reason, remedy } = sqlFailure(error);
      warnings.push({ code, message: `SUPABASE_DB_URL: ${what} (${reason}). ${remedy}`, remedy });
      return undefined;
    }
  };
  const run = async (before: string, text: string, values: readonly string[]) => {
    await client.query(
      `BEGIN READ ONLY; SET LOCAL statement_timeout = ${STATEMENT_MS}; SET LOCAL TIME ZONE 'UTC'; ${before}`,
    );
    try {
      return (await client.query<Record<string, unknown>>(text, [...values])).rows[0] ?? {};
    } finally {
      await client.query('ROLLBACK').catch(() => undefined);
    }
  };
  /**
   * With row security off, a role from which policies hide rows gets an error in place of fewer rows: 0 users with
   * success would be a wrong figure. A policy that shows the role every row is as good as having no policy.
   */
  const one = async (tables: readonly string[], text: string, values: readonly string[] = []) => {
    try {
      return await run('SET LOCAL row_security = off', text, values);
    } catch (error) {
      if (!isRowSecurity(error)) throw error;
      for (const table of tables) {
        const [schema = '', name = ''] = table.split('.');
        if ((await run('', SEES_ALL, [schema, name]))['value'] !== true) throw error;
      }
      return run('', text, values);
    }
  };
  try {
    signal.throwIfAborted();
    const connected = await part(
      'database_unreachable',
      'no connection, so active users and sizes are read through the API where it has them',
      async () => {
        await client.connect();
        return true;
      },
    );
    if (connected === undefined) return { warnings };
    const activeUsers = await part(
      'sessions_unreadable',
      'auth.sessions could not be read, so active users fall back to the last sign-in',
      async () => {
        const byStart = new Map<string, bigint>();
        for (const start of new Set(days.map(monthStart)))
          byStart.set(
            start,
            checked(
              'Supabase',
              'active users',
              (await one(USER_TABLES, ACTIVE, [`${start}T00:00:00Z`]))['value'],
              count,
            ),
          );
        return new Map(days.map((day) => [day, byStart.get(monthStart(day)) ?? 0n]));
      },
    );
    const storage = await part(
      'storage_unreadable',
      'storage.objects could not be read, so the storage API is asked',
      async () => {
        const row = await one(['storage.objects'], STORAGE);
        return {
          bytes: checked('Supabase', 'storage bytes', row['bytes'], count),
          objects: checked('Supabase', 'storage objects', row['objects'], count),
          unsized: Number(checked('Supabase', 'objects without size', row['unsized'], count)),
        };
      },
    );
    const sizeBytes = await part('database_size_unreadable', 'the size of the database could not be read', async () =>
      checked('Supabase', 'database size', (await one([], SIZE))['value'], count),
    );
    // Only where the API cannot list them, so that a failure is not worth a warning of its own.
    const users = await one(['auth.users'], USERS)
      .then((row) => checked('Supabase', 'users', row['value'], count))
      .catch(() => undefined);
    signal.throwIfAborted();
    return {
      ...(users !== undefined && { users }),
      ...(activeUsers && { activeUsers }),
      ...(storage && { storage }),
      ...(sizeBytes !== undefined && { sizeBytes }),
      warnings,
    };
  } finally {
    signal.removeEventListener('abort', stop);
    await waitAtMost(
      client.end().catch(() => undefined),
      CLOSE_MS,
    );
    socket.destroy();
  }
}

const USER_TABLES = ['auth.users', 'auth.sessions'];

// No row-level security for this role, or a policy for it that shows every row and none that takes some away.
const SEES_ALL = `
SELECT NOT row_security_active(format('%I.%I', $1::text, $2::text)::regclass) OR (
  SELECT coalesce(bool_or(permissive = 'PERMISSIVE' AND qual = 'true'), false)
    AND NOT coalesce(bool_or(permissive = 'RESTRICTIVE'), false)
  FROM pg_policies WHERE schemaname = $1 AND tablename = $2 AND cmd IN ('SELECT', 'ALL')
    AND EXISTS (SELECT FROM unnest(roles) AS r(name) WHERE name = 'public' OR pg_has_role(name, 'MEMBER'))
) AS value`;

function isRowSecurity(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && error.code === '42501' && /row-level security/i.test(error.message)
  );
}

/**
 * Why, as SQLSTATE or socket code, and what to do. Never the message itself, which may hold the address and its
 * password.
 */
function sqlFailure(error: unknown): { reason: string; remedy: string } {
  const message = error instanceof Error ? error.message : '';
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string'
      ? error.code
      : /timeout/i.test(message)
        ? 'timeout'
        : 'refused';
  const remedy =
    remedyOfCause({ provider: 'Supabase database', code, message }) ??
    'Check the address, and that the role may read auth.users, auth.sessions and storage.objects';
  return { reason: isRowSecurity(error) ? 'row-level security' : code, remedy };
}
