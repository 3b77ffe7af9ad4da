import { at, DAY, litellm, million, one, otel, own, rising, series, type Labels } from './llm-case-parts.ts';
import type { LlmCase } from './llm-cases.ts';

const SUM = 'gen_ai_client_token_usage_sum';
const TOKEN_SUM = 'gen_ai_client_token_usage_token_sum';
const midnight = Date.parse(`${DAY}T00:00:00Z`) / 1000;

/** Names that a program may take for something else. */
const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'a\nb',
  'ünïcödé 日本語',
  "'; DROP TABLE x; --",
  '{{x}}',
  'a,b="c"',
];

function up(instance: string): ReturnType<typeof series> {
  return series('up', { instance }, rising(-60, 30, 1, 0));
}

function times(labels: Labels, samples: ReturnType<typeof at>): ReturnType<typeof series> {
  return series('gen_ai_client_operation_duration_seconds_count', labels, samples);
}

/** Odd names, values and sources; each id names one rule of docs/providers/llm.md. */
export const ODD_CASES: readonly LlmCase[] = [
  one(
    'own-names-of-everything',
    'users and models under names that mean something to programs',
    'default',
    NAMES.map((name) => own({ user_id: name, model: name, provider: 'acme' }, million)),
    {
      rows: NAMES.map((name) => {
        const shown = name.replace('\n', ' ');
        return { user: shown, provider: 'acme', model: shown, prompt: 1_000_000, cost: null, unpriced: 1_000_000 };
      }),
      totalPrompt: NAMES.length * 1_000_000,
      warnings: ['unpriced_usage'],
    },
  ),
  one(
    'own-no-names',
    'empty labels are no names',
    'default',
    [own({ user_id: '', model: '', provider: '' }, million)],
    { rows: [{ user: 'unknown', provider: 'unknown', model: 'unknown', prompt: 1_000_000, cost: null }] },
  ),
  one(
    'own-infinite',
    'infinite in both directions: those series are left out',
    'default',
    [
      own({}, million),
      own({ user_id: 'bob' }, at([-1, 0], [10, '+Inf'])),
      own({ user_id: 'eve' }, at([-1, '-Inf'], [10, 7])),
    ],
    { rows: [{ user: 'ada', prompt: 1_000_000 }], totalPrompt: 1_000_000, warnings: ['bad_series'] },
  ),
  one(
    'own-only-nan',
    'a series that is never a number was not read: nothing of it is known',
    'default',
    [own({}, million), own({ user_id: 'bob' }, at([-1, 'NaN'], [10, 'NaN'], [20, 'NaN']))],
    { rows: [{ user: 'ada', prompt: 1_000_000 }], totalPrompt: 1_000_000 },
  ),
  one(
    'own-reset-at-midnight',
    'a restart exactly at midnight',
    'default',
    [own({}, [...rising(-5, -0.5, 1_000, 10), ...rising(0, 29, 40, 10)])],
    { rows: [{ user: 'ada', prompt: 40 + 47 * 10 }] },
  ),
  one(
    'own-two-resets-in-a-row',
    'two restarts between three readings',
    'default',
    [own({}, at([-1, 500], [5, 90], [6, 30], [20, 35]))],
    { rows: [{ user: 'ada', prompt: 90 + 30 + 5 }] },
  ),
  one(
    'own-blue-green',
    'a new instance takes over: both count',
    'default',
    [
      own({}, rising(-5, 10, 1_000, 10)),
      own({ instance: 'b:1' }, rising(10, 29, 20, 10)),
      series('up', { instance: 'b:1' }, rising(10, 30, 1, 0)),
      series('process_start_time_seconds', { instance: 'b:1' }, rising(10, 30, midnight + 9.9 * 3600, 0)),
    ],
    { rows: [{ user: 'ada', prompt: 21 * 10 + 20 + 27 * 10 }] },
  ),
  one(
    'own-label-changed-at-midnight',
    'the last reading under the old label before midnight, the first one under the new at midnight',
    'default',
    [
      own({ env: 'stage' }, rising(-9, -0.5, 5_000_000, 10)),
      own({ env: 'prod' }, rising(0, 29, 5_000_180, 10)),
      series('process_start_time_seconds', {}, rising(-60, 30, midnight - 400_000, 0)),
    ],
    { rows: [{ user: 'ada', prompt: 48 * 10 }] },
  ),
  one(
    'own-users-changed-with-labels',
    'a new user at the very scrape at which labels change is born there',
    'default',
    [
      own({ env: 'stage' }, rising(-5, 10, 5_000_000, 10)),
      own({ env: 'prod' }, rising(10.5, 29, 5_000_310, 10)),
      own({ env: 'prod', user_id: 'bob' }, rising(10.5, 29, 70, 10)),
      series('process_start_time_seconds', {}, rising(-60, 30, midnight - 400_000, 0)),
    ],
    {
      rows: [
        { user: 'ada', prompt: 48 * 10 },
        { user: 'bob', prompt: 70 + 26 * 10 },
      ],
    },
  ),
  one(
    'own-otel-two-scopes',
    'LangChain’s instrumentation beside OpenAI’s: each call is counted by both, and costs once',
    'otel-genai',
    [
      otel(SUM, 'input', million, { otel_scope_name: 'openai' }),
      otel(SUM, 'input', million, { otel_scope_name: 'langchain', gen_ai_system: 'langchain' }),
      times(
        { gen_ai_system: 'openai', gen_ai_request_model: 'gpt-4o', user_id: 'ada', otel_scope_name: 'openai' },
        at([-1, 0], [10, 7]),
      ),
      times(
        { gen_ai_system: 'langchain', gen_ai_request_model: 'gpt-4o', user_id: 'ada', otel_scope_name: 'langchain' },
        at([-1, 0], [10, 7]),
      ),
    ],
    {
      rows: [{ user: 'ada', provider: 'openai', prompt: 1_000_000, requests: 7 }],
      totalPrompt: 1_000_000,
      totalCost: 2_500_000,
      warnings: ['ignored_series'],
    },
  ),
  one(
    'own-otel-scopes-of-two-models',
    'two instrumentations for two providers count different calls',
    'otel-genai',
    [
      otel(SUM, 'input', million, { otel_scope_name: 'openai' }),
      otel(SUM, 'input', million, {
        otel_scope_name: 'anthropic',
        gen_ai_system: 'anthropic',
        gen_ai_request_model: 'claude-sonnet-4-5',
      }),
    ],
    { rows: [], totalPrompt: 2_000_000, totalCost: 5_500_000 },
  ),
  one(
    'own-otel-services-behind-a-collector',
    'two services behind one collector, each with its own instrumentation: both count',
    'otel-genai',
    [
      otel(SUM, 'input', million, { exported_job: 'web' }),
      otel(TOKEN_SUM, 'input', million, { exported_job: 'batch' }),
    ],
    { rows: [{ user: 'ada', prompt: 2_000_000 }], totalPrompt: 2_000_000 },
  ),
  one(
    'own-otel-plural-types',
    'kinds of tokens in the words of the providers’ own answers',
    'otel-genai',
    [
      otel(SUM, 'prompt_tokens', million),
      otel(SUM, 'completion_tokens', at([-1, 0], [10, 100_000])),
      otel(SUM, 'cached_tokens', at([-1, 0], [10, 400_000])),
      otel(SUM, 'total_tokens', at([-1, 0], [10, 1_100_000])),
    ],
    { rows: [{ user: 'ada', prompt: 1_000_000, completion: 100_000, cacheRead: 400_000, cost: 3_000_000 }] },
  ),
  one(
    'own-otel-failed-calls',
    'calls that failed have no tokens and cost nothing',
    'otel-genai',
    [
      times(
        { gen_ai_system: 'openai', gen_ai_request_model: 'gpt-4o', user_id: 'ada', error_type: 'RateLimitError' },
        at([-1, 0], [10, 5]),
      ),
    ],
    { rows: [{ user: 'ada', requests: 5, errors: 5, cost: 0, unpriced: 0 }], totalCost: 0 },
  ),
  one(
    'own-otel-model-that-answered',
    'the model that answered decides, also between two of one alias',
    'otel-genai',
    ['gpt-4o-2024-08-06', 'gpt-4o-2024-05-13'].map((gen_ai_response_model) =>
      otel(SUM, 'input', million, { gen_ai_response_model }),
    ),
    {
      rows: [
        { user: 'ada', model: 'gpt-4o-2024-08-06', cost: 2_500_000 },
        { user: 'ada', model: 'gpt-4o-2024-05-13', cost: 5_000_000 },
      ],
    },
  ),
  one(
    'own-litellm-provider-none',
    'None is no provider: the spend belongs to the tokens of the only one',
    'litellm',
    [
      litellm('input_tokens', { api_provider: 'openai' }, million),
      litellm('spend', { api_provider: 'None' }, at([-1, 0], [10, 2.6])),
    ],
    { rows: [{ user: 'ada', provider: 'openai', reported: 2_600_000 }], totalCost: 2_600_000, totalUnpriced: 0 },
  ),
  one(
    'own-litellm-two-proxies',
    'two proxies of one user and model: tokens, cost and cache of both',
    'litellm',
    ['a:1', 'b:1'].flatMap((instance) => [
      ...(instance === 'a:1' ? [] : [up(instance)]),
      litellm('input_tokens', { instance, api_provider: 'openai' }, million),
      litellm('input_cached_tokens', { instance, api_provider: 'openai' }, at([-1, 0], [10, 400_000])),
      litellm('spend', { instance, api_provider: 'openai' }, at([-1, 0], [10, 2])),
    ]),
    { rows: [{ user: 'ada', prompt: 2_000_000, cacheRead: 800_000, reported: 4_000_000 }], totalCost: 4_000_000 },
  ),
  one(
    'own-litellm-spend-of-free-model',
    'a proxy that says 0 for a model of one’s own: unknown, not free',
    'litellm',
    [
      litellm('input_tokens', { model: 'house-7b', api_provider: 'hosted_vllm' }, million),
      litellm('spend', { model: 'house-7b', api_provider: 'hosted_vllm' }, at([-1, 0], [10, 0])),
    ],
    { rows: [{ user: 'ada', cost: null, unpriced: 1_000_000 }], totalCost: 0, warnings: ['unpriced_usage'] },
  ),
  one(
    'own-litellm-embedding',
    'embeddings have input alone',
    'litellm',
    [
      litellm('input_tokens', { model: 'text-embedding-3-small', api_provider: 'openai' }, million),
      litellm('spend', { model: 'text-embedding-3-small', api_provider: 'openai' }, at([-1, 0], [10, 0.02])),
    ],
    {
      rows: [{ user: 'ada', prompt: 1_000_000, completion: 0, reported: 20_000, computed: 20_000 }],
      totalCost: 20_000,
    },
  ),
  one(
    'own-litellm-team-without-user',
    'requests without an end user belong to the user of the key, then to its name',
    'litellm',
    [
      litellm('input_tokens', { end_user: 'None', user: 'team-bot', api_provider: 'openai' }, million),
      litellm('input_tokens', { end_user: 'None', user: 'None', api_key_alias: 'ci', api_provider: 'openai' }, million),
    ],
    {
      rows: [
        { user: 'team-bot', cost: 2_500_000 },
        { user: 'ci', cost: 2_500_000 },
      ],
    },
  ),
];
