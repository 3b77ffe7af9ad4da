import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { faults } from '../../../test/providers/loopback.ts';
import { testContext } from '../../../test/providers/context.ts';
import { SECRET_KEY, startFakeSupabase, userId, type FakeSupabase } from '../../../test/providers/supabase.ts';
import { createSupabaseCollector } from './index.ts';
import { readDatabase } from './sql.ts';

const DAYS = ['2026-03-14', '2026-03-15'];
const NEVER = new AbortController().signal;
const ROLE = `reader_${randomBytes(4).toString('hex')}`;

let project: TestDatabase;
let server: FakeSupabase;
let url: string;

/** The statements for the role, as the page gives them. */
const documented = /```sql\n([\s\S]*?)```/
  .exec(readFileSync(new URL('../../../../docs/providers/supabase.md', import.meta.url), 'utf8'))?.[1]
  ?.replaceAll('marginboard', ROLE);

const asRole = (statement: string) => project.pool.query(statement.replaceAll('$ROLE', ROLE));

// A project as Supabase makes it: row-level security is on for every table of auth and storage, without a policy.
beforeAll(async () => {
  project = await createTestDatabase();
  await project.pool.query(`
    CREATE SCHEMA auth;
    CREATE TABLE auth.users (id uuid PRIMARY KEY, last_sign_in_at timestamptz);
    CREATE TABLE auth.sessions (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid, created_at timestamptz,
      refreshed_at timestamp);
    CREATE SCHEMA storage;
    CREATE TABLE storage.objects (id uuid DEFAULT gen_random_uuid(), metadata jsonb);
    ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;
    ALTER TABLE auth.sessions ENABLE ROW LEVEL SECURITY;
    ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;
    INSERT INTO auth.users VALUES ('${userId(1)}', '2026-03-02Z'), ('${userId(2)}', '2026-03-02Z'), ('${userId(3)}', NULL);
    INSERT INTO storage.objects (metadata) VALUES ('{"size": 7}');`);
  await project.pool.query(documented ?? '');
  await asRole("ALTER ROLE $ROLE PASSWORD 'reader'");
  const address = new URL(project.url);
  address.username = ROLE;
  address.password = 'reader';
  url = address.href;
});
afterAll(async () => {
  await asRole('DROP OWNED BY $ROLE; DROP ROLE $ROLE');
  await project.drop();
});
beforeEach(async () => {
  await asRole('ALTER ROLE $ROLE BYPASSRLS');
  server = await startFakeSupabase({
    users: [1, 2, 3].map((one) => ({ id: userId(one), last_sign_in_at: one === 1 ? '2026-03-02T00:00:00Z' : null })),
    buckets: { b: [{ path: 'x', size: 9 }] },
  });
  return () => server.close();
});

const collector = () =>
  createSupabaseCollector({
    SUPABASE_URL: server.url,
    SUPABASE_KEY: SECRET_KEY,
    SUPABASE_DB_URL: url,
    SUPABASE_ACCESS_TOKEN: undefined,
    SUPABASE_API_URL: server.url,
  });

describe('the role of SUPABASE_DB_URL under row-level security', () => {
  it('as the page makes it, sees everything', async () => {
    const reading = await readDatabase(url, DAYS, NEVER);
    expect(reading).toMatchObject({ warnings: [], users: 3n, storage: { bytes: 7n, objects: 1n } });
    expect(reading.activeUsers?.get('2026-03-14')).toBe(2n);
  });

  it('without BYPASSRLS reads nothing, rather than zeros, and is told what to do', async () => {
    await asRole('ALTER ROLE $ROLE NOBYPASSRLS');
    const reading = await readDatabase(url, DAYS, NEVER);
    expect(reading).not.toHaveProperty('storage');
    expect(reading).not.toHaveProperty('activeUsers');
    expect(reading.warnings.map(({ code }) => code)).toEqual(['sessions_unreadable', 'storage_unreadable']);
    for (const { message, remedy } of reading.warnings) {
      expect(message).toContain('row-level security');
      expect(remedy).toContain('BYPASSRLS');
    }
    // The API has the figures meanwhile.
    const { data } = await collector().collect(testContext());
    expect(data).toMatchObject({ users: 3n, activeUsersMethod: 'last_sign_in', storageBytes: 9n });
    const findings = await collector().diagnose(testContext());
    expect(findings.filter(({ check }) => check === 'SUPABASE_DB_URL')).toMatchObject([
      { ok: 'warning', remedy: expect.stringContaining('BYPASSRLS') },
      { ok: 'warning' },
    ]);
  });

  it('with policies that show it every row, reads them', async () => {
    await asRole('ALTER ROLE $ROLE NOBYPASSRLS');
    const tables = ['auth.users', 'auth.sessions', 'storage.objects'];
    for (const table of tables) await asRole(`CREATE POLICY all_rows ON ${table} FOR SELECT TO $ROLE USING (true)`);
    try {
      expect(await readDatabase(url, DAYS, NEVER)).toMatchObject({ warnings: [], users: 3n });
      await asRole(
        'CREATE POLICY fewer ON auth.users AS RESTRICTIVE FOR SELECT TO $ROLE USING (last_sign_in_at IS NULL)',
      );
      const filtered = await readDatabase(url, DAYS, NEVER);
      expect(filtered.warnings.map(({ code }) => code)).toEqual(['sessions_unreadable']);
    } finally {
      await asRole('DROP POLICY IF EXISTS fewer ON auth.users');
      for (const table of tables) await asRole(`DROP POLICY all_rows ON ${table}`);
    }
  });

  it('with a wrong password, the remedy is the password', async () => {
    const wrong = new URL(url);
    wrong.password = 'hunter2secret';
    const { warnings } = await readDatabase(wrong.href, DAYS, NEVER);
    // A server that trusts this machine asks for no password at all.
    if (warnings.length > 0) expect(warnings[0]?.remedy).toContain('password');
    expect(JSON.stringify(warnings)).not.toContain('hunter2secret');
  });

  it('counts the users where the auth server cannot list them: NULL token columns after an import', async () => {
    server.failNext(
      '/auth/v1/admin/users',
      faults.status(500, { code: 500, error_code: 'unexpected_failure', msg: 'Database error finding users' }),
      Number.POSITIVE_INFINITY,
    );
    const { data, warnings } = await collector().collect(testContext());
    expect(data).toMatchObject({ users: 3n, activeUsersMethod: 'sessions' });
    expect(warnings.map(({ code }) => code)).toContain('users_by_sql');
    const findings = await collector().diagnose(testContext());
    expect(findings.find(({ check }) => check === 'read users')?.remedy).toContain('confirmation_token');
  });
});
