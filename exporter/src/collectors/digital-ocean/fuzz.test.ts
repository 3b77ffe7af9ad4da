import { afterAll, beforeAll, expect, it } from 'vitest';
import { collectContext } from '../../../test/collect-context.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { fuzzCollector } from '../../../test/fuzz.ts';
import { mutatingProxy, type MutatingProxy } from '../../../test/fuzz-proxy.ts';
import { DO_TOKEN, serveDigitalOcean } from '../../../test/providers/digital-ocean.ts';
import type { ProviderServer } from '../../../test/providers/serve.ts';
import { createDigitalOceanCollector } from './index.ts';

let database: TestDatabase;
let server: ProviderServer;
let proxy: MutatingProxy;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await serveDigitalOcean({
    points: ['2026-03-12', '2026-03-13', '2026-03-14'].flatMap((day) => [
      { day, amount: '3.071428571428571' },
      { day, amount: '1.25', sku: '2-PG', description: 'db-s-1vcpu-1gb', group: 'main' },
    ]),
    balance: { usage: '31.50', at: '2026-03-15T00:20:00Z' },
    invoices: [
      {
        uuid: 'inv-2',
        period: '2026-02',
        products: '90.00',
        overages: '1.50',
        taxes: '18.00',
        credits: '-5.00',
        amount: '104.50',
      },
      { uuid: 'inv-1', period: '2026-01', products: '80.00', taxes: '16.00', amount: '96.00' },
    ],
    preview: [
      { product: 'App Platform', group: 'web', description: 'apps-s-1vcpu-1gb', amount: '3.00', resource: 'r' },
    ],
    apps: 3,
    databases: 2,
    registries: [{ name: 'main', bytes: 5_000_000_000 }],
    garbageCollection: 'scanning manifests',
    pageSize: 4,
  });
  proxy = await mutatingProxy(server.url);
});
afterAll(async () => {
  await proxy.close();
  await server.close();
  await database.drop();
});

it(
  'DigitalOcean: a spoilt answer ends in a typed error or in figures that were sent',
  { timeout: 120_000 },
  async () => {
    const collector = createDigitalOceanCollector({
      DO_API_TOKEN: DO_TOKEN,
      DO_ACCOUNT_URN: undefined,
      DO_REGISTRY_GC_CHECK: true,
      DO_API_URL: proxy.url,
    });
    const context = () => collectContext(database.pool, '2026-03-15T00:30:00Z');
    // Credits are negative, and a corrected line or invoice may be. A line without a name goes to another part; a
    // charge that an invoice does not name is none. What the list says of a month (`listed`) is shown nowhere: it is
    // only compared with what it said before.
    await fuzzCollector(collector, proxy, context, database, {
      runs: 100,
      negative: /credits|costs|invoices/,
      zero: /parts|credits|tax|listed/,
    });
    expect(server.pending()).toBe(0);
  },
);
