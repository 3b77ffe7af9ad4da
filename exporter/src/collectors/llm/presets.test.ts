import { beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { dryRunContext } from '../../../test/collect-context.ts';
import {
  hasPrometheus,
  startPrometheus,
  type PrometheusServer,
  type WrittenSeries,
} from '../../../test/providers/prometheus.ts';
import { llmSettings } from '../../../test/providers/llm-settings.ts';
import type { PrometheusSettings } from './client.ts';
import { createLlmCollector } from './index.ts';
import type { LlmRow } from './data.ts';
import type { LlmMapping } from './mapping.ts';
import { PRESETS } from './presets.ts';

function counter(metric: string, labels: Record<string, string>, before: number, after: number): WrittenSeries {
  return {
    metric,
    labels: { job: 'app', instance: 'a', ...labels },
    samples: [
      ['2026-03-13T20:00:00Z', before],
      ['2026-03-14T20:00:00Z', after],
    ],
  };
}

const OTEL = {
  gen_ai_provider_name: 'aws.bedrock',
  gen_ai_request_model: 'asked',
  gen_ai_response_model: 'anthropic.claude-3-5-sonnet-20241022-v2:0',
  user_id: 'ada',
};
const OWN = { user_id: 'eve', provider: 'openai', model: 'gpt-4o' };
const WRITTEN: readonly WrittenSeries[] = [
  counter('gen_ai_client_token_usage_sum', { ...OTEL, gen_ai_token_type: 'input' }, 0, 1_000_000),
  counter('gen_ai_client_token_usage_sum', { ...OTEL, gen_ai_token_type: 'output' }, 0, 100_000),
  counter('gen_ai_client_operation_duration_seconds_count', OTEL, 0, 40),
  counter('gen_ai_client_operation_duration_seconds_count', { ...OTEL, error_type: 'timeout' }, 0, 2),
  counter('vllm:prompt_tokens_total', { model_name: 'llama', engine: '0' }, 5, 25),
  counter('vllm:prompt_tokens_total', { model_name: 'llama', engine: '1' }, 0, 10),
  counter('vllm:generation_tokens_total', { model_name: 'llama', engine: '0' }, 0, 7),
  counter('vllm:request_success_total', { model_name: 'llama', engine: '0', finished_reason: 'stop' }, 0, 3),
  counter(
    'litellm_input_tokens_metric_total',
    { end_user: 'None', user: 'bob', api_provider: 'openai', model: 'gpt-4o' },
    0,
    2006,
  ),
  counter(
    'litellm_input_cached_tokens_metric_total',
    { end_user: 'None', user: 'bob', api_provider: 'openai', model: 'gpt-4o' },
    0,
    1920,
  ),
  counter(
    'litellm_output_tokens_metric_total',
    { end_user: 'None', user: 'bob', api_provider: 'openai', model: 'gpt-4o' },
    0,
    300,
  ),
  counter(
    'litellm_spend_metric_total',
    { end_user: 'None', user: 'bob', api_provider: 'openai', model: 'gpt-4o' },
    0.1,
    0.1056,
  ),
  counter(
    'litellm_spend_metric_created',
    { end_user: 'None', user: 'bob', api_provider: 'openai', model: 'gpt-4o' },
    1.7e9,
    1.7e9,
  ),
  // Reported, and counted as Anthropic counts: the cache beside the input.
  counter('llm_tokens_total', { ...OWN, token_type: 'prompt' }, 0, 86),
  counter('llm_tokens_total', { ...OWN, token_type: 'cache_read' }, 0, 50),
  counter('llm_cost_usd_total', OWN, 1.25, 1.250000400000001),
];

describe.skipIf(!hasPrometheus)('presets on a real Prometheus', () => {
  let database: TestDatabase;
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    [database, prometheus] = await Promise.all([createTestDatabase(), startPrometheus(WRITTEN)]);
    return async () => {
      await Promise.all([database.drop(), prometheus.close()]);
    };
  });

  async function rows(preset: PrometheusSettings['LLM_PRESET'], mapping?: LlmMapping): Promise<readonly LlmRow[]> {
    const settings = llmSettings(prometheus.url, { LLM_PRESET: preset });
    const { data } = await createLlmCollector(settings, mapping && { mapping }).collect(
      dryRunContext(database.pool, '2026-03-15T00:30:00Z'),
    );
    return [...(data.days.find(({ day }) => day === '2026-03-14')?.rows ?? [])];
  }

  it('otel-genai', async () => {
    expect(await rows('otel-genai')).toEqual([
      expect.objectContaining({
        user: 'ada',
        provider: 'aws.bedrock',
        model: OTEL.gen_ai_response_model,
        prompt: 1_000_000,
        completion: 100_000,
        requests: 42,
        errors: 2,
        computed: 4_500_000n,
        reported: undefined,
      }),
    ]);
  });

  it('vllm: no users, engines added up, no price', async () => {
    expect(await rows('vllm')).toEqual([
      expect.objectContaining({
        user: 'unknown',
        provider: 'vllm',
        model: 'llama',
        prompt: 30,
        completion: 7,
        requests: 3,
        computed: undefined,
      }),
    ]);
  });

  it('litellm: the reported cost, and ours beside it', async () => {
    expect(await rows('litellm')).toEqual([
      expect.objectContaining({
        user: 'bob',
        provider: 'openai',
        prompt: 2006,
        cacheRead: 1920,
        completion: 300,
        reported: 5_600n,
        computed: 5_615n,
      }),
    ]);
  });

  it('default: a reported cost is rounded once', async () => {
    expect(await rows('default')).toEqual([expect.objectContaining({ user: 'eve', prompt: 86, reported: 0n })]);
  });

  it('a mapping of ones own may count the cache beside the input', async () => {
    expect(await rows('default', { ...PRESETS.default, inputIncludes: 'nothing' })).toEqual([
      expect.objectContaining({ prompt: 136, cacheRead: 50 }),
    ]);
  });
});
