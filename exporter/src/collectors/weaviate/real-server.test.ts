import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testContext } from '../../../test/providers/context.ts';
import { weaviateSettings } from '../../../test/providers/weaviate.ts';
import { createWeaviateCollector } from './index.ts';

const program = process.env.WEAVIATE_SERVER;
const KEY = 'local-key-for-tests';

/** A run of ports that are free now. */
async function freePorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const start = 20_000 + Math.floor(Math.random() * 20_000);
    const servers = Array.from({ length: count }, () => createServer());
    const opened = await Promise.allSettled(
      servers.map(
        (server, index) =>
          new Promise<void>((resolve, reject) => {
            server.once('error', reject);
            server.listen(start + index, '127.0.0.1', resolve);
          }),
      ),
    );
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    if (opened.every((one) => one.status === 'fulfilled')) return start;
  }
  throw new Error('no free ports');
}

describe.skipIf(program === undefined)('a real Weaviate server (WEAVIATE_SERVER)', () => {
  let server: ChildProcess;
  let folder: string;
  let ports: number;
  const rest = () => `http://127.0.0.1:${ports}`;

  async function post(path: string, body: unknown, method = 'POST'): Promise<void> {
    const response = await fetch(`${rest()}${path}`, {
      method,
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weaviate-'));
    ports = await freePorts(6);
    server = spawn(program ?? '', ['--host', '127.0.0.1', '--port', String(ports), '--scheme', 'http'], {
      stdio: 'ignore',
      env: {
        ...process.env,
        PERSISTENCE_DATA_PATH: folder,
        GRPC_PORT: String(ports + 1),
        CLUSTER_HOSTNAME: 'node1',
        CLUSTER_ADVERTISE_ADDR: '127.0.0.1',
        CLUSTER_IN_LOCALHOST: 'true',
        CLUSTER_GOSSIP_BIND_PORT: String(ports + 2),
        CLUSTER_DATA_BIND_PORT: String(ports + 3),
        RAFT_PORT: String(ports + 4),
        RAFT_INTERNAL_RPC_PORT: String(ports + 5),
        RAFT_BOOTSTRAP_EXPECT: '1',
        DISABLE_TELEMETRY: 'true',
        DEFAULT_VECTORIZER_MODULE: 'none',
        ENABLE_MODULES: '',
        GO_PROFILING_DISABLE: 'true',
        LOG_LEVEL: 'error',
        AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED: 'false',
        AUTHENTICATION_APIKEY_ENABLED: 'true',
        AUTHENTICATION_APIKEY_ALLOWED_KEYS: KEY,
        AUTHENTICATION_APIKEY_USERS: 'tests',
      },
    });
    const ready = async () => (await fetch(`${rest()}/v1/.well-known/ready`).catch(() => undefined))?.status === 200;
    while (!(await ready())) await sleep(250);
    await post('/v1/schema', {
      class: 'Article',
      vectorizer: 'none',
      properties: [{ name: 'title', dataType: ['text'] }],
    });
    await post('/v1/schema', {
      class: 'Chunk',
      vectorConfig: {
        title: { vectorizer: { none: {} }, vectorIndexType: 'hnsw' },
        body: { vectorizer: { none: {} }, vectorIndexType: 'hnsw' },
      },
    });
    await post('/v1/schema', { class: 'Note', vectorizer: 'none', multiTenancyConfig: { enabled: true } });
    await post('/v1/schema/Note/tenants', [{ name: 'alice' }, { name: 'bob' }, { name: 'carol' }]);
    const vector = (size: number) => Array.from({ length: size }, (_, index) => index / size);
    await post('/v1/batch/objects', {
      objects: Array.from({ length: 65 }, (_, index) => ({
        class: 'Article',
        vector: vector(1_536),
        properties: { title: `t${index}` },
      })),
    });
    await post('/v1/batch/objects', {
      objects: Array.from({ length: 10 }, () => ({ class: 'Chunk', vectors: { title: vector(8), body: vector(32) } })),
    });
    await post('/v1/batch/objects', {
      objects: Array.from({ length: 9 }, (_, index) => ({
        class: 'Note',
        vector: vector(4),
        tenant: ['alice', 'bob', 'carol'][index % 3],
      })),
    });
    await post('/v1/schema/Note/tenants', [{ name: 'carol', activityStatus: 'INACTIVE' }], 'PUT');
    await sleep(500);
  }, 90_000);
  afterAll(async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  });

  const expected = [
    { name: 'Article', objects: 65n, vectors: 65n, dimensions: 99_840n, sampled: true, uncountedTenants: 0 },
    { name: 'Chunk', objects: 10n, vectors: 20n, dimensions: 400n, sampled: false, uncountedTenants: 0 },
    { name: 'Note', objects: 6n, vectors: 6n, dimensions: 24n, sampled: false, uncountedTenants: 1 },
  ];

  it.each([
    ['gRPC', 1, []],
    ['HTTP, gRPC being closed', 4_321, ['grpc_unreachable']],
  ])('is counted over %s', async (_way, grpcOffset, codes) => {
    const collector = createWeaviateCollector(
      weaviateSettings({
        WEAVIATE_URL: rest(),
        WEAVIATE_API_KEY: KEY,
        WEAVIATE_GRPC_URL: `127.0.0.1:${ports + grpcOffset}`,
      }),
    );
    const { data, warnings } = await collector.collect(testContext());
    expect(data.collections).toMatchObject(expected);
    expect(warnings.map((warning) => warning.code)).toEqual([...codes, 'uncounted_tenants', 'minimum_estimate']);
  });

  it('refuses a wrong key, although it says that it is ready', async () => {
    const collector = createWeaviateCollector(
      weaviateSettings({
        WEAVIATE_URL: rest(),
        WEAVIATE_API_KEY: 'wrong-key',
        WEAVIATE_GRPC_URL: `127.0.0.1:${ports + 1}`,
      }),
    );
    await expect(collector.collect(testContext())).rejects.toMatchObject({ kind: 'auth', reason: 'invalid_key' });
    expect(await collector.diagnose(testContext())).toMatchObject([
      { ok: false, message: expect.stringContaining('invalid_key') },
    ]);
  });
});
