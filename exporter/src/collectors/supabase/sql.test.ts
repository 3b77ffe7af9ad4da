import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { testContext } from '../../../test/providers/context.ts';
import { SECRET_KEY, startFakeSupabase, userId } from '../../../test/providers/supabase.ts';
import { createSupabaseCollector } from './index.ts';
import { readDatabase } from './sql.ts';

const days = ['2026-03-31', '2026-04-01'];
const never = new AbortController().signal;
let project: TestDatabase;

beforeAll(async () => {
  project = await createTestDatabase();
  await project.pool.query(`
    CREATE SCHEMA auth;
    CREATE TABLE auth.users (id uuid PRIMARY KEY, last_sign_in_at timestamptz);
    CREATE TABLE auth.sessions (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid, created_at timestamptz,
      refreshed_at timestamp);
    CREATE SCHEMA storage;
    CREATE TABLE storage.objects (id uuid DEFAULT gen_random_uuid(), metadata jsonb);
    INSERT INTO auth.users VALUES ('${userId(1)}', '2026-03-02 10:00Z'), ('${userId(2)}', '2026-01-01 10:00Z'),
      ('${userId(3)}', '2026-01-01 10:00Z'), ('${userId(4)}', NULL), ('${userId(5)}', '2026-04-01 00:00Z');
    -- User 2 refreshed a token in March and in April, user 3 long ago.
    INSERT INTO auth.sessions (user_id, created_at, refreshed_at)
      VALUES ('${userId(2)}', '2026-01-01Z', '2026-03-31 23:59:59'),
      ('${userId(2)}', '2026-01-01Z', '2026-04-01 00:00:00'), ('${userId(3)}', '2026-01-01Z', '2026-02-28 23:59:59');
    INSERT INTO storage.objects (metadata) VALUES ('{"size": 9007199254740993}'), ('{"size": 7}'), (NULL),
      ('{"size": "many"}');
    ALTER ROLE CURRENT_USER SET timezone = 'America/New_York';`);
});
afterAll(async () => {
  await project.pool.query('ALTER ROLE CURRENT_USER RESET timezone');
  await project.drop();
});

describe('SUPABASE_DB_URL', () => {
  it('counts who signed in or refreshed a token in the month, in UTC, and sizes as bigint', async () => {
    const reading = await readDatabase(project.url, days, never);
    expect(reading.warnings).toEqual([]);
    expect([...(reading.activeUsers ?? [])]).toEqual([
      ['2026-03-31', 3n],
      ['2026-04-01', 2n],
    ]);
    expect(reading.storage).toEqual({ bytes: 9_007_199_254_741_000n, objects: 4n, unsized: 2 });
    expect(reading.sizeBytes).toBeGreaterThan(1_000_000n);
  });

  it('is used by the collector instead of the API', async () => {
    const server = await startFakeSupabase({ users: [{ id: userId(1) }] });
    try {
      const collector = createSupabaseCollector({
        SUPABASE_URL: server.url,
        SUPABASE_KEY: SECRET_KEY,
        SUPABASE_DB_URL: project.url,
        SUPABASE_ACCESS_TOKEN: undefined,
        SUPABASE_API_URL: server.url,
      });
      const { data } = await collector.collect(testContext({ day: '2026-03-31', today: '2026-04-01' }));
      expect(data).toMatchObject({
        activeUsersMethod: 'sessions',
        storageBytes: 9_007_199_254_741_000n,
        storageObjects: 4n,
      });
      expect(data.days.map((day) => day.activeUsers)).toEqual([3n, 2n]);
      expect(server.seen.some((request) => request.path.startsWith('/storage'))).toBe(false);
    } finally {
      await server.close();
    }
  });

  it('gives up one part with a warning and keeps the others', async () => {
    const bare = await createTestDatabase();
    try {
      const reading = await readDatabase(bare.url, days, never);
      expect(reading.warnings.map((warning) => warning.code)).toEqual(['sessions_unreadable', 'storage_unreadable']);
      expect(reading.activeUsers).toBeUndefined();
      expect(reading.sizeBytes).toBeGreaterThan(0n);
    } finally {
      await bare.drop();
    }
  });

  it('falls back with a warning that holds no password when nobody listens', async () => {
    const reading = await readDatabase('postgres://reader:hunter2secret@127.0.0.1:1/postgres', days, never);
    expect(reading.warnings).toMatchObject([
      { code: 'database_unreachable', message: expect.stringContaining('ECONNREFUSED') },
    ]);
    expect(JSON.stringify(reading)).not.toContain('hunter2secret');
  });

  it('stops at once when the run is aborted, whatever the server does', async () => {
    const mute = createServer((socket) => void socket.resume());
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const address = mute.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    await expect(
      readDatabase(`postgres://reader@127.0.0.1:${port}/postgres`, days, AbortSignal.timeout(100)),
    ).rejects.toMatchObject({ name: 'TimeoutError' });
    await new Promise((resolve) => mute.close(resolve));
  });
});
