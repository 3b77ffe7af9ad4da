import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { dryRunContext } from '../../../test/collect-context.ts';
import { examples, loadSpec, specExists, violations } from '../../../test/openapi.ts';
import {
  serveProvider,
  type Answer,
  type ProviderServer,
  type RecordedRequest,
} from '../../../test/providers/serve.ts';
import { llmSettings } from '../../../test/providers/llm-settings.ts';
import type { PrometheusSettings } from './client.ts';
import { createLlmCollector } from './index.ts';
import { vectorAnswer, matrixAnswer, seriesAnswer, buildAnswer } from './schema.ts';

let database: TestDatabase;
let server: ProviderServer;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  server = await serveProvider(answer);
  return () => server.close();
});

const SPEC = 'prometheus/prometheus_api_v1.trimmed.json';
const LABELS = { job: 'app', instance: 'a', user_id: 'ada', provider: 'openai', model: 'gpt-4o', token_type: 'prompt' };

/** A Prometheus with one counter that stood at 100 before the days that are read and at 350 ever since. */
function answer(request: RecordedRequest): Answer {
  if (request.path.endsWith('/series') || request.path.endsWith('/values'))
    return { json: { status: 'success', data: [] } };
  if (request.path.endsWith('/buildinfo')) return { json: { status: 'success', data: { version: '2.42.0' } } };
  const { query = '', time = '0' } = request.query;
  if (query.endsWith(']')) return { json: { status: 'success', data: { resultType: 'matrix', result: [] } } };
  if (!query.startsWith('last_over_time(llm_tokens_total{token_type="prompt"}')) return vector([]);
  return vector([
    { metric: LABELS, value: [Number(time), Number(time) < Date.parse('2026-03-14T00:00:00Z') / 1000 ? '100' : '350'] },
  ]);
}

function vector(result: readonly unknown[], more: object = {}): Answer {
  return { json: { status: 'success', data: { resultType: 'vector', result }, ...more } };
}

function collector(overrides: Partial<PrometheusSettings> = {}) {
  return createLlmCollector(llmSettings(server.url, overrides));
}

function context(overrides: Parameters<typeof dryRunContext>[2] = {}) {
  return dryRunContext(database.pool, '2026-03-15T00:30:00Z', overrides);
}

describe('an answer that works', () => {
  it('is read, every attempt counted', async () => {
    const run = context();
    const { data } = await collector().collect(run);
    expect([...(data.days.find(({ day }) => day === '2026-03-14')?.rows ?? [])]).toEqual([
      expect.objectContaining({ user: 'ada', prompt: 250, computed: 625n }),
    ]);
    expect(run.codes).toHaveLength(server.requests.length);
  });

  it.each<[string, Answer]>([
    ['refuses a range', { status: 404, json: {} }],
    ['answers a range with something else', vector([])],
  ])('is read day by day where the server %s', async (_name, fault) => {
    server.faultAlways(/query_range/, fault);
    const { data } = await collector().collect(context({ back: 5 }));
    expect(data.days.flatMap(({ rows }) => [...rows])).toEqual([expect.objectContaining({ user: 'ada', prompt: 250 })]);
  });

  it('is read where the server refuses to say when processes began', async () => {
    const refused = { status: 422, json: { status: 'error', errorType: 'execution', error: 'too many samples' } };
    const other = await serveProvider((request) =>
      request.query['query']?.includes('changes(process_start') === true ? refused : answer(request),
    );
    const { data } = await collector({ PROMETHEUS_URL: other.url }).collect(context());
    expect(data.days.flatMap(({ rows }) => [...rows])).toEqual([expect.objectContaining({ user: 'ada', prompt: 250 })]);
    await other.close();
  });

  it('is not read where the server fails to answer a range for a moment', async () => {
    server.faultAlways(/query_range/, { status: 503, json: {} });
    await expect(collector().collect(context({ back: 5 }))).rejects.toMatchObject({ kind: 'upstream' });
  });

  it.each<[string, Answer]>([
    ['cannot list users', { status: 404, json: {} }],
    ['answers the list with something else', vector([])],
  ])('is read in one piece where the server %s', async (_name, fault) => {
    server.faultAlways(/values/, fault);
    const { data } = await collector().collect(context());
    expect(data.days.flatMap(({ rows }) => [...rows])).toEqual([expect.objectContaining({ user: 'ada', prompt: 250 })]);
    expect(server.requests.filter(({ query }) => query.query?.includes('user_id=') === true)).toEqual([]);
  });

  it('is not read at all where listing the users fails for a moment', async () => {
    server.faultAlways(/values/, { status: 503, json: {} });
    await expect(collector().collect(context())).rejects.toMatchObject({ kind: 'upstream', retryable: true });
  });

  it.skipIf(!specExists(SPEC))('is asked for as Prometheus describes it', async () => {
    // No reading before the first day: older series and the target's history are asked for too.
    server.fault(/query/, vector([]));
    await collector().collect(context());
    await collector().diagnose(context());
    expect(new Set(server.requests.map(({ path }) => path))).toEqual(
      new Set([
        '/api/v1/label/user_id/values',
        '/api/v1/query',
        '/api/v1/query_range',
        '/api/v1/series',
        '/api/v1/status/buildinfo',
      ]),
    );
    const spec = loadSpec(SPEC);
    expect(
      server.requests.flatMap((request) => violations(spec, { ...request, path: request.path.replace('/api/v1', '') })),
    ).toEqual([]);
  });
});

describe.skipIf(!specExists(SPEC))("examples of Prometheus' own description", () => {
  const spec = specExists(SPEC) ? loadSpec(SPEC) : { paths: {} };
  it.each([
    ['/series', seriesAnswer],
    ['/status/buildinfo', buildAnswer],
  ] as const)('%s', (path, schema) => {
    const found = examples(spec, path);
    expect(found.length).toBeGreaterThan(0);
    for (const example of found) expect(schema.safeParse(example).error).toBeUndefined();
  });

  it('/query: vectors and raw samples parse; a scalar is no series', () => {
    const outcomes = examples(spec, '/query').map((example) => [
      vectorAnswer.safeParse(example).success,
      matrixAnswer.safeParse(example).success,
    ]);
    expect(outcomes).toEqual(
      expect.arrayContaining([
        [true, false],
        [false, true],
        [false, false],
      ]),
    );
    expect(examples(spec, '/query').length).toBeGreaterThan(3);
  });
});

describe('transient faults', () => {
  it('row 1: 429 with Retry-After is waited for', async () => {
    server.fault(/query/, { status: 429, headers: { 'retry-after': '1' }, json: {} });
    const run = context();
    await collector().collect(run);
    expect(run.codes.filter((code) => code === '429')).toHaveLength(1);
  });

  it.each<[string, Answer]>([
    ['for ever', { status: 429, json: {} }],
    ['with Retry-After 3600', { status: 429, headers: { 'retry-after': '3600' }, json: {} }],
  ])('row 2: 429 %s', async (_name, fault) => {
    server.faultAlways(/query/, fault);
    await expect(collector().collect(context())).rejects.toMatchObject({ kind: 'rate_limited', retryable: true });
  });

  it.each([500, 502, 503])('row 3: %i, then fine', async (status) => {
    server.fault(/query/, { status, json: { status: 'error', errorType: 'unavailable', error: 'starting' } });
    expect((await collector().collect(context())).data.days).not.toEqual([]);
  });

  it.each([
    [401, 'invalid_key'],
    [403, 'missing_permission'],
  ] as const)('row 4: %i is not tried again', async (status, reason) => {
    server.faultAlways(/api/, { status, json: {} });
    const run = context();
    await expect(collector({ PROMETHEUS_BEARER_TOKEN: 'secret-bearer' }).collect(run)).rejects.toMatchObject({
      kind: 'auth',
      reason,
      message: expect.stringContaining('PROMETHEUS_BEARER_TOKEN'),
    });
    expect(run.codes).toEqual([String(status)]);
    expect(run.logged()).not.toContain('secret-bearer');
  });

  it.each(['hang', 'drip'] as const)('rows 5 and 6: %s ends with a time-out and a closed socket', async (fault) => {
    server.faultAlways(/query/, { fault });
    await expect(collector().collect(context({ requestTimeoutMs: 80 }))).rejects.toMatchObject({ kind: 'timeout' });
    await expect.poll(() => server.pending()).toBe(0);
  });

  it('row 6: a body without end is given up', async () => {
    server.faultAlways(/query/, { fault: 'huge' });
    await expect(collector().collect(context())).rejects.toMatchObject({
      kind: 'bad_payload',
      message: expect.stringContaining('128 MiB'),
    });
    await expect.poll(() => server.pending()).toBe(0);
  });

  it('row 27: Prometheus down', async () => {
    const url = server.url;
    await server.close();
    await expect(collector({ PROMETHEUS_URL: url }).collect(context())).rejects.toMatchObject({
      kind: 'network',
      retryable: true,
    });
    server = await serveProvider(answer);
  });
});

describe('answers that cannot be trusted', () => {
  const series = (value: unknown): Answer => vector([{ metric: LABELS, value: [1, value] }]);

  it.each<[string, Answer]>([
    ['a web page', { text: '<html>login</html>' }],
    ['an empty body', { text: '' }],
    ['half an answer', { text: '{"status":"success","data":{"resultType":"vec' }],
    ['data: null', { json: { status: 'success', data: null } }],
    ['no data', { json: { status: 'success' } }],
    ['an unknown status', { json: { status: 'fine', data: { resultType: 'vector', result: [] } } }],
    ['a scalar', { json: { status: 'success', data: { resultType: 'scalar', result: [1, '2'] } } }],
    ['a number for a string', series(5)],
    ['1e30', series('1e30')],
    ['an infinity', series('+Inf')],
    ['a negative count', series('-4')],
    ['words', series('many')],
  ])('rows 7 and 8: %s', async (_name, fault) => {
    server.faultAlways(/query/, fault);
    await expect(collector().collect(context())).rejects.toMatchObject({ name: 'CollectorError', kind: 'bad_payload' });
  });

  it('row 9: unknown fields are tolerated', async () => {
    server.fault(
      /query/,
      vector([], {
        infos: ['PromQL info: metric might not be a counter'],
        warnings: ['PromQL warning: something'],
        stats: {},
      }),
    );
    expect((await collector().collect(context())).data.days).not.toEqual([]);
  });

  it.each([400, 422, 200])('status error with %i fails as upstream, with its reason', async (status) => {
    server.faultAlways(/query/, {
      status,
      json: { status: 'error', errorType: 'execution', error: 'query processing would load too many samples' },
    });
    await expect(collector().collect(context())).rejects.toMatchObject({
      kind: 'upstream',
      reason: 'api_error',
      message: expect.stringContaining('too many samples'),
    });
  });

  it('a partial answer is no answer: it would understate the cost', async () => {
    server.fault(/query/, vector([], { warnings: ['No StoreAPIs matched for this query'] }));
    await expect(collector().collect(context())).rejects.toMatchObject({
      kind: 'upstream',
      message: expect.stringContaining('only in part'),
    });
  });

  it('row 27: an empty vector is skipped, not 0', async () => {
    server.faultAlways(/query/, vector([]));
    await expect(collector().collect(context())).rejects.toMatchObject({
      name: 'SkipError',
      reason: 'upstream_not_ready',
    });
  });

  it('an aborted run ends', async () => {
    server.faultAlways(/query/, { fault: 'hang' });
    await expect(collector().collect(context({ signal: AbortSignal.timeout(50) }))).rejects.toMatchObject({
      kind: 'timeout',
    });
    await expect.poll(() => server.pending()).toBe(0);
  });
});
