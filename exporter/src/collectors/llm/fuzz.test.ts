import { afterAll, beforeAll, expect, it } from 'vitest';
import { dryRunContext } from '../../../test/collect-context.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { fuzzCollector } from '../../../test/fuzz.ts';
import { mutatingProxy, type MutatingProxy } from '../../../test/fuzz-proxy.ts';
import {
  serveProvider,
  type Answer,
  type ProviderServer,
  type RecordedRequest,
} from '../../../test/providers/serve.ts';
import { llmSettings } from '../../../test/providers/llm-settings.ts';
import { createLlmCollector } from './index.ts';

let database: TestDatabase;
let server: ProviderServer;
let proxy: MutatingProxy;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await serveProvider(answer);
  proxy = await mutatingProxy(server.url);
});
afterAll(async () => {
  await proxy.close();
  await server.close();
  await database.drop();
});

const LABELS = { job: 'app', instance: 'a', user_id: 'ada', provider: 'openai', model: 'gpt-4o' };
const START = Date.parse('2026-03-13T00:00:00Z') / 1000;

/** Counters that grow by 100 a day, one of them restarted at noon of the 14th. */
function answer({ path, query: { query = '', time = '0' } }: RecordedRequest): Answer {
  if (path.endsWith('/series')) return { json: { status: 'success', data: [] } };
  const at = Number(time);
  const metric = /llm_\w+/.exec(query)?.[0] ?? '';
  const type = /token_type="(\w+)"/.exec(query)?.[1] ?? 'prompt';
  if (metric === 'llm_cost_usd_total' || !['prompt', 'completion'].includes(type)) return result('vector', []);
  const labels = { ...LABELS, ...(metric === 'llm_tokens_total' ? { token_type: type } : { status: 'success' }) };
  const isDropped = at >= START + 1.5 * 86_400;
  if (query.includes('resets(')) return result('vector', isDropped ? [{ metric: labels, value: [at, '1'] }] : []);
  if (query.endsWith(']'))
    return result('matrix', [
      {
        metric: labels,
        values: [
          [START + 86_460, '200'],
          [START + 1.4 * 86_400, '240'],
          [START + 1.5 * 86_400, '10'],
          [Math.max(at - 60, START + 1.6 * 86_400), '60'],
        ],
      },
    ]);
  return result('vector', [
    {
      metric: labels,
      value: [at, isDropped ? '60' : String(100 * Math.max(1, Math.floor((at - START) / 86_400) + 1))],
    },
  ]);
}

function result(resultType: 'vector' | 'matrix', series: readonly unknown[]): Answer {
  return { json: { status: 'success', data: { resultType, result: series } } };
}

it(
  'LLM usage: a spoilt answer of Prometheus ends in a typed error or in figures that were sent',
  { timeout: 120_000 },
  async () => {
    const collector = createLlmCollector(llmSettings(proxy.url));
    await fuzzCollector(
      collector,
      proxy,
      () => dryRunContext(database.pool, '2026-03-15T00:30:00Z', { back: 1 }),
      database,
      { runs: 40 },
    );
    expect(server.pending()).toBe(0);
  },
);
