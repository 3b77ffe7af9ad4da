import { at, DAY, million, one, otel, rising, series, type Labels, type Samples } from './llm-case-parts.ts';
import type { LlmCase } from './llm-cases.ts';
import type { WrittenSeries } from './prometheus.ts';

const SUM = 'gen_ai_client_token_usage_sum';
const DURATION = 'gen_ai_client_operation_duration_seconds_count';
const SPRING = { user_id: '', gen_ai_system: 'openai', gen_ai_request_model: 'gpt-4o', gen_ai_operation_name: 'chat' };

function spring(metric: string, labels: Labels, samples: Samples): WrittenSeries {
  return series(metric, { ...SPRING, gen_ai_response_model: 'gpt-4o-2024-08-06', ...labels }, samples);
}

function calls(labels: Labels, samples: Samples): WrittenSeries {
  return series(
    DURATION,
    { gen_ai_system: 'openai', gen_ai_request_model: 'gpt-4o', user_id: 'ada', ...labels },
    samples,
  );
}

/** A counter that rises by 10 each half hour and runs since long before the day. */
function running(from: number, to: number): Samples {
  return rising(from, to, 5_000_000 + (from + 5) * 20, 10);
}

const BEGAN = series(
  'process_start_time_seconds',
  {},
  rising(-60, 30, Date.parse(`${DAY}T00:00:00Z`) / 1000 - 400_000, 0),
);

/** Counters as SDKs and frameworks write them; each id names one rule of docs/providers/llm.md. */
export const SDK_CASES: readonly LlmCase[] = [
  one(
    'own-spring-ai',
    'Spring AI (Micrometer): tokens are a counter, operations a timer whose failures have the label error',
    'otel-genai',
    [
      spring('gen_ai_client_token_usage_total', { gen_ai_token_type: 'input' }, million),
      spring('gen_ai_client_token_usage_total', { gen_ai_token_type: 'output' }, at([-1, 0], [10, 100_000])),
      spring('gen_ai_client_token_usage_total', { gen_ai_token_type: 'total' }, at([-1, 0], [10, 1_100_000])),
      spring('gen_ai_client_operation_seconds_count', { error: 'none' }, at([-1, 0], [10, 9])),
      spring('gen_ai_client_operation_seconds_count', { error: 'ApiException' }, at([-1, 0], [10, 2])),
      spring('gen_ai_client_operation_active_seconds_count', {}, at([-1, 0], [10, 3])),
    ],
    {
      rows: [{ user: 'unknown', prompt: 1_000_000, completion: 100_000, requests: 11, errors: 2, cost: 3_500_000 }],
      totalCost: 3_500_000,
    },
  ),
  one(
    'own-spring-ai-milliseconds',
    'the same timer through OTLP has another unit',
    'otel-genai',
    [
      spring('gen_ai_client_token_usage_total', { gen_ai_token_type: 'input' }, million),
      spring('gen_ai_client_operation_milliseconds_count', { error: 'none' }, at([-1, 0], [10, 9])),
    ],
    { rows: [{ prompt: 1_000_000, requests: 9, errors: 0, cost: 2_500_000, user: 'unknown' }] },
  ),
  one(
    'own-spring-ai-beside-opentelemetry',
    'Micrometer and an OpenTelemetry agent count the calls of one process: each costs once',
    'otel-genai',
    [
      spring('gen_ai_client_token_usage_total', { gen_ai_token_type: 'input', user_id: 'ada' }, million),
      otel(SUM, 'input', million, { gen_ai_response_model: 'gpt-4o-2024-08-06', otel_scope_name: 'openai' }),
    ],
    { rows: [], totalPrompt: 1_000_000, totalCost: 2_500_000, warnings: ['ignored_series'] },
  ),
  one(
    'own-provider-label-renamed',
    'semantic conventions 1.37: gen_ai.system became gen_ai.provider.name in a running process (a collector’s view)',
    'otel-genai',
    [
      otel(SUM, 'input', running(-5, 10)),
      series(
        SUM,
        { gen_ai_provider_name: 'openai', gen_ai_request_model: 'gpt-4o', user_id: 'ada', gen_ai_token_type: 'input' },
        running(10.5, 29),
      ),
      BEGAN,
    ],
    { rows: [{ user: 'ada', provider: 'openai', prompt: 480 }], totalPrompt: 480 },
  ),
  one(
    'own-provider-label-and-value-renamed',
    'the same with another name of the provider',
    'otel-genai',
    [
      otel(SUM, 'input', running(-5, 10), { gen_ai_system: 'az.ai.openai' }),
      series(
        SUM,
        {
          gen_ai_provider_name: 'azure.ai.openai',
          gen_ai_request_model: 'gpt-4o',
          user_id: 'ada',
          gen_ai_token_type: 'input',
        },
        running(10.5, 29),
      ),
      BEGAN,
    ],
    { rows: [], totalPrompt: 480 },
  ),
  one(
    'own-both-provider-labels',
    'both labels for a while: the newer one counts',
    'otel-genai',
    [otel(SUM, 'input', million, { gen_ai_system: 'az.ai.openai', gen_ai_provider_name: 'azure.ai.openai' })],
    { rows: [{ user: 'ada', provider: 'azure.ai.openai', prompt: 1_000_000, cost: 2_500_000 }] },
  ),
  one(
    'own-more-cached-types',
    'more names of cached tokens',
    'otel-genai',
    ['cacheRead', 'cache_read.input', 'input.cache_read', 'input_cached_tokens', 'cached_input_tokens'].flatMap(
      (type, index) => [
        otel(SUM, 'input', million, { user_id: `u${index}` }),
        otel(SUM, type, at([-1, 0], [10, 400_000]), { user_id: `u${index}` }),
      ],
    ),
    {
      rows: [0, 1, 2, 3, 4].map((index) => ({
        user: `u${index}`,
        prompt: 1_000_000,
        cacheRead: 400_000,
        cost: 2_000_000,
      })),
    },
  ),
  one(
    'own-more-cache-writes',
    'more names of cache writes: 0.6M × 3 + 0.4M × 3.75',
    'otel-genai',
    ['cacheCreation', 'cache_creation.input', 'input_cache_creation_tokens', 'cache_write_tokens'].flatMap(
      (type, index) =>
        (
          [
            ['input', 1_000_000],
            [type, 400_000],
          ] as const
        ).map(([kind, tokens]) =>
          otel(SUM, kind, at([-1, 0], [10, tokens]), {
            user_id: `u${index}`,
            gen_ai_system: 'anthropic',
            gen_ai_request_model: 'claude-sonnet-4-5',
          }),
        ),
    ),
    {
      rows: [0, 1, 2, 3].map((index) => ({
        user: `u${index}`,
        cacheWrite: 400_000,
        cost: 600_000 * 3 + 400_000 * 3.75,
      })),
    },
  ),
  one(
    'own-tokens-of-failed-streams',
    'tokens of streams that broke are in series of their own, and paid',
    'otel-genai',
    [
      otel(SUM, 'input', million, { stream: 'true' }),
      otel(SUM, 'input', at([-1, 0], [10, 200_000]), { stream: 'true', error_type: 'timeout' }),
      calls({}, at([-1, 0], [10, 7])),
      calls({ error_type: 'timeout' }, at([-1, 0], [10, 2])),
    ],
    { rows: [{ user: 'ada', prompt: 1_200_000, requests: 9, errors: 2, cost: 3_000_000 }] },
  ),
  one(
    'own-total-alone',
    'an emitter that counts nothing but totals: nobody knows which tokens were output, so nobody knows the cost',
    'otel-genai',
    [otel(SUM, 'total', million), calls({}, at([-1, 0], [10, 7]))],
    { rows: [{ user: 'ada', requests: 7, cost: null }], warnings: ['missing_tokens'] },
  ),
  one(
    'own-embeddings-and-chat',
    'two operations of one model name add up',
    'otel-genai',
    [
      otel(SUM, 'input', million, {
        gen_ai_operation_name: 'embeddings',
        gen_ai_request_model: 'text-embedding-3-small',
      }),
      otel(SUM, 'input', million, { gen_ai_operation_name: 'chat' }),
      otel(SUM, 'input', million, { gen_ai_operation_name: 'text_completion' }),
    ],
    {
      rows: [
        { user: 'ada', model: 'text-embedding-3-small', cost: 20_000 },
        { user: 'ada', model: 'gpt-4o', prompt: 2_000_000, cost: 5_000_000 },
      ],
    },
  ),
  one(
    'own-names-of-providers',
    'more names of providers in OpenLLMetry, Spring AI and the semantic conventions',
    'otel-genai',
    (
      [
        ['OpenAI', 'gpt-4o'],
        ['Anthropic', 'claude-sonnet-4-5'],
        ['Azure', 'gpt-4o'],
        ['azure-openai', 'gpt-4o'],
        ['az.ai.inference', 'gpt-4o'],
        ['gcp.gen_ai', 'gemini-2.5-pro'],
        ['Google', 'gemini-2.5-pro'],
        ['Gemini', 'gemini-2.5-pro'],
        ['VertexAI', 'gemini-2.5-pro'],
        ['google_genai', 'gemini-2.5-pro'],
        ['MistralAI', 'mistral-large-2411'],
        ['mistral_ai', 'mistral-large-2411'],
        ['x_ai', 'grok-3-mini'],
        ['bedrock_converse', 'anthropic.claude-3-5-sonnet-20241022-v2:0'],
        ['Cohere', 'command-r-08-2024'],
        ['TogetherAI', 'meta-llama/Llama-3.3-70B-Instruct-Turbo'],
        ['Groq', 'openai/gpt-oss-20b'],
        ['openrouter', 'openai/gpt-4o'],
      ] as const
    ).map(([provider, model]) =>
      otel(SUM, 'input', million, { user_id: provider, gen_ai_system: provider, gen_ai_request_model: model }),
    ),
    {
      rows: [
        ...['OpenAI', 'Azure', 'azure-openai', 'az.ai.inference', 'openrouter'].map((user) => ({
          user,
          cost: 2_500_000,
        })),
        { user: 'Anthropic', cost: 3_000_000 },
        ...['gcp.gen_ai', 'Google', 'Gemini', 'VertexAI', 'google_genai'].map((user) => ({ user, cost: 1_250_000 })),
        ...['MistralAI', 'mistral_ai'].map((user) => ({ user, cost: 2_000_000 })),
        { user: 'x_ai', cost: 300_000 },
        { user: 'bedrock_converse', cost: 3_000_000 },
        { user: 'Cohere', cost: 150_000 },
        { user: 'TogetherAI', cost: 880_000 },
        { user: 'Groq', cost: 75_000 },
      ],
      totalUnpriced: 0,
    },
  ),
  one(
    'own-vllm-models',
    'vLLM counts by model; a name of a model is no price',
    'vllm',
    [
      series('vllm:prompt_tokens_total', { model_name: 'gpt-4o', engine: '0' }, million),
      series('vllm:generation_tokens_total', { model_name: 'gpt-4o', engine: '0' }, at([-1, 0], [10, 100_000])),
      series(
        'vllm:request_success_total',
        { model_name: 'gpt-4o', engine: '0', finished_reason: 'stop' },
        at([-1, 0], [10, 5]),
      ),
      series(
        'vllm:request_success_total',
        { model_name: 'gpt-4o', engine: '0', finished_reason: 'abort' },
        at([-1, 0], [10, 1]),
      ),
    ],
    {
      rows: [
        {
          user: 'unknown',
          provider: 'vllm',
          prompt: 1_000_000,
          completion: 100_000,
          requests: 6,
          cost: null,
          unpriced: 1_100_000,
        },
      ],
    },
  ),
];
