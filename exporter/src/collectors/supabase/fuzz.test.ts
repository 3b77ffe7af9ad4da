import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { fuzzCollector } from '../../../test/fuzz.ts';
import { mutatingProxy, type MutatingProxy } from '../../../test/fuzz-proxy.ts';
import { testContext } from '../../../test/providers/context.ts';
import {
  ACCESS_TOKEN,
  SECRET_KEY,
  startFakeSupabase,
  userId,
  type FakeSupabase,
} from '../../../test/providers/supabase.ts';
import { createSupabaseCollector } from './index.ts';

let database: TestDatabase;
let server: FakeSupabase;
let proxy: MutatingProxy;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await startFakeSupabase({
    users: [1, 2, 3].map((index) => ({
      id: userId(index),
      email: `user-${index}@example.com`,
      last_sign_in_at: '2026-03-02T10:00:00.123456Z',
    })),
    buckets: {
      avatars: [
        { path: 'a.png', size: 1_500 },
        { path: 'deep/b.png', size: 500 },
      ],
    },
    plan: 'pro',
    addons: [
      {
        type: 'compute_instance',
        variant: {
          id: 'ci_small',
          name: 'Small',
          price: { description: '', type: 'fixed', interval: 'monthly', amount: 15 },
        },
      },
    ],
  });
  proxy = await mutatingProxy(server.url);
});
afterAll(async () => {
  await proxy.close();
  await server.close();
  await database.drop();
});

it('Supabase: a spoilt answer ends in a typed error or in figures that were sent', { timeout: 120_000 }, async () => {
  const collector = createSupabaseCollector({
    SUPABASE_URL: proxy.url,
    SUPABASE_KEY: SECRET_KEY,
    SUPABASE_DB_URL: undefined,
    SUPABASE_ACCESS_TOKEN: ACCESS_TOKEN,
    SUPABASE_API_URL: proxy.url,
  });
  await fuzzCollector(collector, proxy, () => testContext({ db: database.pool }), database, { runs: 80 });
  expect(server.pending()).toBe(0);
});
