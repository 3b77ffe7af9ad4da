import type { LlmCase } from './llm-cases.ts';
import type { WrittenSeries } from './prometheus.ts';

type Samples = WrittenSeries['samples'];
type Labels = Readonly<Record<string, string>>;
type Expected = LlmCase['expect'];

const DAY = '2026-03-14';

/** Hours from the midnight at which the day begins (negative ones before it) and the values there. */
function at(...points: readonly (readonly [hour: number, value: number | string])[]): Samples {
  return points.map(([hour, value]) => [Date.parse(`${DAY}T00:00:00Z`) + hour * 3_600_000, value]);
}

/** A counter that is read every half hour, from `from` to `to`, and rises by `step` from `start` on. */
function rising(from: number, to: number, start: number, step: number): Samples {
  const count = Math.round((to - from) * 2) + 1;
  return at(...Array.from({ length: count }, (_, index) => [from + index / 2, start + index * step] as const));
}

function series(metric: string, labels: Labels, samples: Samples): WrittenSeries {
  return { metric, labels: { job: 'app', instance: 'a:1', ...labels }, samples };
}

const UP = series('up', {}, rising(-60, 30, 1, 0));

function own(labels: Labels, samples: Samples): WrittenSeries {
  return series(
    'llm_tokens_total',
    { user_id: 'ada', provider: 'openai', model: 'gpt-4o', token_type: 'prompt', ...labels },
    samples,
  );
}

const LITELLM = { end_user: 'ada', hashed_api_key: 'h1', model: 'gpt-4o' };
function litellm(metric: string, labels: Labels, samples: Samples): WrittenSeries {
  return series(`litellm_${metric}_metric_total`, { ...LITELLM, ...labels }, samples);
}

const OTEL = { gen_ai_system: 'openai', gen_ai_request_model: 'gpt-4o', user_id: 'ada' };
function otel(metric: string, type: string, samples: Samples, labels: Labels = {}): WrittenSeries {
  return series(metric, { ...OTEL, gen_ai_token_type: type, ...labels }, samples);
}

function one(
  id: string,
  why: string,
  preset: LlmCase['preset'],
  all: readonly WrittenSeries[],
  expect: Expected,
): LlmCase {
  return { id, why, preset, now: '2026-03-15T06:00:00Z', day: DAY, expect, series: [UP, ...all] };
}

const million = at([-1, 0], [10, 1_000_000]);

/** Our own cases; each id names one rule of docs/providers/llm.md. */
export const OWN_CASES: readonly LlmCase[] = [
  one(
    'own-tokens-without-provider',
    'LiteLLM 1.83 to 1.88: spend and requests name the provider, tokens do not',
    'litellm',
    [
      litellm('input_tokens', {}, million),
      litellm('spend', { api_provider: 'openai' }, at([-1, 0], [10, 2.6])),
      litellm('requests', { api_provider: 'openai' }, at([-1, 0], [10, 7])),
    ],
    {
      rows: [{ user: 'ada', provider: 'openai', prompt: 1_000_000, requests: 7, reported: 2_600_000 }],
      totalCost: 2_600_000,
    },
  ),
  one(
    'own-spend-fits-two-providers',
    'a spend without a provider beside the tokens of two: each usage costs once',
    'litellm',
    [
      litellm('input_tokens', { api_provider: 'openai' }, million),
      litellm('input_tokens', { api_provider: 'azure' }, million),
      litellm('spend', {}, at([-1, 0], [10, 5])),
    ],
    { rows: [], totalCost: 5_000_000, warnings: ['unjoined_cost'] },
  ),
  one(
    'own-spend-without-user',
    'include_labels left the user out of the spend: it is that of the only one who used the key',
    'litellm',
    [
      litellm('input_tokens', { api_provider: 'openai' }, million),
      series(
        'litellm_spend_metric_total',
        { user: 'default_user_id', hashed_api_key: 'h1', model: 'gpt-4o', api_provider: 'openai' },
        at([-1, 0], [10, 2.6]),
      ),
    ],
    { rows: [{ user: 'ada', reported: 2_600_000 }], totalCost: 2_600_000 },
  ),
  one(
    'own-spend-on-one-of-two-instances',
    'the second instance has no price: the reported part is not the whole',
    'litellm',
    [
      litellm('input_tokens', { instance: 'a:1', api_provider: 'openai' }, million),
      litellm('spend', { instance: 'a:1', api_provider: 'openai' }, at([-1, 0], [10, 2.5])),
      litellm('input_tokens', { instance: 'b:1', api_provider: 'openai' }, at([-1, 0], [10, 300])),
      litellm('spend', { instance: 'b:1', api_provider: 'openai' }, at([-1, 0], [10, 0])),
      series('up', { instance: 'b:1' }, rising(-60, 30, 1, 0)),
    ],
    { rows: [{ user: 'ada', reported: 2_500_000, unpriced: 300 }], warnings: ['unpriced_usage'] },
  ),
  one(
    'own-answered-without-tokens',
    'images, speech, emitters that only time requests: nobody knows what they cost; failed ones cost nothing',
    'default',
    [
      series(
        'llm_requests_total',
        { user_id: 'ada', provider: 'openai', model: 'gpt-image-1', status: 'success' },
        at([-1, 0], [10, 3]),
      ),
      series(
        'llm_requests_total',
        { user_id: 'bob', provider: 'openai', model: 'gpt-4o', status: 'error' },
        at([-1, 0], [10, 3]),
      ),
    ],
    {
      rows: [
        { user: 'ada', requests: 3, cost: null },
        { user: 'bob', requests: 3, errors: 3, cost: 0 },
      ],
      warnings: ['missing_tokens'],
    },
  ),
  one(
    'own-label-added',
    'a label that is added to a running counter continues it: 24,000 tokens, not its whole life',
    'default',
    [
      own({}, rising(-5, 10, 5_076_000, 480)),
      own({ env: 'prod' }, rising(10.5, 29, 5_076_000 + 31 * 480, 480)),
      series('process_start_time_seconds', {}, rising(-5, 29, 1_773_000_000, 0)),
    ],
    { rows: [{ user: 'ada', prompt: 48 * 480 }] },
  ),
  one(
    'own-label-added-at-restart',
    'the process restarted: the series under new labels counts from 0',
    'default',
    [
      own({}, rising(-5, 10, 0, 10)),
      own({ env: 'prod' }, rising(10.5, 29, 1_000, 10)),
      series('process_start_time_seconds', {}, [
        ...rising(-5, 10, 1_773_000_000, 0),
        ...rising(10.5, 29, 1_773_486_000, 0),
      ]),
    ],
    { rows: [{ user: 'ada', prompt: 21 * 10 + 1_000 + 26 * 10 }] },
  ),
  one(
    'own-new-user-beside',
    'a user who appears beside another is born, whatever the labels have in common',
    'default',
    [own({}, rising(-5, 29, 1_000, 0)), own({ user_id: 'bob' }, rising(10, 29, 5_000, 0))],
    { rows: [{ user: 'bob', prompt: 5_000 }] },
  ),
  one(
    'own-instance-that-began-today',
    'a new instance whose process began in the day counts from 0',
    'default',
    [
      own({ instance: 'new:1' }, rising(12, 29, 700, 10)),
      series('up', { instance: 'new:1' }, rising(12, 29, 1, 0)),
      series(
        'process_start_time_seconds',
        { instance: 'new:1' },
        rising(12, 29, Date.parse(`${DAY}T11:50:00Z`) / 1000, 0),
      ),
    ],
    { rows: [{ user: 'ada', prompt: 700 + 23 * 10 }] },
  ),
  one(
    'own-instance-of-before',
    'a new target whose process is older: what it counted before is not of the day',
    'default',
    [
      own({ instance: 'old:1' }, rising(12, 29, 700, 10)),
      series('up', { instance: 'old:1' }, rising(12, 29, 1, 0)),
      series('process_start_time_seconds', { instance: 'old:1' }, rising(12, 29, 1_773_000_000, 0)),
    ],
    { rows: [{ user: 'ada', prompt: 23 * 10 }] },
  ),
  one(
    'own-two-workers',
    'two processes answer for one address in turn: no millions out of nothing',
    'default',
    [own({}, at(...Array.from({ length: 48 }, (_, i) => [i / 2 + 0.1, i % 2 === 0 ? 90_000 + i : 10 + i] as const)))],
    { rows: [{ user: 'ada', prompt: 92 }], warnings: ['many_resets'] },
  ),
  one(
    'own-crash-loop',
    'a process that restarts every hour is counted from 0 each time',
    'default',
    [
      series(
        'process_start_time_seconds',
        {},
        at(...Array.from({ length: 48 }, (_, i) => [i / 2 + 0.1, 1_773_000_000 + Math.floor(i / 2)] as const)),
      ),
      own({}, at(...Array.from({ length: 48 }, (_, i) => [i / 2 + 0.1, i % 2 === 0 ? 10 : 20] as const))),
    ],
    { rows: [{ user: 'ada', prompt: 24 * 20 }] },
  ),
  one(
    'own-one-bad-series',
    'a negative counter is left out and named, the others are read',
    'default',
    [own({}, million), own({ user_id: 'bob' }, at([-1, 0], [10, -5]))],
    { rows: [{ user: 'ada', prompt: 1_000_000 }], warnings: ['bad_series'] },
  ),
  one(
    'own-replicas',
    'two servers scraped the same target: series that differ in the replica are named',
    'default',
    [own({ prometheus_replica: 'a' }, million), own({ prometheus_replica: 'b' }, million)],
    { rows: [], warnings: ['replicas'] },
  ),
  one(
    'own-one-hour-writes',
    'cache writes of one hour have a price of their own: 1M × 3.75 + 1M × 6',
    'default',
    ['cache_write', 'cache_write_1h', 'prompt'].map((kind) =>
      own(
        { provider: 'anthropic', model: 'claude-sonnet-4-5', token_type: kind },
        kind === 'prompt' ? at([-1, 0], [10, 0]) : million,
      ),
    ),
    { rows: [{ user: 'ada', prompt: 2_000_000, cacheWrite: 2_000_000, cost: 9_750_000 }] },
  ),
  one(
    'own-audio',
    'audio has a price of its own: 0.4M × 5 + 0.6M × 40',
    'default',
    [
      own({ model: 'gpt-4o-realtime-preview' }, million),
      own({ model: 'gpt-4o-realtime-preview', token_type: 'prompt_audio' }, at([-1, 0], [10, 600_000])),
    ],
    { rows: [{ user: 'ada', prompt: 1_000_000, cost: 26_000_000 }] },
  ),
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
    'own-look-alike-provider',
    'a provider whose name has a part of another has no list price',
    'default',
    ['my-openai-proxy', 'custom_openai', 'vllm-openai'].map((provider) =>
      own({ user_id: provider, provider }, million),
    ),
    {
      rows: ['my-openai-proxy', 'custom_openai', 'vllm-openai'].map((user) => ({
        user,
        cost: null,
        unpriced: 1_000_000,
      })),
      totalCost: 0,
      warnings: ['unpriced_usage'],
    },
  ),
];
