import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { DatabaseClient } from '../client.ts';
import type { Login } from './address.ts';

/** The exporter's own: it owns the tables and nothing else. */
export const APPLICATION_ROLE = 'marginboard_app';

/**
 * Makes the role under which the exporter works, with a password that lasts until the next start, and gives it what
 * earlier releases made as superuser. It can neither read nor write files of the server, nor run programs there.
 */
export async function ensureApplicationRole(superuserUrl: string): Promise<Login> {
  const password = randomBytes(24).toString('base64url');
  const client = new DatabaseClient({ connectionString: superuserUrl, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ present: boolean }>(
      'SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1) AS present',
      [APPLICATION_ROLE],
    );
    await client.query('BEGIN');
    await client.query(
      `${rows[0]?.present === true ? 'ALTER' : 'CREATE'} ROLE ${APPLICATION_ROLE} LOGIN NOSUPERUSER NOCREATEDB
       NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD ${pg.escapeLiteral(password)}`,
    );
    await client.query(HAND_OVER);
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
  return { user: APPLICATION_ROLE, password };
}

/** Sequences of a column and members of an extension follow what they belong to. */
const HAND_OVER = `
DO $$
DECLARE
  statement text;
BEGIN
  FOR statement IN
    SELECT 'ALTER SCHEMA public OWNER TO ${APPLICATION_ROLE}' FROM pg_namespace
    WHERE nspname = 'public' AND nspowner <> '${APPLICATION_ROLE}'::regrole
    UNION ALL
    SELECT format('ALTER TABLE %s OWNER TO ${APPLICATION_ROLE}', c.oid::regclass) FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relowner <> '${APPLICATION_ROLE}'::regrole
      AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
        AND (d.deptype = 'e' OR (c.relkind = 'S' AND d.deptype IN ('a', 'i'))))
    UNION ALL
    SELECT format('ALTER ROUTINE %s OWNER TO ${APPLICATION_ROLE}', p.oid::regprocedure) FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.proowner <> '${APPLICATION_ROLE}'::regrole
      AND p.prokind <> 'a'
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
        AND d.deptype = 'e')
    UNION ALL
    SELECT format('ALTER TYPE %s OWNER TO ${APPLICATION_ROLE}', t.oid::regtype) FROM pg_type t
    LEFT JOIN pg_class r ON r.oid = t.typrelid
    WHERE t.typnamespace = 'public'::regnamespace AND t.typowner <> '${APPLICATION_ROLE}'::regrole
      AND (t.typtype IN ('e', 'd', 'r') OR r.relkind = 'c')
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid
        AND d.deptype = 'e')
  LOOP
    EXECUTE statement;
  END LOOP;
END
$$`;
