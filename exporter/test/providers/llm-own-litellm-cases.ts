import { at, litellm, million, one, rising, series } from './llm-case-parts.ts';
import type { LlmCase } from './llm-cases.ts';

/** Our own cases about LiteLLM proxies; each id names one rule of docs/providers/llm.md. */
export const LITELLM_CASES: readonly LlmCase[] = [
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
    'own-litellm-1-65-names',
    'LiteLLM 1.65 calls its counters of tokens litellm_input_tokens_total',
    'litellm',
    [
      series('litellm_input_tokens_total', { end_user: 'ada', hashed_api_key: 'h', model: 'gpt-4o' }, million),
      series(
        'litellm_output_tokens_total',
        { end_user: 'ada', hashed_api_key: 'h', model: 'gpt-4o' },
        at([-1, 0], [10, 100_000]),
      ),
      series(
        'litellm_spend_metric_total',
        { end_user: 'ada', hashed_api_key: 'h', model: 'gpt-4o' },
        at([-1, 0], [10, 3.5]),
      ),
    ],
    { rows: [{ user: 'ada', prompt: 1_000_000, completion: 100_000, reported: 3_500_000 }], totalCost: 3_500_000 },
  ),
  one(
    'own-hits-of-a-model-without-price',
    'all of it was answered from the cache of the proxy: 0, whatever the model would cost',
    'litellm',
    [
      litellm('input_tokens', { model: 'house-1', api_provider: 'openai' }, million),
      litellm('cached_tokens', { model: 'house-1', api_provider: 'openai' }, million),
      litellm('requests', { model: 'house-1', api_provider: 'openai' }, at([-1, 0], [10, 7])),
      litellm('spend', { model: 'house-1', api_provider: 'openai' }, at([-1, 0], [10, 0])),
    ],
    { rows: [{ user: 'ada', prompt: 1_000_000, cost: 0, unpriced: 0 }], totalCost: 0 },
  ),
  one(
    'own-image-with-reported-cost',
    'images have no tokens: what the proxy reports is their cost',
    'litellm',
    [
      litellm('spend', { model: 'dall-e-3', api_provider: 'openai' }, at([-1, 0], [10, 0.4])),
      litellm('requests', { model: 'dall-e-3', api_provider: 'openai' }, at([-1, 0], [10, 10])),
    ],
    { rows: [{ user: 'ada', requests: 10, reported: 400_000, cost: 400_000, unpriced: 0 }], totalCost: 400_000 },
  ),
  one(
    'own-image-without-cost',
    'images without tokens and without a price: nobody knows what they cost',
    'litellm',
    [
      litellm('spend', { model: 'dall-e-3', api_provider: 'openai' }, at([-1, 0], [10, 0])),
      litellm('requests', { model: 'dall-e-3', api_provider: 'openai' }, at([-1, 0], [10, 10])),
    ],
    { rows: [{ user: 'ada', requests: 10, reported: null, cost: null, unpriced: 10 }], warnings: ['missing_tokens'] },
  ),
  one(
    'own-spend-by-service-tier',
    'spend that is divided by tier and client adds up',
    'litellm',
    [
      litellm('input_tokens', { api_provider: 'openai' }, million),
      litellm('spend', { api_provider: 'openai', service_tier: 'flex', client_ip: '1' }, at([-1, 0], [10, 1])),
      litellm('spend', { api_provider: 'openai', service_tier: 'None', client_ip: '2' }, at([-1, 0], [10, 0.5])),
    ],
    { rows: [{ user: 'ada', reported: 1_500_000 }], totalCost: 1_500_000 },
  ),
  one(
    'own-failures-by-asked-name',
    'failed requests have the name that was asked for, and cost nothing',
    'litellm',
    [
      litellm('input_tokens', { api_provider: 'openai' }, million),
      litellm('spend', { api_provider: 'openai' }, at([-1, 0], [10, 2.5])),
      series(
        'litellm_proxy_failed_requests_metric_total',
        { end_user: 'ada', hashed_api_key: 'h1', requested_model: 'my-gpt', exception_status: '429' },
        at([-1, 0], [10, 4]),
      ),
    ],
    { rows: [{ user: 'ada', model: 'my-gpt', errors: 4, cost: 0 }], totalCost: 2_500_000 },
  ),
  one(
    'own-spend-on-one-of-two-keys',
    'the second key has no price: the reported part is not the whole',
    'litellm',
    [
      litellm('input_tokens', { api_provider: 'openai', model: 'house-7b' }, million),
      litellm('spend', { api_provider: 'openai', model: 'house-7b' }, at([-1, 0], [10, 1])),
      litellm('input_tokens', { api_provider: 'openai', model: 'house-7b', hashed_api_key: 'h2' }, million),
      litellm('spend', { api_provider: 'openai', model: 'house-7b', hashed_api_key: 'h2' }, at([-1, 0], [10, 0])),
    ],
    { rows: [{ user: 'ada', reported: 1_000_000, unpriced: 1_000_000 }], warnings: ['unpriced_usage'] },
  ),
  one(
    'own-two-generations',
    'one instance is upgraded and names the provider, the other does not yet: one usage of two instances',
    'litellm',
    [
      litellm('input_tokens', {}, million),
      litellm('spend', {}, at([-1, 0], [10, 2.5])),
      litellm('input_tokens', { instance: 'b:1', api_provider: 'openai' }, million),
      litellm('spend', { instance: 'b:1', api_provider: 'openai' }, at([-1, 0], [10, 2.6])),
      series('up', { instance: 'b:1' }, rising(-60, 30, 1, 0)),
    ],
    {
      rows: [{ user: 'ada', provider: 'openai', prompt: 2_000_000, reported: 5_100_000, unpriced: 0 }],
      totalCost: 5_100_000,
    },
  ),
  one(
    'own-upgraded-at-noon',
    'a restart with a version that names the provider and the organisation: both halves of the day are one usage',
    'litellm',
    [
      litellm('input_tokens', {}, rising(-0.5, 12, 500_000, 1_000)),
      litellm('spend', {}, rising(-0.5, 12, 5, 0.01)),
      litellm('input_tokens', { api_provider: 'openai', org_id: 'o1' }, rising(12.5, 29, 1_000, 1_000)),
      litellm('spend', { api_provider: 'openai', org_id: 'o1' }, rising(12.5, 29, 0.01, 0.01)),
      series('process_start_time_seconds', {}, [
        ...rising(-60, 12, 1_773_000_000, 0),
        ...rising(12.5, 30, 1_773_490_000, 0),
      ]),
    ],
    {
      rows: [{ user: 'ada', provider: 'openai', prompt: 48_000, reported: 480_000, unpriced: 0 }],
      totalCost: 480_000,
    },
  ),
  one(
    'own-spend-alone',
    'only the counter of costs is enabled: what it says is the cost, and no tokens are made up',
    'litellm',
    [litellm('spend', { api_provider: 'openai' }, at([-1, 0], [10, 2.6]))],
    { rows: [{ user: 'ada', prompt: 0, reported: 2_600_000, computed: null, unpriced: 0 }], totalCost: 2_600_000 },
  ),
  one(
    'own-label-of-one-user',
    'one user is given a mail address: that series stands still from then on, and another one is born',
    'litellm',
    [
      litellm('input_tokens', { api_provider: 'openai', user_email: 'None' }, [
        ...rising(-5, 10, 1_000, 100),
        ...rising(10.5, 29, 4_000, 0),
      ]),
      litellm('input_tokens', { api_provider: 'openai', user_email: 'a@b.example' }, rising(10.5, 29, 100, 100)),
      litellm('input_tokens', { api_provider: 'openai', user_email: 'None', end_user: 'bob' }, rising(-5, 29, 0, 10)),
    ],
    {
      rows: [
        { user: 'ada', prompt: 48 * 100 },
        { user: 'bob', prompt: 480 },
      ],
    },
  ),
];
