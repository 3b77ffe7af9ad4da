import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { fuzzCollector } from '../../../test/fuzz.ts';
import { mutatingProxy, type MutatingProxy } from '../../../test/fuzz-proxy.ts';
import { testContext } from '../../../test/providers/context.ts';
import { startFakeWeaviate, weaviateSettings, type FakeWeaviate } from '../../../test/providers/weaviate.ts';
import { createWeaviateCollector } from './index.ts';

let database: TestDatabase;
let server: FakeWeaviate;
let proxy: MutatingProxy;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await startFakeWeaviate({
    collections: {
      Small: { objects: 2, vectors: { title: 3, body: 5 } },
      Article: { objects: 25, vectors: { default: 4 } },
      Note: {
        objects: 0,
        vectors: { default: 4 },
        tenants: { alice: { objects: 2 }, carol: { objects: 7, status: 'INACTIVE' } },
      },
    },
  });
  proxy = await mutatingProxy(server.url);
});
afterAll(async () => {
  await proxy.close();
  await server.close();
  await database.drop();
});

// Over HTTP, where JSON comes in: what comes over gRPC is typed by its own protocol, and checked by the same schemas.
it('Weaviate: a spoilt answer ends in a typed error or in figures that were sent', { timeout: 120_000 }, async () => {
  const collector = createWeaviateCollector(
    weaviateSettings({ WEAVIATE_URL: proxy.url, WEAVIATE_GRPC_URL: '127.0.0.1:1' }),
  );
  // A sample without vectors has none, and a tenant without a status is active: both may be left out.
  await fuzzCollector(collector, proxy, () => testContext({ db: database.pool }), database, {
    runs: 80,
    factor: 100_000_000,
    zero: /vectors|dimensions|uncounted/,
  });
  expect(server.pending()).toBe(0);
});
