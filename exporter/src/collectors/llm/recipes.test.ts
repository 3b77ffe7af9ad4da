import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { dryRunContext } from '../../../test/collect-context.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { emptyUsage, storedUsage } from '../../../test/llm-stored-usage.ts';
import { llmSettings } from '../../../test/providers/llm-settings.ts';
import { at, DAY, million, series, UP } from '../../../test/providers/llm-case-parts.ts';
import { hasPrometheus, startPrometheus, type PrometheusServer } from '../../../test/providers/prometheus.ts';
import { withTransaction } from '../../database/pool.ts';
import { createLlmCollector } from './index.ts';

const PAGE = readFileSync(new URL('../../../../docs/providers/llm.md', import.meta.url), 'utf8');
const [KONG, PORTKEY] = [...PAGE.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');

const kong = { ai_provider: 'openai', ai_model: 'gpt-4o', consumer: 'ada', cache_status: '' };
const portkey = { provider: 'openai', model: 'gpt-4o', metadata_user_id: 'ada', cacheStatus: 'miss', code: '200' };

/** Counters as the gateways' documentations show them, with answers from their caches beside the others. */
const WRITTEN = [
  UP,
  series('kong_ai_llm_tokens_total', { ...kong, token_type: 'prompt_tokens' }, million),
  series('kong_ai_llm_tokens_total', { ...kong, token_type: 'completion_tokens' }, at([-1, 0], [10, 100_000])),
  series('kong_ai_llm_tokens_total', { ...kong, token_type: 'total_tokens' }, at([-1, 0], [10, 1_100_000])),
  series('kong_ai_llm_tokens_total', { ...kong, cache_status: 'hit', token_type: 'prompt_tokens' }, million),
  series('kong_ai_llm_cost_total', kong, at([-1, 0], [10, 0])),
  series('kong_ai_llm_requests_total', kong, at([-1, 0], [10, 7])),
  series('llm_cost_sum', portkey, at([-1, 0], [10, 3.5])),
  series('llm_token_sum', portkey, at([-1, 0], [10, 1_100_000])),
  series('request_count', portkey, at([-1, 0], [10, 7])),
  series('request_count', { ...portkey, cacheStatus: 'hit' }, at([-1, 0], [10, 90])),
  series('request_count', { ...portkey, code: '429' }, at([-1, 0], [10, 2])),
];

describe.skipIf(!hasPrometheus)('the recipes of the documentation', () => {
  let database: TestDatabase;
  let prometheus: PrometheusServer;
  beforeAll(async () => {
    [database, prometheus] = await Promise.all([createTestDatabase(), startPrometheus(WRITTEN)]);
    return () => Promise.all([database.drop(), prometheus.close()]);
  });

  it.each([
    ['Kong', KONG, { prompt: 1_000_000, completion: 100_000, requests: 7, errors: 0, reported: null, cost: 3_500_000 }],
    ['Portkey', PORTKEY, { prompt: 0, requests: 9, errors: 2, reported: 3_500_000, cost: 3_500_000, unpriced: 0 }],
  ])('%s: reads what was paid, and not what its cache answered', async (_, LLM_MAPPING, expected) => {
    await emptyUsage(database.pool);
    const collector = createLlmCollector(llmSettings(prometheus.url, { LLM_MAPPING }));
    const now = '2026-03-15T06:00:00Z';
    const { data } = await collector.collect(dryRunContext(database.pool, now, { back: 1 }));
    await withTransaction(database.pool, (tx) => collector.store(tx, DAY, data));
    expect(await storedUsage(database.pool, DAY)).toEqual([
      expect.objectContaining({ user: 'ada', provider: 'openai', model: 'gpt-4o', ...expected }),
    ]);
  });
});
