import { at, million, one, otel, series, type Labels, type Samples } from './llm-case-parts.ts';
import type { LlmCase } from './llm-cases.ts';
import type { WrittenSeries } from './prometheus.ts';

const SUM = 'gen_ai_client_token_usage_sum';

function calls(labels: Labels, samples: Samples): WrittenSeries {
  return series(
    'gen_ai_client_operation_duration_seconds_count',
    { gen_ai_system: 'openai', gen_ai_request_model: 'gpt-4o', user_id: 'ada', ...labels },
    samples,
  );
}

/** Agents beside the calls that they make; each id names one rule of docs/providers/llm.md. */
export const AGENT_CASES: readonly LlmCase[] = [
  one(
    'own-agent-beside-its-calls',
    'the tokens of an agent are those of its calls once more: each costs once',
    'otel-genai',
    [
      otel(SUM, 'input', million, { gen_ai_operation_name: 'chat' }),
      otel(SUM, 'input', million, { gen_ai_operation_name: 'invoke_agent', gen_ai_agent_name: 'helper' }),
      calls({ gen_ai_operation_name: 'chat' }, at([-1, 0], [10, 7])),
      calls({ gen_ai_operation_name: 'invoke_agent', gen_ai_agent_name: 'helper' }, at([-1, 0], [10, 2])),
    ],
    { rows: [{ user: 'ada', prompt: 1_000_000, requests: 7, cost: 2_500_000 }], totalCost: 2_500_000 },
  ),
  one(
    'own-agent-without-model',
    'an agent that names no model, beside the calls of its model',
    'otel-genai',
    [
      otel(SUM, 'input', million, { gen_ai_operation_name: 'chat' }),
      series(
        SUM,
        {
          gen_ai_system: 'openai',
          user_id: 'ada',
          gen_ai_token_type: 'input',
          gen_ai_operation_name: 'invoke_agent',
          gen_ai_agent_name: 'helper',
        },
        million,
      ),
    ],
    { rows: [{ user: 'ada', model: 'gpt-4o', prompt: 1_000_000 }], totalPrompt: 1_000_000, totalCost: 2_500_000 },
  ),
  one(
    'own-agent-alone',
    'an agent that runs at its provider: its tokens are counted nowhere else',
    'otel-genai',
    [
      otel(SUM, 'input', million, { gen_ai_operation_name: 'invoke_agent', gen_ai_agent_name: 'helper' }),
      calls({ gen_ai_operation_name: 'invoke_agent' }, at([-1, 0], [10, 2])),
    ],
    { rows: [{ user: 'ada', prompt: 1_000_000, requests: 2, cost: 2_500_000 }], totalCost: 2_500_000 },
  ),
  one(
    'own-agent-beside-less',
    'an agent that runs at its provider beside a few calls of the application: what counted more is read, and said',
    'otel-genai',
    [
      otel(SUM, 'input', at([-1, 0], [10, 1_000]), { gen_ai_operation_name: 'chat', user_id: 'bob' }),
      otel(SUM, 'input', million, { gen_ai_operation_name: 'invoke_agent', gen_ai_agent_name: 'helper' }),
    ],
    {
      rows: [
        { user: 'ada', prompt: 1_000_000 },
        { user: 'bob', prompt: 1_000 },
      ],
      totalPrompt: 1_001_000,
    },
  ),
  one(
    'own-agent-at-another-provider',
    'an agent that runs at a provider which no call of the process went to: both count',
    'otel-genai',
    [
      otel(SUM, 'input', million, { gen_ai_operation_name: 'chat' }),
      otel(SUM, 'input', million, {
        gen_ai_operation_name: 'invoke_agent',
        gen_ai_system: 'aws.bedrock',
        gen_ai_request_model: 'anthropic.claude-3-5-sonnet-20241022-v2:0',
      }),
    ],
    { rows: [], totalPrompt: 2_000_000, totalCost: 5_500_000 },
  ),
];
