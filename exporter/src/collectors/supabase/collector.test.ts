import { afterEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../../test/database.ts';
import { testContext } from '../../../test/providers/context.ts';
import {
  ACCESS_TOKEN,
  SECRET_KEY,
  startFakeSupabase,
  userId,
  type FakeSupabase,
  type FakeSupabaseState,
} from '../../../test/providers/supabase.ts';
import { createSupabaseCollector, type SupabaseSettings } from './index.ts';

const servers: FakeSupabase[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function project(state: Partial<FakeSupabaseState>, more: Partial<SupabaseSettings> = {}) {
  const server = await startFakeSupabase(state);
  servers.push(server);
  const settings: SupabaseSettings = {
    SUPABASE_URL: server.url,
    SUPABASE_KEY: SECRET_KEY,
    SUPABASE_DB_URL: undefined,
    SUPABASE_ACCESS_TOKEN: undefined,
    SUPABASE_API_URL: server.url,
    ...more,
  };
  return { server, collector: createSupabaseCollector(settings) };
}

function users(count: number, signedIn = 0) {
  return Array.from({ length: count }, (_, index) => ({
    id: userId(index),
    last_sign_in_at: index < signedIn ? '2026-03-02T10:00:00.123456Z' : '2026-02-28T23:59:59Z',
  }));
}

describe('the Supabase collector', () => {
  it('counts users over pages that the server cuts short, storage through folders, and active users as a lower bound', async () => {
    const files = Array.from({ length: 1_203 }, (_, index) => ({
      path: `logs/${String(index).padStart(4, '0')}.txt`,
      size: 3,
    }));
    const { server, collector } = await project({
      users: users(12_345, 77),
      largestPage: 100,
      buckets: {
        avatars: [
          { path: 'a.png', size: 9_007_199_254_740_000 },
          { path: 'deep/er/b.png', size: 5 },
        ],
        files,
      },
    });
    const context = testContext();
    const { data, warnings } = await collector.collect(context);
    expect(data).toMatchObject({
      users: 12_345n,
      activeUsersMethod: 'last_sign_in',
      storageObjects: 1_205n,
      storageBytes: 9_007_199_254_740_005n + 3n * 1_203n,
      databaseSizeBytes: null,
    });
    expect(data.days.map((day) => [day.day, day.provisional, day.activeUsers])).toEqual([
      ['2026-03-14', false, 77n],
      ['2026-03-15', true, 77n],
    ]);
    // 124 pages by our own count: the SDK's nextPage would have gone from 9 to 1.
    const pages = server.seen
      .filter((request) => request.path === '/auth/v1/admin/users')
      .map((request) => Number(request.query.get('page')));
    expect(pages).toEqual(Array.from({ length: 124 }, (_, index) => index + 1));
    expect(context.codes).toHaveLength(server.seen.length);
    expect(warnings.map((warning) => warning.code)).toEqual(['free_tier_estimate']);
  });

  it('sends the key to its own address only, as apikey and bearer', async () => {
    const { server, collector } = await project({ users: users(1) });
    await collector.collect(testContext());
    expect(server.seen.every((request) => request.headers.apikey === SECRET_KEY)).toBe(true);
  });

  it('ends at a short page where no total is told', async () => {
    const { server, collector } = await project({ users: users(2_500), withoutTotal: true });
    expect((await collector.collect(testContext())).data.users).toBe(2_500n);
    expect(server.seen.filter((request) => request.path === '/auth/v1/admin/users')).toHaveLength(3);
  });

  it('counts each of two months apart on the first of a month', async () => {
    const { collector } = await project({
      users: [
        { id: userId(1), last_sign_in_at: '2026-02-10T00:00:00Z' },
        { id: userId(2), last_sign_in_at: '2026-03-01T00:10:00Z' },
        { id: userId(3), last_sign_in_at: null },
      ],
    });
    const { data } = await collector.collect(testContext({ day: '2026-02-28', today: '2026-03-01' }));
    expect(data.days.map((day) => [day.day, day.activeUsers])).toEqual([
      ['2026-02-28', 2n],
      ['2026-03-01', 1n],
    ]);
  });

  it('prices plan and add-ons with a Management API token', async () => {
    const compute = {
      type: 'compute_instance',
      variant: {
        id: 'ci_small',
        name: 'Small',
        price: { description: '', type: 'usage', interval: 'hourly', amount: 0.0206 },
      },
    };
    const { collector, server } = await project(
      { users: users(3), plan: 'pro', addons: [compute] },
      { SUPABASE_ACCESS_TOKEN: ACCESS_TOKEN },
    );
    const { data, warnings } = await collector.collect(testContext());
    // 25 + 0.0206 × 744 − 10
    expect(data.days[0]?.estimate?.monthlyCents).toBe(3_033n);
    expect(data.plan).toBe('pro');
    expect(warnings).toEqual([]);
    expect(
      server.seen
        .filter((request) => request.path.startsWith('/v1/'))
        .every((request) => request.headers.apikey === undefined),
    ).toBe(true);
  });

  it('estimates nothing when the Management API refuses, or an unknown project is meant, and says so', async () => {
    const two = [
      { ref: 'abcdefghijklmnopqrst', organization_slug: 'a' },
      { ref: 'bbcdefghijklmnopqrst', organization_slug: 'a' },
    ];
    for (const [state, token, named] of [
      [{ plan: 'pro' }, 'sbp_wrong_token', 'SUPABASE_ACCESS_TOKEN'],
      [{ projects: two }, ACCESS_TOKEN, 'SUPABASE_URL'],
    ] as const) {
      const { collector } = await project({ users: users(1), ...state }, { SUPABASE_ACCESS_TOKEN: token });
      const { data, warnings } = await collector.collect(testContext());
      expect(data.users).toBe(1n);
      expect(data.days.map(({ estimate }) => estimate)).toEqual([null, null]);
      expect(warnings).toMatchObject([{ code: 'account_unreadable', message: expect.stringContaining(named) }]);
    }
  });

  it('skips storage with the reason when the key may not read it, and then makes no estimate', async () => {
    const { collector, server } = await project({ users: users(1) });
    server.failNext(
      '/storage',
      (_request, response) =>
        void response
          .writeHead(403, { 'content-type': 'application/json' })
          .end('{"statusCode":"403","error":"Unauthorized","message":"row level"}'),
    );
    const { data, warnings } = await collector.collect(testContext());
    expect(data).toMatchObject({ users: 1n, storageBytes: null, storageObjects: null });
    expect(data.days.every((day) => day.estimate === null)).toBe(true);
    expect(warnings.map((warning) => warning.code)).toEqual(['storage_skipped', 'no_estimate']);
    expect(collector.samples(data, '2026-03-14').map((sample) => sample.name)).toEqual(['users', 'active_users']);
  });

  it('stores a row a day and its estimate, and nothing on a replay', async () => {
    const database = await createTestDatabase();
    try {
      const { collector } = await project({ users: users(60_000, 60_000), buckets: { b: [{ path: 'x', size: 7 }] } });
      const { data } = await collector.collect(testContext());
      expect((await collector.store(database.pool, '2026-03-14', data)).rows).toBe(4);
      expect(
        (await collector.store(database.pool, '2026-03-14', { ...data, asOf: new Date('2026-03-15T06:00:00Z') })).rows,
      ).toBe(0);
      const stored = await database.pool.query(
        `SELECT recorded_at::text AS day, users::text, active_users::text, storage_bytes::text, cost_usd::text,
          cost_source, provisional, cost_parts FROM supabase_metrics ORDER BY 1`,
      );
      expect(stored.rows).toMatchObject([
        {
          day: '2026-03-14',
          users: '60000',
          active_users: '60000',
          storage_bytes: '7',
          cost_usd: '0.810000',
          cost_source: 'estimate',
          provisional: false,
        },
        { day: '2026-03-15', users: '60000', cost_usd: '0.810000', provisional: true },
      ]);
      const ledger = await database.pool.query(
        'SELECT day::text, component, source, amount_usd::text FROM effective_costs ORDER BY day',
      );
      expect(ledger.rows).toEqual([
        { day: '2026-03-14', component: 'all', source: 'estimate', amount_usd: '0.810000' },
        { day: '2026-03-15', component: 'all', source: 'estimate', amount_usd: '0.810000' },
      ]);
      expect(collector.samples(data, '2026-03-14')).toEqual(
        ['users', 'active_users', 'storage_bytes', 'storage_objects'].map((name, index) => ({
          name,
          labels: { provider: 'supabase' },
          value: [60_000, 60_000, 7, 1][index],
        })),
      );
    } finally {
      await database.drop();
    }
  });

  it('tells a person what the key may do', async () => {
    const { collector, server } = await project({ users: users(3) });
    const findings = await collector.diagnose(testContext());
    expect(findings.map((finding) => [finding.check, finding.ok])).toEqual([
      ['SUPABASE_KEY', true],
      ['read users', true],
      ['read storage', true],
      ['SUPABASE_DB_URL', 'warning'],
      ['SUPABASE_ACCESS_TOKEN', 'warning'],
    ]);
    server.failNext(
      '/auth',
      (_request, response) => void response.writeHead(401, {}).end('{"message":"Invalid API key"}'),
    );
    expect((await collector.diagnose(testContext()))[1]).toMatchObject({
      check: 'read users',
      ok: false,
      message: expect.stringContaining('invalid_key'),
      remedy: expect.any(String),
    });
    const without = createSupabaseCollector({
      SUPABASE_URL: undefined,
      SUPABASE_KEY: undefined,
      SUPABASE_DB_URL: undefined,
      SUPABASE_ACCESS_TOKEN: undefined,
      SUPABASE_API_URL: server.url,
    });
    expect(await without.diagnose(testContext())).toMatchObject([
      { ok: false, message: expect.stringContaining('not_configured') },
    ]);
  });
});
