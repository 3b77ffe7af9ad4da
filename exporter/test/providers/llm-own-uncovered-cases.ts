import { at, litellm, million, one, rising } from './llm-case-parts.ts';
import type { LlmCase } from './llm-cases.ts';

const TOKENS = { api_provider: 'openai' };

/** Costs that do not cover all tokens of their day; each id names one rule of docs/providers/llm.md. */
export const UNCOVERED_CASES: readonly LlmCase[] = [
  one(
    'own-price-removed-midday',
    'the price was taken away at noon: what was used since is not covered by what was reported before',
    'litellm',
    [
      litellm('input_tokens', { ...TOKENS, model: 'house-7b' }, rising(-0.5, 23.5, 0, 20_000)),
      litellm('spend', { ...TOKENS, model: 'house-7b' }, [
        ...rising(-0.5, 12, 0, 0.05),
        ...rising(12.5, 23.5, 1.25, 0),
      ]),
    ],
    { rows: [{ user: 'ada', prompt: 960_000, reported: 1_250_000, unpriced: 460_000 }], warnings: ['unpriced_usage'] },
  ),
  one(
    'own-spend-born-midday',
    'the counter of costs is born at noon with the price: what was used before it is not covered',
    'litellm',
    [
      litellm('input_tokens', { ...TOKENS, model: 'house-7b' }, rising(-0.5, 23.5, 0, 20_000)),
      litellm('spend', { ...TOKENS, model: 'house-7b' }, rising(12.5, 23.5, 0.05, 0.05)),
    ],
    { rows: [{ user: 'ada', prompt: 960_000, reported: 1_150_000, unpriced: 500_000 }], warnings: ['unpriced_usage'] },
  ),
  one(
    'own-restart-without-price',
    'after a restart at noon the proxy no longer knows the price',
    'litellm',
    [
      litellm('input_tokens', { ...TOKENS, model: 'house-7b' }, [
        ...rising(-0.5, 12, 0, 20_000),
        ...rising(12.5, 23.5, 20_000, 20_000),
      ]),
      litellm('spend', { ...TOKENS, model: 'house-7b' }, [...rising(-0.5, 12, 0, 0.05), ...rising(12.5, 23.5, 0, 0)]),
    ],
    { rows: [{ user: 'ada', prompt: 960_000, reported: 1_250_000, unpriced: 460_000 }], warnings: ['unpriced_usage'] },
  ),
  one(
    'own-hits-before-calls',
    'what the proxy answered from its cache before the first call was charged is covered: it costs nothing',
    'litellm',
    [
      litellm('input_tokens', TOKENS, rising(-0.5, 23.5, 0, 20_000)),
      litellm('cached_tokens', TOKENS, [...rising(-0.5, 12, 0, 20_000), ...rising(12.5, 23.5, 500_000, 0)]),
      litellm('spend', TOKENS, [...rising(-0.5, 12, 0, 0), ...rising(12.5, 23.5, 0.05, 0.05)]),
    ],
    { rows: [{ user: 'ada', prompt: 960_000, reported: 1_150_000, unpriced: 0 }] },
  ),
  one(
    'own-hits-after-calls',
    'the same in the evening: the cost stands still, since nothing was charged',
    'litellm',
    [
      litellm('input_tokens', TOKENS, rising(-0.5, 23.5, 0, 20_000)),
      litellm('cached_tokens', TOKENS, [...rising(-0.5, 12, 0, 0), ...rising(12.5, 23.5, 20_000, 20_000)]),
      litellm('spend', TOKENS, [...rising(-0.5, 12, 0, 0.05), ...rising(12.5, 23.5, 1.25, 0)]),
    ],
    { rows: [{ user: 'ada', prompt: 960_000, reported: 1_250_000, unpriced: 0 }] },
  ),
  one(
    'own-price-of-many-users-added-midday',
    'a price that was added at noon, for thirty users of one model; another model had its price all day',
    'litellm',
    Array.from({ length: 30 }, (_, index) => `u${index}`).flatMap((end_user) => [
      litellm('input_tokens', { ...TOKENS, end_user, model: 'house-7b' }, rising(-0.5, 23.5, 0, 20_000)),
      litellm('spend', { ...TOKENS, end_user, model: 'house-7b' }, [
        ...rising(-0.5, 12, 0, 0),
        ...rising(12.5, 23.5, 0.05, 0.05),
      ]),
      litellm('input_tokens', { ...TOKENS, end_user }, million),
      litellm('spend', { ...TOKENS, end_user }, at([-1, 0], [10, 2.5])),
    ]),
    {
      rows: [
        { user: 'u7', model: 'house-7b', reported: 1_150_000, unpriced: 500_000 },
        { user: 'u7', model: 'gpt-4o', reported: 2_500_000, unpriced: 0 },
      ],
      totalUnpriced: 30 * 500_000,
    },
  ),
  one(
    'own-idle-evening',
    'a cost that stands still because nothing is used covers all',
    'litellm',
    [
      litellm('input_tokens', TOKENS, [...rising(-0.5, 12, 0, 20_000), ...rising(12.5, 29, 500_000, 0)]),
      litellm('spend', TOKENS, [...rising(-0.5, 12, 0, 0.05), ...rising(12.5, 29, 1.25, 0)]),
    ],
    { rows: [{ user: 'ada', prompt: 500_000, reported: 1_250_000, unpriced: 0 }] },
  ),
  one(
    'own-price-of-three-keys-added-midday',
    'one user calls with three keys: what each used before the price was there counts once',
    'litellm',
    ['h1', 'h2', 'h3'].flatMap((hashed_api_key) => [
      litellm('input_tokens', { ...TOKENS, hashed_api_key, model: 'house-7b' }, rising(-0.5, 23.5, 0, 20_000)),
      litellm('spend', { ...TOKENS, hashed_api_key, model: 'house-7b' }, [
        ...rising(-0.5, 12, 0, 0),
        ...rising(12.5, 23.5, 0.05, 0.05),
      ]),
    ]),
    { rows: [{ user: 'ada', prompt: 2_880_000, reported: 3_450_000, unpriced: 1_500_000 }] },
  ),
];
