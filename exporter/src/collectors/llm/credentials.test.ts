import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { dryRunContext } from '../../../test/collect-context.ts';
import {
  serveProvider,
  type Answer,
  type ProviderServer,
  type RecordedRequest,
} from '../../../test/providers/serve.ts';
import { llmSettings } from '../../../test/providers/llm-settings.ts';
import type { PrometheusSettings } from './client.ts';
import { createLlmCollector } from './index.ts';

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

describe('what the settings alone can tell', () => {
  it('row 11: without an address the run is skipped, naming the variable', () => {
    expect(collector({ PROMETHEUS_URL: undefined }).configured()).toEqual({
      outcome: 'skipped',
      reason: 'not_configured',
      message: expect.stringContaining('PROMETHEUS_URL'),
    });
  });

  it('a token with a line break is told as such', () => {
    expect(collector({ PROMETHEUS_BEARER_TOKEN: 'secret-1\n2' }).configured()).toMatchObject({
      outcome: 'failed',
      kind: 'auth',
      reason: 'malformed_key',
      message: expect.not.stringContaining('secret'),
    });
    expect(collector().configured()).toEqual({ outcome: 'ready' });
  });

  it.each<[string, Partial<PrometheusSettings>, string | undefined]>([
    ['nothing', {}, undefined],
    ['a bearer token', { PROMETHEUS_BEARER_TOKEN: 'abc' }, 'Bearer abc'],
    [
      'a user',
      { PROMETHEUS_USERNAME: 'ada', PROMETHEUS_PASSWORD: 'pä:ss' },
      `Basic ${Buffer.from('ada:pä:ss').toString('base64')}`,
    ],
  ])('sends %s', async (_name, changes, authorization) => {
    await collector(changes).collect(context());
    expect(server.requests.map((request) => request.authorization)).toEqual(server.requests.map(() => authorization));
  });
});

describe('the doctor', () => {
  it.each<[string, Answer, RegExp]>([
    ['a refused token', { status: 401, json: {} }, /PROMETHEUS_BEARER_TOKEN/],
    ['a web page', { text: '<html>' }, /PROMETHEUS_URL/],
    ['a failing server', { status: 500, json: {} }, /Prometheus runs/],
  ])('%s: the remedy', async (_name, fault, remedy) => {
    server.faultAlways(/query/, fault);
    expect(await collector().diagnose(context())).toEqual([
      expect.objectContaining({ ok: false, remedy: expect.stringMatching(remedy) }),
    ]);
  });

  it('names the missing address', async () => {
    expect(await collector({ PROMETHEUS_URL: undefined }).diagnose(context())).toEqual([
      expect.objectContaining({ check: 'PROMETHEUS_URL', ok: false }),
    ]);
  });
});
