import { createServer } from 'node:net';
import { Status } from 'nice-grpc';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createTestDatabase } from '../../../test/database.ts';
import { QUICK_RETRY, testContext } from '../../../test/providers/context.ts';
import {
  startFakeWeaviate,
  weaviateSettings,
  type FakeWeaviate,
  type FakeWeaviateState,
} from '../../../test/providers/weaviate.ts';
import { createWeaviateCollector, type WeaviateSettings } from './index.ts';

const servers: FakeWeaviate[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const COLLECTIONS: FakeWeaviateState['collections'] = {
  Small: { objects: 3, vectors: { title: 8, body: 32 } },
  Article: { objects: 65, vectors: { default: 1_536 } },
  Note: {
    objects: 0,
    vectors: { default: 4 },
    tenants: {
      alice: { objects: 2 },
      bob: { objects: 0, status: 'HOT' },
      carol: { objects: 7, status: 'INACTIVE' },
      dave: { objects: 7, status: 'FROZEN' },
      eve: { objects: 7, refuses: true },
    },
  },
  Empty: { objects: 0 },
};

const EXPECTED = [
  { name: 'Article', objects: 65n, vectors: 65n, dimensions: 99_840n, sampled: true, uncountedTenants: 0 },
  { name: 'Small', objects: 3n, vectors: 6n, dimensions: 120n, sampled: false, uncountedTenants: 0 },
  { name: 'Note', objects: 2n, vectors: 2n, dimensions: 8n, sampled: false, uncountedTenants: 3 },
  { name: 'Empty', objects: 0n, vectors: 0n, dimensions: 0n, sampled: false, uncountedTenants: 0 },
];

async function cluster(
  state: Partial<FakeWeaviateState> = { collections: COLLECTIONS },
  more: Partial<WeaviateSettings> = {},
) {
  const server = await startFakeWeaviate(state);
  servers.push(server);
  return {
    server,
    collector: createWeaviateCollector(
      weaviateSettings({ WEAVIATE_URL: server.url, WEAVIATE_GRPC_URL: server.grpcAddress, ...more }),
    ),
  };
}

describe('the Weaviate collector', () => {
  it('counts over gRPC, tenants one by one, and reports the ones that cannot be counted', async () => {
    const { server, collector } = await cluster();
    const context = testContext();
    const { data, warnings } = await collector.collect(context);
    expect(data.collections).toMatchObject(EXPECTED);
    expect(data.days.at(-1)?.estimate?.monthlyCents).toBe(4_500n);
    expect(warnings).toMatchObject([
      { code: 'uncounted_tenants', count: 3 },
      { code: 'minimum_estimate', message: expect.stringContaining('45 USD') },
    ]);
    expect(server.seen.some((request) => request.path === '/v1/graphql')).toBe(false);
    expect(server.grpcCalls).toContain('search Article');
    // The inactive tenants were not woken.
    expect(server.grpcCalls.filter((call) => call === 'aggregate Note')).toHaveLength(3);
  });

  it('counts the same over HTTP when the gRPC port is closed, speaks no gRPC, or breaks on the way', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
    const mute = createServer((socket) => void socket.resume());
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const address = mute.address();
    const mutePort = address !== null && typeof address === 'object' ? address.port : 0;
    for (const WEAVIATE_GRPC_URL of ['127.0.0.1:1', `127.0.0.1:${mutePort}`]) {
      const { collector } = await cluster({ collections: COLLECTIONS }, { WEAVIATE_GRPC_URL });
      const { data, warnings } = await collector.collect(
        testContext({ retry: { ...QUICK_RETRY, requestTimeoutMs: 700 } }),
      );
      expect(data.collections).toMatchObject(EXPECTED);
      expect(warnings[0]).toMatchObject({
        code: 'grpc_unreachable',
        message: expect.stringContaining('WEAVIATE_GRPC_URL'),
      });
    }
    await new Promise((resolve) => mute.close(resolve));
    const { server, collector } = await cluster();
    server.failGrpc(Status.INTERNAL);
    expect((await collector.collect(testContext())).data.collections).toMatchObject(EXPECTED);
    warn.mockRestore();
  });

  it('uses GraphQL for a server that counts over gRPC only later', async () => {
    const { server, collector } = await cluster({ collections: COLLECTIONS, version: '1.27.3' });
    expect((await collector.collect(testContext())).data.collections).toMatchObject(EXPECTED);
    expect(server.grpcCalls).toEqual([]);
  });

  it('takes an empty cluster for what it is', async () => {
    const { collector } = await cluster({ collections: {} });
    const { data } = await collector.collect(testContext());
    expect(data.collections).toEqual([]);
    expect(data.days.at(-1)?.estimate?.monthlyCents).toBe(4_500n);
  });

  it('refuses a wrong key although the server says that it is ready', async () => {
    const { collector } = await cluster(undefined, { WEAVIATE_API_KEY: 'SomeOtherKey0123456789' });
    const context = testContext();
    await expect(collector.collect(context)).rejects.toMatchObject({
      kind: 'auth',
      reason: 'invalid_key',
      message: expect.stringContaining('WEAVIATE_API_KEY'),
    });
    expect(context.codes).toEqual(['401']);
  });

  it('names the permission when data may not be read', async () => {
    const { server, collector } = await cluster();
    server.failGrpc(Status.PERMISSION_DENIED);
    await expect(collector.collect(testContext())).rejects.toMatchObject({
      kind: 'auth',
      reason: 'missing_permission',
      message: expect.stringContaining('read_data'),
    });
  });

  it("stores a row a day with parts, and nothing on a replay; a server of one's own costs nothing here", async () => {
    const database = await createTestDatabase();
    try {
      const { collector, server } = await cluster();
      const { data } = await collector.collect(testContext());
      expect((await collector.store(database.pool, '2026-03-14', data)).rows).toBe(4);
      expect((await collector.store(database.pool, '2026-03-14', { ...data, asOf: new Date() })).rows).toBe(0);
      const stored = await database.pool.query(
        `SELECT recorded_at::text AS day, objects::text, collections, dimensions::text, vectors_sampled,
          uncounted_tenants, cost_usd::text, provisional, cost_parts, by_collection FROM weaviate_metrics ORDER BY 1`,
      );
      expect(stored.rows).toMatchObject([
        {
          day: '2026-03-14',
          objects: '70',
          collections: 4,
          dimensions: '99968',
          vectors_sampled: true,
          uncounted_tenants: 3,
          cost_usd: '1.450000',
          provisional: false,
        },
        { day: '2026-03-15', cost_usd: '1.450000', provisional: true },
      ]);
      expect(stored.rows[0]).toMatchObject({
        by_collection: [{ name: 'Article', objects: '65', vectors: '65', dimensions: '99840' }, {}, {}, {}],
        cost_parts: [{}, {}, {}, { component: 'minimum' }],
      });
      const ledger = () =>
        database.pool.query('SELECT day::text, component, source, amount_usd::text FROM effective_costs ORDER BY day');
      expect((await ledger()).rows).toEqual([
        { day: '2026-03-14', component: 'all', source: 'estimate', amount_usd: '1.450000' },
        { day: '2026-03-15', component: 'all', source: 'estimate', amount_usd: '1.450000' },
      ]);
      const own = createWeaviateCollector(
        weaviateSettings({
          WEAVIATE_URL: server.url,
          WEAVIATE_GRPC_URL: server.grpcAddress,
          WEAVIATE_PLAN: 'self_hosted',
        }),
      );
      const again = await own.collect(testContext());
      expect(again.warnings.map((warning) => warning.code)).toContain('no_estimate');
      await own.store(database.pool, '2026-03-14', again.data);
      expect((await ledger()).rows).toEqual([]);
    } finally {
      await database.drop();
    }
  });

  it('tells a person what works', async () => {
    const { collector } = await cluster();
    expect((await collector.diagnose(testContext())).map((finding) => [finding.check, finding.ok])).toEqual([
      ['read the schema', true],
      ['read data', true],
      ['gRPC', true],
      ['cost', 'warning'],
    ]);
    const blocked = await cluster({ collections: COLLECTIONS }, { WEAVIATE_GRPC_URL: '127.0.0.1:1' });
    expect((await blocked.collector.diagnose(testContext()))[2]).toMatchObject({
      check: 'gRPC',
      ok: 'warning',
      remedy: expect.stringContaining('WEAVIATE_GRPC_URL'),
    });
    expect(await createWeaviateCollector(weaviateSettings()).diagnose(testContext())).toMatchObject([
      { ok: false, message: expect.stringContaining('not_configured') },
    ]);
  });
});
