import { afterEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../../test/database.ts';
import { faults } from '../../../test/providers/loopback.ts';
import { testContext } from '../../../test/providers/context.ts';
import {
  startFakeWeaviate,
  weaviateSettings,
  type FakeWeaviate,
  type FakeWeaviateState,
} from '../../../test/providers/weaviate.ts';
import { missingInvoices } from '../../invoices/missing.ts';
import { createWeaviateCollector, type WeaviateSettings } from './index.ts';
import { sightOf } from './rights.ts';
import type { OwnRole } from './schema.ts';

const servers: FakeWeaviate[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const COLLECTIONS = {
  Article: { objects: 65, vectors: { default: 8 } },
  Note: { objects: 3, vectors: { default: 8 } },
};

async function cluster(state: Partial<FakeWeaviateState>, more: Partial<WeaviateSettings> = {}) {
  const server = await startFakeWeaviate({ collections: COLLECTIONS, ...state });
  servers.push(server);
  return {
    server,
    collector: createWeaviateCollector(
      weaviateSettings({ WEAVIATE_URL: server.url, WEAVIATE_GRPC_URL: server.grpcAddress, ...more }),
    ),
  };
}

const role = (...collections: string[]): OwnRole[] => [
  {
    name: 'reader',
    permissions: collections.flatMap((collection) => [
      { action: 'read_collections', collections: { collection } },
      { action: 'read_data', data: { collection, tenant: '*', object: '*' } },
    ]),
  },
];

describe("the key's own rights", () => {
  it.each([
    [[], 'unknown'],
    [[{ name: 'viewer', permissions: [] }], 'all'],
    [[{ name: 'root', permissions: [] }], 'all'],
    [role('*'), 'all'],
    [role('Article'), 'some'],
    [[{ name: 'nothing', permissions: [] }], 'some'],
    [[{ name: 'lists', permissions: [{ action: 'read_collections', collections: { collection: '*' } }] }], 'some'],
  ] satisfies [OwnRole[], string][])('%j: %s', (roles, sight) => expect(sightOf(roles)).toBe(sight));

  it.each<[string, NonNullable<FakeWeaviateState['rbac']>]>([
    ['a role for another collection', { roles: role('Elsewhere'), sees: /^Elsewhere/ }],
    ['no role at all', { roles: null, sees: /^$/ }],
  ])('with %s a filtered schema is a missing permission, and never 0 objects', async (_name, rbac) => {
    const { collector } = await cluster({ rbac });
    await expect(collector.collect(testContext())).rejects.toMatchObject({
      kind: 'auth',
      reason: 'missing_permission',
      message: expect.stringContaining('read_collections'),
    });
    expect(await collector.diagnose(testContext())).toMatchObject([{ ok: false, remedy: expect.any(String) }]);
  });

  it('a role for some collections: what is counted is a lower bound, and is called so', async () => {
    const { collector } = await cluster({ rbac: { roles: role('Article'), sees: /^Article/ } });
    const { data, warnings } = await collector.collect(testContext());
    expect(data.collections).toMatchObject([{ name: 'Article', objects: 65n }]);
    expect(warnings[0]).toMatchObject({
      code: 'filtered_collections',
      message: expect.stringContaining('lower bound'),
    });
  });

  it('a key that sees everything, and a server that cannot tell, count an empty cluster as empty', async () => {
    for (const state of [{ rbac: { roles: role('*'), sees: /./ } }, {}]) {
      const { collector, server } = await cluster({ collections: {}, ...state });
      expect((await collector.collect(testContext())).data.collections).toEqual([]);
      server.failNext('/v1/users/own-info', faults.status(404), 9);
      expect((await collector.collect(testContext())).warnings.map(({ code }) => code)).toEqual(['minimum_estimate']);
    }
  });
});

it('objects that fall to nothing are a warning and no fact', async () => {
  const database = await createTestDatabase();
  try {
    const { collector, server } = await cluster({});
    const run = async (day: string, today: string) => {
      const context = testContext({ day, today, now: new Date(`${today}T00:30:00Z`), db: database.pool });
      const { data, warnings } = await collector.collect(context);
      await collector.store(database.pool, day, data);
      return { codes: warnings.map(({ code }) => code), samples: collector.samples(data, day).length };
    };
    expect((await run('2026-03-14', '2026-03-15')).samples).toBeGreaterThan(0);
    server.state.collections = {};
    expect(await run('2026-03-15', '2026-03-16')).toEqual({
      codes: ['count_fell_to_zero', 'count_fell_to_zero'],
      samples: 0,
    });
    const { rows } = await database.pool.query('SELECT recorded_at FROM weaviate_metrics WHERE objects = 0');
    expect(rows).toEqual([]);
  } finally {
    await database.drop();
  }
});

it('WEAVIATE_PLAN=free costs 0 and asks for no invoice, whatever was estimated before', async () => {
  const database = await createTestDatabase();
  try {
    await database.pool.query(
      `INSERT INTO component_costs (day, provider, component, source, amount_usd, amount_native, currency)
       VALUES ('2026-02-26', 'weaviate', 'all', 'estimate', 1.45, 1.45, 'USD')`,
    );
    const { collector } = await cluster({}, { WEAVIATE_PLAN: 'free' });
    const context = testContext({ day: '2026-02-27', today: '2026-02-28', db: database.pool });
    const { data, warnings } = await collector.collect(context);
    await collector.store(database.pool, '2026-02-27', data);
    expect(warnings).toEqual([]);
    const { rows } = await database.pool.query(
      "SELECT sum(amount_usd)::text AS usd FROM component_costs WHERE day > '2026-02-26'",
    );
    expect(rows).toEqual([{ usd: '0.000000' }]);
    expect(await missingInvoices(database.pool, { today: '2026-03-01' })).toEqual([
      { provider: 'weaviate', month: '2026-02', from: '2026-02-26', to: '2026-02-27' },
    ]);
  } finally {
    await database.drop();
  }
});
