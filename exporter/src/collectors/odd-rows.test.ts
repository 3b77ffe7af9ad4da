import { describe, expect, it } from 'vitest';
import { QUICK_RETRY } from '../../test/providers/context.ts';
import { serveProvider } from '../../test/providers/serve.ts';
import { listen, type LoopbackServer } from '../../test/providers/loopback.ts';
import { SECRET_KEY, userId } from '../../test/providers/supabase.ts';
import { TWILIO_SID, TWILIO_TOKEN } from '../../test/providers/twilio.ts';
import { WEAVIATE_KEY, weaviateSettings } from '../../test/providers/weaviate.ts';
import { useRunner } from '../../test/runner-fixture.ts';
import { createSupabaseCollector } from './supabase/index.ts';
import { createTwilioCollector } from './twilio/index.ts';
import { createWeaviateCollector } from './weaviate/index.ts';
import type { Collector } from './contract.ts';

const { runnerOf, rows } = useRunner();

/** A run of one collector; the codes of its warnings. */
async function sync(collector: Collector): Promise<string[]> {
  await runnerOf([collector], { retry: QUICK_RETRY }).run({ trigger: 'api', requestedBy: 'test' });
  const [last] = await rows(
    `SELECT outcome, message, jsonb_path_query_array(warnings, '$[*].code') AS codes FROM metrics_sync_logs
     ORDER BY id DESC LIMIT 1`,
  );
  expect(last).toMatchObject({ outcome: 'succeeded', message: null });
  return Array.isArray(last?.['codes']) ? last['codes'].map(String) : [];
}

async function twilio(records: readonly object[]): Promise<string[]> {
  const server = await serveProvider(({ query }) => ({
    json: {
      usage_records: (query['Category'] === 'totalprice' ? records : []).map((record) => ({
        category: 'totalprice',
        price: '1.00',
        price_unit: 'usd',
        ...record,
      })),
      next_page_uri: null,
    },
  }));
  try {
    return await sync(
      createTwilioCollector({
        TWILIO_ACCOUNT_SID: TWILIO_SID,
        TWILIO_AUTH_TOKEN: TWILIO_TOKEN,
        TWILIO_FROM_NUMBER: undefined,
        TWILIO_API_URL: server.url,
      }),
    );
  } finally {
    await server.close();
  }
}

const twilioDays = () =>
  rows(`SELECT day::text AS day, trim_scale(amount_native)::text AS amount, currency, amount_usd IS NOT NULL AS usd
    FROM component_costs WHERE provider = 'twilio' ORDER BY day`);

describe('Twilio', () => {
  const day = (start: string, more: object = {}) => ({ start_date: start, end_date: start, ...more });

  it('a day that comes twice is unknown, and only that day', async () => {
    const codes = await twilio([day('2026-03-12'), day('2026-03-13'), day('2026-03-13'), day('2026-03-14')]);
    expect(codes).toEqual(['records_unusable']);
    expect((await twilioDays()).map((row) => row['day'])).toEqual(['2026-03-12', '2026-03-14']);
  });

  it('a credit is a negative day, and told', async () => {
    expect(await twilio([day('2026-03-13', { price: '-5.25' }), day('2026-03-14')])).toEqual(['negative_day']);
    expect(await twilioDays()).toMatchObject([{ amount: '-5.25' }, { amount: '1' }]);
  });

  it('prices as numbers, with exponents, of null, and in two currencies', async () => {
    const codes = await twilio([
      day('2026-03-11', { price: 1.25e-5 }),
      day('2026-03-12', { price: null }),
      day('2026-03-13', { price: 2, price_unit: 'EUR' }),
      day('2026-03-14', { price: '3e0' }),
    ]);
    expect(codes.toSorted()).toEqual(['records_unusable', 'unconverted_currency']);
    expect(await twilioDays()).toEqual([
      { day: '2026-03-11', amount: '0.000013', currency: 'USD', usd: true },
      { day: '2026-03-13', amount: '2', currency: 'EUR', usd: false },
      { day: '2026-03-14', amount: '3', currency: 'USD', usd: true },
    ]);
  });
});

async function supabase(objects: readonly object[]): Promise<string[]> {
  const server = await listen(({ path }) => {
    if (path === '/auth/v1/admin/users') return { body: { users: [{ id: userId(1) }] } };
    if (path === '/storage/v1/bucket') return { body: [{ id: 'b', name: 'b' }] };
    return path.startsWith('/storage/v1/object/list/') ? { body: objects } : undefined;
  });
  return using(server, () =>
    sync(
      createSupabaseCollector({
        SUPABASE_URL: server.url,
        SUPABASE_KEY: SECRET_KEY,
        SUPABASE_DB_URL: undefined,
        SUPABASE_ACCESS_TOKEN: undefined,
        SUPABASE_API_URL: server.url,
      }),
    ),
  );
}

async function using<T>(server: LoopbackServer, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await server.close();
  }
}

it('Supabase: an object with an odd size costs only its bytes', async () => {
  const codes = await supabase([
    { name: 'a', id: '1', metadata: { size: 40 } },
    { name: 'b', id: '2', metadata: { size: -1 } },
    { name: 'c', id: '3', metadata: { size: 'many' } },
    { name: 'd', id: '4', metadata: null },
  ]);
  expect(codes).toContain('objects_without_size');
  expect(await rows('SELECT storage_bytes::int, storage_objects::int FROM supabase_metrics LIMIT 1')).toEqual([
    { storage_bytes: 40, storage_objects: 4 },
  ]);
});

describe('Weaviate', () => {
  async function weaviate(classes: readonly unknown[], tenants: readonly unknown[] = []): Promise<string[]> {
    const server = await listen(({ path, headers }) => {
      if (headers.authorization !== `Bearer ${WEAVIATE_KEY}`) return { status: 401, body: {} };
      if (path === '/v1/meta') return { body: { version: '1.35.2' } };
      if (path === '/v1/schema') return { body: { classes } };
      if (path.endsWith('/tenants')) return { body: tenants };
      if (path === '/v1/users/own-info') return { body: { username: 'm', roles: null } };
      if (path === '/v1/objects') return { body: { objects: [{ properties: {}, vector: [1, 2] }] } };
      return path === '/v1/graphql' ? { body: { data: { Aggregate: { Good: [{ meta: { count: 3 } }] } } } } : undefined;
    });
    return using(server, () =>
      sync(createWeaviateCollector(weaviateSettings({ WEAVIATE_URL: server.url, WEAVIATE_GRPC_URL: '127.0.0.1:1' }))),
    );
  }

  it.each([[null], [{ class: null }], [{ class: 'X}{' }], [{}]])(
    'a collection listed as %j costs only itself, and the totals are unknown',
    async (odd) => {
      expect(await weaviate([{ class: 'Good' }, odd])).toContain('collections_unreadable');
      expect(
        await rows('SELECT objects, collections, by_collection->0->>0 AS x FROM weaviate_metrics LIMIT 1'),
      ).toEqual([{ objects: null, collections: 2, x: null }]);
    },
  );

  it('of a collection whose tenants are all asleep nothing is known, which is not 0 objects', async () => {
    const tenants = ['FROZEN', 'OFFLOADED'].map((activityStatus, index) => ({ name: `t${index}`, activityStatus }));
    const codes = await weaviate([{ class: 'Good', multiTenancyConfig: { enabled: true } }], tenants);
    expect(codes).toContain('collections_asleep');
    expect(
      await rows('SELECT objects, storage_bytes, uncounted_tenants, collections FROM weaviate_metrics LIMIT 1'),
    ).toEqual([{ objects: null, storage_bytes: null, uncounted_tenants: 2, collections: 1 }]);
  });

  it('a tenant that cannot be used is not counted, and told', async () => {
    const tenants = [{ name: 'ada', activityStatus: 'HOT' }, { name: null }, null, { name: 'bob', activityStatus: 7 }];
    const codes = await weaviate([{ class: 'Good', multiTenancyConfig: { enabled: true } }], tenants);
    expect(codes).toContain('uncounted_tenants');
    expect(await rows('SELECT objects::int, uncounted_tenants FROM weaviate_metrics LIMIT 1')).toEqual([
      { objects: 3, uncounted_tenants: 3 },
    ]);
  });
});
