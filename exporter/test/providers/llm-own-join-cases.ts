import { at, litellm, million, one, series } from './llm-case-parts.ts';
import type { LlmCase } from './llm-cases.ts';

/** A cost as `include_labels` leaves it: with the labels that are given and no others. */
function spend(labels: Readonly<Record<string, string>>, usd: number): ReturnType<typeof series> {
  return series('litellm_spend_metric_total', labels, at([-1, 0], [10, usd]));
}

/** Tokens without the label that names users. */
function anonymous(labels: Readonly<Record<string, string>>): ReturnType<typeof series> {
  return series('litellm_input_tokens_metric_total', { model: 'gpt-4o', api_provider: 'openai', ...labels }, million);
}

const TOKENS = { api_provider: 'openai' };

/** Tokens and costs of one usage under labels that differ; each id names one rule of docs/providers/llm.md. */
export const JOIN_CASES: readonly LlmCase[] = [
  one(
    'own-spend-without-model',
    'include_labels left the model out of the spend: it is that of the only model of the key',
    'litellm',
    [litellm('input_tokens', TOKENS, million), spend({ end_user: 'ada', hashed_api_key: 'h1' }, 2.6)],
    { rows: [{ user: 'ada', model: 'gpt-4o', prompt: 1_000_000, reported: 2_600_000 }], totalCost: 2_600_000 },
  ),
  one(
    'own-spend-without-model-of-two',
    'a spend without a model beside the tokens of two: each usage costs once',
    'litellm',
    [
      litellm('input_tokens', TOKENS, million),
      litellm('input_tokens', { ...TOKENS, model: 'gpt-4o-mini' }, million),
      spend({ end_user: 'ada', hashed_api_key: 'h1' }, 2.8),
    ],
    { rows: [], totalCost: 2_650_000, warnings: ['unjoined_cost'] },
  ),
  one(
    'own-spend-without-model-of-two-keys',
    'a spend for each key, without a model: each belongs to the one model of its key',
    'litellm',
    [
      litellm('input_tokens', TOKENS, million),
      litellm('input_tokens', { ...TOKENS, model: 'gpt-4o-mini', hashed_api_key: 'h2' }, million),
      spend({ end_user: 'ada', hashed_api_key: 'h1' }, 2.6),
      spend({ end_user: 'ada', hashed_api_key: 'h2' }, 0.2),
    ],
    {
      rows: [
        { user: 'ada', model: 'gpt-4o', reported: 2_600_000 },
        { user: 'ada', model: 'gpt-4o-mini', reported: 200_000 },
      ],
      totalCost: 2_800_000,
    },
  ),
  one(
    'own-spend-without-model-one-unpriced',
    'a spend without a model, and one of two models has no price: what is reported stays, nothing is added to it',
    'litellm',
    [
      litellm('input_tokens', TOKENS, million),
      litellm('input_tokens', { ...TOKENS, model: 'house-7b' }, million),
      spend({ end_user: 'ada', hashed_api_key: 'h1' }, 5),
    ],
    { rows: [], totalCost: 5_000_000, warnings: ['unjoined_cost'] },
  ),
  one(
    'own-tokens-without-model',
    'include_labels left the model out of the tokens: they are of the only model that the key was charged for',
    'litellm',
    [
      series('litellm_input_tokens_metric_total', { end_user: 'ada', hashed_api_key: 'h1' }, million),
      litellm('spend', TOKENS, at([-1, 0], [10, 2.6])),
    ],
    { rows: [{ user: 'ada', model: 'gpt-4o', prompt: 1_000_000, reported: 2_600_000 }], totalCost: 2_600_000 },
  ),
  one(
    'own-tokens-without-user',
    'include_labels left the user out of the tokens: they are of the only user who was charged',
    'litellm',
    [anonymous({ hashed_api_key: 'h1' }), litellm('spend', TOKENS, at([-1, 0], [10, 2.6]))],
    { rows: [{ user: 'ada', prompt: 1_000_000, reported: 2_600_000 }], totalCost: 2_600_000 },
  ),
  one(
    'own-tokens-without-user-of-two',
    'tokens without a user beside the spend of two: no cost is computed beside the reported one',
    'litellm',
    [
      anonymous({ hashed_api_key: 'h1' }),
      litellm('spend', TOKENS, at([-1, 0], [10, 2])),
      litellm('spend', { ...TOKENS, end_user: 'bob' }, at([-1, 0], [10, 0.7])),
    ],
    {
      rows: [
        { user: 'ada', reported: 2_000_000 },
        { user: 'bob', reported: 700_000 },
      ],
      totalCost: 2_700_000,
      warnings: ['unjoined_cost'],
    },
  ),
  one(
    'own-tokens-without-user-of-two-keys',
    'tokens without a user, a key for each: each belongs to the user of its key',
    'litellm',
    [
      anonymous({ hashed_api_key: 'h1' }),
      anonymous({ hashed_api_key: 'h2' }),
      litellm('spend', TOKENS, at([-1, 0], [10, 2])),
      litellm('spend', { ...TOKENS, end_user: 'bob', hashed_api_key: 'h2' }, at([-1, 0], [10, 0.7])),
    ],
    {
      rows: [
        { user: 'ada', prompt: 1_000_000, reported: 2_000_000 },
        { user: 'bob', prompt: 1_000_000, reported: 700_000 },
      ],
      totalCost: 2_700_000,
    },
  ),
  one(
    'own-model-with-and-without-provider',
    'tokens name openai/gpt-4o, the spend gpt-4o: one usage',
    'litellm',
    [
      litellm('input_tokens', { ...TOKENS, model: 'openai/gpt-4o' }, million),
      litellm('spend', TOKENS, at([-1, 0], [10, 2.6])),
    ],
    { rows: [], totalCost: 2_600_000 },
  ),
  one(
    'own-spend-by-deployment',
    'tokens are counted by deployment, the spend is not: one usage',
    'litellm',
    [
      litellm('input_tokens', { ...TOKENS, model_id: 'd1' }, million),
      litellm('input_tokens', { ...TOKENS, model_id: 'd2' }, million),
      litellm('spend', TOKENS, at([-1, 0], [10, 5.2])),
    ],
    { rows: [{ user: 'ada', prompt: 2_000_000, reported: 5_200_000, unpriced: 0 }], totalCost: 5_200_000 },
  ),
  one(
    'own-free-on-openrouter',
    'a model that is free by name costs 0, and nothing of it is unknown',
    'litellm',
    [
      litellm('input_tokens', { model: 'deepseek/deepseek-r1:free', api_provider: 'openrouter' }, million),
      litellm('spend', { model: 'deepseek/deepseek-r1:free', api_provider: 'openrouter' }, at([-1, 0], [10, 0])),
    ],
    { rows: [{ user: 'ada', cost: 0, unpriced: 0 }], totalCost: 0, totalUnpriced: 0 },
  ),
  one(
    'own-more-hits-than-tokens',
    'more tokens from the cache of the proxy than tokens: a scrape came between the counters',
    'litellm',
    [
      litellm('input_tokens', TOKENS, million),
      litellm('cached_tokens', TOKENS, at([-1, 0], [10, 1_200_000])),
      litellm('spend', TOKENS, at([-1, 0], [10, 0])),
    ],
    { rows: [{ user: 'ada', prompt: 1_000_000, cost: 0, unpriced: 0 }], totalCost: 0 },
  ),
  one(
    'own-nobody-at-all',
    'neither an end user nor a user of the key nor its name: unknown, and said',
    'litellm',
    [
      litellm('input_tokens', { ...TOKENS, end_user: '', user: 'None', api_key_alias: 'None' }, million),
      litellm('spend', { ...TOKENS, end_user: '', user: 'None', api_key_alias: 'None' }, at([-1, 0], [10, 2.5])),
    ],
    { rows: [{ user: 'unknown', reported: 2_500_000 }], totalCost: 2_500_000, warnings: ['unknown_user'] },
  ),
];
