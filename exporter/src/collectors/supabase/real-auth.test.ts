import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { createServer, request as forward, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { testContext } from '../../../test/providers/context.ts';
import { portOf } from '../../../test/providers/loopback.ts';
import { freePort } from '../../../test/tcp.ts';
import { createEmailDirectory, createSupabaseCollector, type SupabaseSettings } from './index.ts';

const program = process.env.SUPABASE_AUTH;
const SECRET = randomBytes(24).toString('hex');
const signedIn = z.object({ refresh_token: z.string(), user: z.object({ id: z.string() }) });

/** A legacy key of the project: a JWT with a role. */
function keyOf(role: string, secret = SECRET): string {
  const body = [
    { alg: 'HS256', typ: 'JWT' },
    { role, aud: 'authenticated', exp: 4_000_000_000 },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}

describe.skipIf(program === undefined)('a real Supabase auth server (SUPABASE_AUTH)', () => {
  let database: TestDatabase;
  let auth: ChildProcess;
  let gateway: Server;
  let url: string;
  let settings: SupabaseSettings;
  const ids: string[] = [];

  async function post(path: string, body: unknown): Promise<unknown> {
    const key = keyOf('service_role');
    const response = await fetch(`${url}/auth/v1${path}`, {
      method: 'POST',
      headers: { apikey: key, authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.pool.query('CREATE SCHEMA auth');
    const port = await freePort();
    const address = new URL(database.url);
    address.searchParams.set('search_path', 'auth');
    const env = {
      ...process.env,
      DATABASE_URL: address.href,
      DB_NAMESPACE: 'auth',
      GOTRUE_DB_DRIVER: 'postgres',
      GOTRUE_JWT_SECRET: SECRET,
      GOTRUE_JWT_AUD: 'authenticated',
      GOTRUE_JWT_EXP: '3600',
      GOTRUE_JWT_ADMIN_ROLES: 'service_role',
      GOTRUE_API_HOST: '127.0.0.1',
      PORT: String(port),
      API_EXTERNAL_URL: `http://127.0.0.1:${port}`,
      GOTRUE_SITE_URL: 'http://127.0.0.1',
      GOTRUE_DISABLE_SIGNUP: 'false',
      GOTRUE_EXTERNAL_EMAIL_ENABLED: 'true',
      GOTRUE_MAILER_AUTOCONFIRM: 'true',
      GOTRUE_LOG_LEVEL: 'error',
    };
    const migrated = spawnSync(program ?? '', ['migrate'], { env, encoding: 'utf8' });
    if (migrated.status !== 0) throw new Error(`migrate: ${migrated.stdout}${migrated.stderr}`);
    auth = spawn(program ?? '', ['serve'], { env, stdio: 'ignore' });
    while ((await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined))?.ok !== true) await sleep(100);
    // What Supabase's gateway does: /auth/v1 is the auth server; there is no storage here.
    gateway = createServer((incoming, outgoing) => {
      if (!incoming.url?.startsWith('/auth/v1/')) {
        outgoing
          .writeHead(404, { 'content-type': 'application/json' })
          .end('{"message":"no Route matched with those values"}');
        return;
      }
      incoming.pipe(
        forward(
          {
            host: '127.0.0.1',
            port,
            path: incoming.url.slice('/auth/v1'.length),
            method: incoming.method,
            headers: incoming.headers,
          },
          (answer) => {
            outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
            answer.pipe(outgoing);
          },
        ),
      );
    });
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${portOf(gateway)}`;
    settings = {
      SUPABASE_URL: url,
      SUPABASE_KEY: keyOf('service_role'),
      SUPABASE_DB_URL: undefined,
      SUPABASE_ACCESS_TOKEN: undefined,
      SUPABASE_API_URL: url,
    };
    for (let index = 0; index < 12; index += 1) {
      const user = z.object({ id: z.string() }).parse(
        await post('/admin/users', {
          email: `person${index}@acme.test`,
          password: 'correct horse battery',
          email_confirm: true,
        }),
      );
      ids.push(user.id);
    }
    for (const index of [0, 1, 2])
      await post('/token?grant_type=password', {
        email: `person${index}@acme.test`,
        password: 'correct horse battery',
      });
    // Long ago: user 1 signed in last; user 2 too, but refreshes a token now.
    const session = signedIn.parse(
      await post('/token?grant_type=password', { email: 'person2@acme.test', password: 'correct horse battery' }),
    );
    await database.pool.query(
      `UPDATE auth.users SET last_sign_in_at = now() - interval '70 days' WHERE email IN ('person1@acme.test', 'person2@acme.test')`,
    );
    await database.pool.query(
      `UPDATE auth.sessions SET created_at = now() - interval '70 days', refreshed_at = NULL
        WHERE user_id IN (SELECT id FROM auth.users WHERE email IN ('person1@acme.test', 'person2@acme.test'))`,
    );
    await post('/token?grant_type=refresh_token', { refresh_token: session.refresh_token });
    // 1,203 more, for pages.
    await database.pool.query(`
      INSERT INTO auth.users (instance_id, id, aud, role, email, created_at, updated_at, encrypted_password,
        confirmation_token, recovery_token, email_change_token_new, email_change)
      SELECT '00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'authenticated', 'authenticated',
        'more' || n || '@acme.test', now(), now(), '', '', '', '', ''
      FROM generate_series(1, 1203) AS n`);
  });
  afterAll(async () => {
    const ended = new Promise((resolve) => auth.once('exit', resolve));
    auth.kill('SIGTERM');
    await ended;
    gateway.closeAllConnections();
    await new Promise((resolve) => gateway.close(resolve));
    await database.drop();
  });

  const now = new Date();
  const today = now.toISOString().slice(0, 10);
  const context = () => testContext({ now, day: today, today });

  it('counts every user over its pages, and the last sign-ins of the month', async () => {
    const { data, warnings } = await createSupabaseCollector(settings).collect(context());
    expect(data).toMatchObject({ users: 1_215n, activeUsersMethod: 'last_sign_in', storageBytes: null });
    expect(data.days[0]?.activeUsers).toBe(1n);
    expect(warnings.map((warning) => warning.code)).toEqual(['storage_skipped', 'no_estimate']);
  });

  it('counts who refreshed a token too, by SQL', async () => {
    const { data } = await createSupabaseCollector({ ...settings, SUPABASE_DB_URL: database.url }).collect(context());
    expect(data).toMatchObject({ users: 1_215n, activeUsersMethod: 'sessions' });
    expect(data.days[0]?.activeUsers).toBe(2n);
    expect(data.databaseSizeBytes).toBeGreaterThan(1_000_000n);
  });

  it('refuses a key of another project, and one without the role', async () => {
    const foreign = createSupabaseCollector({ ...settings, SUPABASE_KEY: keyOf('service_role', 'x'.repeat(48)) });
    await expect(foreign.collect(context())).rejects.toMatchObject({ kind: 'auth', reason: 'invalid_key' });
    const weak = createSupabaseCollector({ ...settings, SUPABASE_KEY: keyOf('supabase_admin') });
    await expect(weak.collect(context())).rejects.toMatchObject({ kind: 'auth', reason: 'missing_permission' });
  });

  it('finds e-mails, and knows that there is no such user', async () => {
    const directory = createEmailDirectory({ settings, db: database.pool, log: context().log });
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect([...(await directory.emailsOf([ids[3] ?? '', nobody, 'no-uuid'])).values()]).toEqual([
      'person3@acme.test',
      'user-00000000',
      'user-no-uuid',
    ]);
    await directory.close();
    expect((await database.pool.query('SELECT email FROM llm_user_emails ORDER BY email')).rows).toEqual([
      { email: 'person3@acme.test' },
      { email: null },
    ]);
  });
});
