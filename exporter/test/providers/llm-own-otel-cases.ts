import { at, million, one, otel, series } from './llm-case-parts.ts';
import type { LlmCase } from './llm-cases.ts';

/** Our own cases about counters of OpenTelemetry; each id names one rule of docs/providers/llm.md. */
export const OTEL_CASES: readonly LlmCase[] = [
  one(
    'own-otel-plural-unit',
    'the unit in the plural, and Envoy AI Gateway’s cached_input',
    'otel-genai',
    [
      otel('gen_ai_client_token_usage_tokens_sum', 'input', million),
      otel('gen_ai_client_token_usage_tokens_sum', 'cached_input', at([-1, 0], [10, 400_000])),
    ],
    { rows: [{ user: 'ada', prompt: 1_000_000, cacheRead: 400_000, cost: 2_000_000 }] },
  ),
  one(
    'own-otel-gateway-beside-application',
    'a gateway’s counter beside the application’s counts the same calls: one of them is read',
    'otel-genai',
    [
      otel('gen_ai_client_token_usage_sum', 'input', million),
      otel('agentgateway_gen_ai_client_token_usage_sum', 'input', million, { instance: 'gw:1' }),
    ],
    { rows: [{ user: 'ada', prompt: 1_000_000 }], totalCost: 2_500_000, warnings: ['ignored_series'] },
  ),
  one(
    'own-otel-requests-only',
    'an emitter that only times requests: their cost is unknown',
    'otel-genai',
    [
      series(
        'gen_ai_client_operation_duration_seconds_count',
        { gen_ai_system: 'openai', gen_ai_request_model: 'gpt-4o', user_id: 'ada' },
        at([-1, 0], [10, 9]),
      ),
    ],
    { rows: [{ user: 'ada', requests: 9, cost: null, unpriced: 9 }], warnings: ['missing_tokens'] },
  ),
  one(
    'own-otel-tools',
    'running a tool asks no model: it makes no cost unknown',
    'otel-genai',
    [
      otel('gen_ai_client_token_usage_sum', 'input', million, { gen_ai_operation_name: 'chat' }),
      series(
        'gen_ai_client_operation_duration_seconds_count',
        { gen_ai_system: 'openai', gen_ai_operation_name: 'execute_tool', user_id: 'ada' },
        at([-1, 0], [10, 9]),
      ),
      series(
        'gen_ai_client_operation_duration_seconds_count',
        { gen_ai_system: 'openai', gen_ai_request_model: 'gpt-4o', gen_ai_operation_name: 'chat', user_id: 'ada' },
        at([-1, 0], [10, 9]),
      ),
    ],
    {
      rows: [{ user: 'ada', requests: 9, prompt: 1_000_000, cost: 2_500_000 }],
      totalCost: 2_500_000,
      totalUnpriced: 0,
    },
  ),
  one(
    'own-otel-requests-by-asked-name',
    'requests by the name that was asked for belong to the tokens of the model that answered',
    'otel-genai',
    [
      otel('gen_ai_client_token_usage_sum', 'input', million, { gen_ai_response_model: 'gpt-4o-2024-08-06' }),
      series(
        'gen_ai_client_operation_duration_seconds_count',
        { gen_ai_system: 'openai', gen_ai_request_model: 'gpt-4o', user_id: 'ada' },
        at([-1, 0], [10, 9]),
      ),
    ],
    {
      rows: [{ user: 'ada', model: 'gpt-4o-2024-08-06', requests: 9, cost: 2_500_000 }],
      totalCost: 2_500_000,
      totalUnpriced: 0,
    },
  ),
  one(
    'own-otel-cache-beside-input',
    'an input too small to hold its cached tokens has them beside it: 0.6M × 3 + 0.9M × 0.3',
    'otel-genai',
    [
      otel('gen_ai_client_token_usage_sum', 'input', at([-1, 0], [10, 600_000]), {
        gen_ai_system: 'anthropic',
        gen_ai_request_model: 'claude-sonnet-4-5',
      }),
      otel('gen_ai_client_token_usage_sum', 'cache_read', at([-1, 0], [10, 900_000]), {
        gen_ai_system: 'anthropic',
        gen_ai_request_model: 'claude-sonnet-4-5',
      }),
    ],
    { rows: [{ user: 'ada', prompt: 1_500_000, cacheRead: 900_000, cost: 600_000 * 3 + 900_000 * 0.3 }] },
  ),
  one(
    'own-otel-reasoning-and-total',
    'reasoning is inside output, a total is no third kind, times of creation are no usage',
    'otel-genai',
    [
      otel('gen_ai_client_token_usage_sum', 'input', million),
      otel('gen_ai_client_token_usage_sum', 'output', at([-1, 0], [10, 100_000])),
      otel('gen_ai_client_token_usage_sum', 'reasoning', at([-1, 0], [10, 50_000])),
      otel('gen_ai_client_token_usage_sum', 'total', at([-1, 0], [10, 1_100_000])),
      otel('gen_ai_client_token_usage_created', 'input', at([-1, 1.7e9], [10, 1.7e9])),
      otel('gen_ai_client_token_usage_count', 'input', at([-1, 0], [10, 11])),
    ],
    { rows: [{ user: 'ada', prompt: 1_000_000, completion: 100_000, cost: 3_500_000 }], totalCost: 3_500_000 },
  ),
  one(
    'own-otel-namespace',
    'a namespace of the collector before the name',
    'otel-genai',
    [otel('otelcol_gen_ai_client_token_usage_sum', 'input', million)],
    { rows: [{ user: 'ada', prompt: 1_000_000, cost: 2_500_000 }] },
  ),
  one(
    'own-otel-unknown-response-model',
    'agentgateway writes unknown where it has no value: the model that was asked for counts',
    'otel-genai',
    [otel('agentgateway_gen_ai_client_token_usage_sum', 'input', million, { gen_ai_response_model: 'unknown' })],
    { rows: [{ user: 'ada', model: 'gpt-4o', prompt: 1_000_000, cost: 2_500_000 }] },
  ),
];
