import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { QUICK_RETRY, testContext } from '../../../test/providers/context.ts';
import { faults, listen, type Fault } from '../../../test/providers/loopback.ts';
import {
  startFakeWeaviate,
  WEAVIATE_KEY,
  weaviateSettings,
  type FakeWeaviate,
} from '../../../test/providers/weaviate.ts';
import { createWeaviateCollector } from './index.ts';

let server: FakeWeaviate;
beforeEach(async () => {
  server = await startFakeWeaviate({
    collections: {
      Article: { objects: 65, vectors: { default: 8 } },
      Note: { objects: 0, tenants: { alice: { objects: 2 } } },
    },
  });
});
afterEach(() => server.close());

/** Over HTTP, where every answer can be broken; gRPC is closed. */
function collect(context = testContext(), url = server.url) {
  return createWeaviateCollector(weaviateSettings({ WEAVIATE_URL: url, WEAVIATE_GRPC_URL: '127.0.0.1:1' })).collect(
    context,
  );
}

const PATHS = ['/v1/schema', '/v1/meta', '/v1/graphql', '/v1/objects'];

describe('reliability rows', () => {
  it.each(PATHS)('1, 3: %s is repeated after 429 and 503', async (path) => {
    server.failNext(path, faults.status(429, {}, { 'retry-after': '0' }));
    server.failNext(path, faults.status(503));
    const context = testContext();
    expect((await collect(context)).data.collections[0]).toMatchObject({ objects: 65n });
    expect(context.codes).toEqual(expect.arrayContaining(['429', '503']));
  });

  it.each(['0', '3600'])('2: 429 for ever with Retry-After %s is rate_limited', async (after) => {
    server.failNext('/v1/schema', faults.status(429, {}, { 'retry-after': after }), Number.POSITIVE_INFINITY);
    await expect(collect()).rejects.toMatchObject({ kind: 'rate_limited' });
  });

  it.each([
    [401, 'invalid_key'],
    [403, 'missing_permission'],
  ])('4: %i is auth, and not asked again', async (status, reason) => {
    server.failNext(
      '/v1/graphql',
      faults.status(status, { error: [{ message: 'forbidden' }] }),
      Number.POSITIVE_INFINITY,
    );
    await expect(collect()).rejects.toMatchObject({ kind: 'auth', reason, retryable: false });
    // A refused key ends the run; data of one collection that may not be read leave the other.
    expect(server.seen.filter((request) => request.path === '/v1/graphql')).toHaveLength(status === 401 ? 1 : 2);
  });

  it('a version that cannot be read costs only the way over gRPC', async () => {
    server.failNext('/v1/meta', faults.status(500), Number.POSITIVE_INFINITY);
    const { data, warnings } = await collect();
    expect(data.collections).toHaveLength(2);
    expect(warnings).toContainEqual(
      expect.objectContaining({ code: 'grpc_unreachable', message: expect.stringContaining('version') }),
    );
  });

  it.each(
    PATHS.filter((path) => path !== '/v1/meta').flatMap(
      (path) =>
        [
          [path, 'never answers', faults.hang()],
          [path, 'stalls in the body', faults.stall()],
        ] as const,
    ),
  )('5, 6: %s %s: timeout, request given up', async (path, _what, fault) => {
    server.failNext(path, fault, Number.POSITIVE_INFINITY);
    await expect(
      collect(testContext({ retry: { ...QUICK_RETRY, tries: 1, requestTimeoutMs: 200 } })),
    ).rejects.toMatchObject({ kind: 'timeout' });
    await expect.poll(() => server.pending()).toBe(0);
  });

  it('6: a huge body is cut off', async () => {
    server.failNext('/v1/schema', faults.huge(200 * 1024 * 1024));
    await expect(collect()).rejects.toMatchObject({ kind: 'bad_payload' });
  });

  const bad: [string, Fault][] = [
    ['a web page', faults.text('<html></html>', 'text/html')],
    ['an empty body', faults.text('')],
    ['truncated JSON', faults.text('{"data": {"Aggregate"')],
    ['null', faults.text('null')],
    ['data: null', faults.text('{"data": null}')],
    ['no count', faults.text('{"data": {"Aggregate": {"Article": [{"meta": {}}]}}}')],
    ['a text for the count', faults.text('{"data": {"Aggregate": {"Article": [{"meta": {"count": "65"}}]}}}')],
    ['1e30', faults.text('{"data": {"Aggregate": {"Article": [{"meta": {"count": 1e30}}]}}}')],
    ['−1', faults.text('{"data": {"Aggregate": {"Article": [{"meta": {"count": -1}}]}}}')],
    ['an error', faults.text('{"errors": [{"message": "shard is broken"}]}')],
  ];
  it.each(bad)('7, 8: %s for a count is never a count', async (_what, fault) => {
    server.failNext('/v1/graphql', fault, Number.POSITIVE_INFINITY);
    await expect(collect()).rejects.toMatchObject({ kind: expect.stringMatching(/^(bad_payload|upstream)$/) });
  });

  it.each(['{"classes": [{"class": "X}{"}]}', '{"classes": "none"}', '{"classes": null}', '{}', '[]'])(
    '8: the schema %s is refused',
    async (body) => {
      server.failNext('/v1/schema', faults.text(body), Number.POSITIVE_INFINITY);
      await expect(collect()).rejects.toMatchObject({ kind: 'bad_payload' });
    },
  );

  it('9: unknown fields and an unknown tenant status are tolerated; such a tenant is not counted', async () => {
    server.failNext(
      '/v1/schema/Note/tenants',
      faults.text(
        '[{"name": "alice", "activityStatus": "ACTIVE", "mood": 1}, {"name": "bob", "activityStatus": "DREAMING"}]',
      ),
    );
    const { data } = await collect();
    expect(data.collections.find((one) => one.name === 'Note')).toMatchObject({ objects: 2n, uncountedTenants: 1 });
  });

  it('10: one failing collection costs only itself, there is no partial sum of it', async () => {
    server.failNext('/v1/schema/Note/tenants', faults.status(500), Number.POSITIVE_INFINITY);
    const { data, warnings } = await collect();
    expect(data).toMatchObject({ collections: [{ name: 'Article', objects: 65n }], unreadable: ['Note'] });
    expect(warnings).toContainEqual(
      expect.objectContaining({ code: 'collections_unreadable', message: expect.stringContaining('Note') }),
    );
  });

  it('never follows a redirect: the key would go along', async () => {
    const thief = await listen(() => ({ body: { classes: [] } }));
    try {
      server.failNext(
        '/v1/schema',
        faults.status(307, {}, { location: `${thief.url}/v1/schema` }),
        Number.POSITIVE_INFINITY,
      );
      await expect(collect()).rejects.toMatchObject({ kind: 'upstream', reason: 'bad_response' });
      expect(thief.seen).toEqual([]);
    } finally {
      await thief.close();
    }
  });

  it('33: a provider that echoes the key gets it into no message and no log', async () => {
    server.failNext('/v1/schema', faults.status(400, { message: `bad key ${WEAVIATE_KEY}` }), Number.POSITIVE_INFINITY);
    const context = testContext();
    const error = await collect(context).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'upstream', message: expect.stringContaining('[redacted]') });
    expect(context.logged.join('')).not.toContain(WEAVIATE_KEY);
  });
});

const specFile = new URL('../../../../../shared/specs/weaviate/schema.json', import.meta.url);
const spec = z.object({ basePath: z.string(), paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

describe.skipIf(!existsSync(specFile))('against the official description', () => {
  it('sends only requests that it allows', async () => {
    await collect();
    await createWeaviateCollector(
      weaviateSettings({ WEAVIATE_URL: server.url, WEAVIATE_GRPC_URL: server.grpcAddress }),
    ).collect(testContext());
    const { basePath, paths } = spec.parse(JSON.parse(readFileSync(specFile, 'utf8')));
    for (const request of server.seen) {
      const path = request.path.slice(basePath.length);
      const operations = Object.entries(paths).filter(([template]) =>
        new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
      );
      expect(
        request.path.startsWith(basePath) && operations.some(([, methods]) => request.method.toLowerCase() in methods),
        `${request.method} ${request.path}`,
      ).toBe(true);
    }
    expect(server.seen.length).toBeGreaterThan(8);
  });
});
