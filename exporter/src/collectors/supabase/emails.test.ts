import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { testContext } from '../../../test/providers/context.ts';
import { faults, type Fault } from '../../../test/providers/loopback.ts';
import { SECRET_KEY, startFakeSupabase, userId, type FakeSupabase } from '../../../test/providers/supabase.ts';
import { createEmailDirectory, type EmailDirectory } from './index.ts';

let database: TestDatabase;
let server: FakeSupabase;
let directory: EmailDirectory;
let context = testContext();

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  context = testContext();
  server = await startFakeSupabase({
    users: Array.from({ length: 30 }, (_, index) => ({ id: userId(index), email: `u${index}@acme.test` })),
  });
  directory = create();
});
afterEach(async () => {
  await directory.close();
  await server.close();
  await database.pool.query('TRUNCATE llm_user_emails');
});

function create(deadlineMs = 2_000): EmailDirectory {
  return createEmailDirectory({
    settings: { SUPABASE_URL: server.url, SUPABASE_KEY: SECRET_KEY },
    db: database.pool,
    log: context.log,
    deadlineMs,
  });
}

async function age(interval: string) {
  await database.pool.query(`UPDATE llm_user_emails SET looked_up_at = now() - interval '${interval}'`);
}

describe('the e-mail directory', () => {
  it('asks once, keeps the answer, and asks again after a week', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => userId(index));
    expect([...(await directory.emailsOf(ids))]).toEqual(ids.map((id, index) => [id, `u${index}@acme.test`]));
    await directory.emailsOf(ids);
    expect(server.seen).toHaveLength(20);
    await age('6 days 23 hours');
    await directory.emailsOf([userId(0)]);
    expect(server.seen).toHaveLength(20);
    await age('7 days 1 hour');
    await directory.emailsOf([userId(0)]);
    expect(server.seen).toHaveLength(21);
  });

  it('keeps for a day that there is no such user, or none with an e-mail', async () => {
    server.state.users.push({ id: userId(98), email: '' });
    const ids = [userId(98), userId(99)];
    const names = [['00000000'], ['00000000']].map(([start], index) => [ids[index], `user-${start}`]);
    expect([...(await directory.emailsOf(ids))]).toEqual(names);
    await directory.emailsOf(ids);
    expect(server.seen).toHaveLength(2);
    await age('25 hours');
    await directory.emailsOf(ids);
    expect(server.seen).toHaveLength(4);
  });

  it('never asks for what is no UUID (the SDK would throw)', async () => {
    expect([...(await directory.emailsOf(['alice', "x'; DROP", '']))]).toEqual([
      ['alice', 'user-alice'],
      ["x'; DROP", "user-x'; DROP"],
      ['', 'user-'],
    ]);
    expect(server.seen).toEqual([]);
  });

  it('does not keep a failure, and shows a stale e-mail meanwhile', async () => {
    await directory.emailsOf([userId(1)]);
    await age('8 days');
    server.failNext('/auth', faults.status(500), 2);
    expect([...(await directory.emailsOf([userId(1), userId(2)])).values()]).toEqual(['u1@acme.test', 'user-00000000']);
    expect([directory.pending([userId(1)]), directory.pending([userId(2)]), directory.pending([userId(3)])]).toEqual([
      true,
      true,
      false,
    ]);
    expect([...(await directory.emailsOf([userId(1), userId(2)])).values()]).toEqual(['u1@acme.test', 'u2@acme.test']);
    expect(directory.pending([userId(1), userId(2)])).toBe(false);
  });

  it('answers in time when the auth server does not, and finds out in the background', async () => {
    directory = create(50);
    let release: (() => void) | undefined;
    server.failNext('/auth', (_request, response) => {
      release = () =>
        void response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ id: userId(3), email: 'late@acme.test' }));
    });
    expect([...(await directory.emailsOf([userId(3)])).values()]).toEqual(['user-00000000']);
    release?.();
    await expect.poll(async () => [...(await directory.emailsOf([userId(3)])).values()]).toEqual(['late@acme.test']);
    expect(server.seen).toHaveLength(1);
  });

  it('asks at most five at a time, and once for whoever is asked for twice', async () => {
    directory = create(100);
    server.failNext('/auth', faults.hang(), Number.POSITIVE_INFINITY);
    const ids = Array.from({ length: 20 }, (_, index) => userId(index));
    await Promise.all([directory.emailsOf(ids), directory.emailsOf(ids)]);
    expect(server.seen).toHaveLength(5);
  });

  it('stops asking after a refused key', async () => {
    server.failNext('/auth', faults.status(401, { message: 'Invalid API key' }), Number.POSITIVE_INFINITY);
    const ids = Array.from({ length: 20 }, (_, index) => userId(index));
    await directory.emailsOf(ids);
    expect(server.seen.length).toBeLessThanOrEqual(5);
    expect(context.logged).toHaveLength(1);
  });

  it('works without Supabase and without a database', async () => {
    const settings = { SUPABASE_URL: undefined, SUPABASE_KEY: undefined };
    for (const db of [database.pool, { query: () => Promise.reject(new Error('lost')) }]) {
      expect([
        ...(await createEmailDirectory({ settings, db, log: context.log }).emailsOf([userId(1)])).values(),
      ]).toEqual(['user-00000000']);
    }
  });

  it('gives up its look-ups when the exporter stops', async () => {
    const stopping = new AbortController();
    directory = createEmailDirectory({
      settings: { SUPABASE_URL: server.url, SUPABASE_KEY: SECRET_KEY },
      db: database.pool,
      log: context.log,
      deadlineMs: 50,
      signal: stopping.signal,
    });
    let closed = 0;
    const hang: Fault = (_request, response) => response.once('close', () => (closed += 1));
    server.failNext('/auth', hang, Number.POSITIVE_INFINITY);
    await directory.emailsOf(Array.from({ length: 20 }, (_, index) => userId(index)));
    await expect.poll(() => server.seen.length).toBe(5);
    stopping.abort();
    await expect.poll(() => closed).toBe(5);
    expect(server.seen).toHaveLength(5);
    expect(context.logged).toEqual([]);
  });

  it('logs neither e-mails nor the key', async () => {
    await directory.emailsOf([userId(1), userId(50)]);
    expect(context.logged.join('')).not.toMatch(/acme\.test|sb_secret_/);
  });
});
