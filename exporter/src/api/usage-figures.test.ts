import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { apiContext, figuresUpTo14March } from '../../test/api-context.ts';

const context = apiContext(figuresUpTo14March);
const { body, rows } = context;

describe('LLM usage', () => {
  const anna = {
    userId: 'user-anna-1234',
    email: 'anna@example.com',
    costUsd: '28.00',
    promptTokens: 14000,
    completionTokens: 7000,
    requests: 140,
    errors: 14,
    unpricedTokens: 0,
  };
  const bob = {
    userId: 'bob-0123456789',
    email: 'user-bob-0123',
    costUsd: '14.00',
    promptTokens: 5600,
    completionTokens: 1400,
    requests: 70,
    errors: 0,
    unpricedTokens: 0,
  };
  const carl = {
    userId: 'carl-987654321',
    email: 'user-carl-987',
    costUsd: null,
    promptTokens: 840,
    completionTokens: 560,
    requests: 14,
    errors: 0,
    unpricedTokens: 1400,
  };

  it('ranks users by cost; usage without a price is null and last', async () => {
    expect(await rows('/metrics/cost-by-user')).toEqual([anna, bob, carl]);
  });

  it('pages through users without losing or doubling one', async () => {
    const seen: unknown[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = z
        .looseObject({ data: z.array(z.unknown()), nextCursor: z.string().nullable() })
        .parse(await body(`/metrics/cost-by-user?limit=1${cursor && `&cursor=${cursor}`}`));
      seen.push(...page.data);
      cursor = page.nextCursor;
    }
    expect(seen).toEqual([anna, bob, carl]);
  });

  it.each([
    ['provider=anthropic', [bob]],
    ['model=gpt-5', [anna]],
    ['user=carl-987654321', [carl]],
    ['user=nobody', []],
    ['provider=anthropic&provider=openai', [anna, bob]],
    ['user=carl-987654321&user=bob-0123456789', [bob, carl]],
    ['user=carl-987654321&user=bob-0123456789&provider=anthropic', [bob]],
    ['model=%27%20OR%20%27%27=%27', []],
  ])('filters users by %s', async (filter, expected) => {
    expect(await rows(`/metrics/cost-by-user?${filter}`)).toEqual(expected);
  });

  const NO_CACHE = { cachedTokens: 0, cacheHitRate: 0, gatewayCachedTokens: 0, cacheSavingsUsd: '0.00' };
  const ratios = [
    {
      provider: 'openai',
      model: 'gpt-5',
      promptTokens: 14000,
      completionTokens: 7000,
      completionRatio: 0.5,
      costUsd: '28.00',
      costPerThousandTokensUsd: '1.333333',
      ...NO_CACHE,
    },
    {
      provider: 'anthropic',
      model: 'claude',
      promptTokens: 5600,
      completionTokens: 1400,
      completionRatio: 0.25,
      costUsd: '14.00',
      costPerThousandTokensUsd: '2.00',
      ...NO_CACHE,
    },
    {
      provider: 'homegrown',
      model: 'mystery',
      promptTokens: 840,
      completionTokens: 560,
      completionRatio: 0.666667,
      costUsd: null,
      costPerThousandTokensUsd: null,
      ...NO_CACHE,
    },
  ];
  it('has ratios by model, the same from rollups and from history', async () => {
    expect(await rows('/metrics/token-ratios')).toEqual(ratios);
    expect(await rows('/metrics/token-ratios?user=user-anna-1234')).toEqual(ratios.slice(0, 1));
  });

  it('filters every usage dataset by several values', async () => {
    expect(await rows('/metrics/token-ratios?model=gpt-5&model=mystery')).toEqual([ratios[0], ratios[2]]);
    expect(await rows('/metrics/error-rates?provider=openai&provider=homegrown')).toMatchObject([
      { provider: 'homegrown' },
      { provider: 'openai' },
    ]);
    expect(await rows('/metrics/metrics-monthly-summary?months=1&provider=openai&provider=anthropic')).toMatchObject([
      { costUsd: '42.00' },
    ]);
    const many = 'model=x&'.repeat(101);
    expect(await context.api.get(`/api/v1/metrics/token-ratios?${many}`)).toMatchObject({
      status: 400,
      json: { errors: [{ field: 'model', message: 'may be given at most 100 times' }] },
    });
  });

  it('has error rates by provider', async () => {
    expect(await rows('/metrics/error-rates')).toEqual([
      { provider: 'anthropic', requests: 70, successes: 70, errors: 0, errorRate: 0 },
      { provider: 'homegrown', requests: 14, successes: 14, errors: 0, errorRate: 0 },
      { provider: 'openai', requests: 140, successes: 126, errors: 14, errorRate: 0.1 },
    ]);
  });

  it('has every month; those without usage are unknown', async () => {
    const months = await rows('/metrics/metrics-monthly-summary');
    expect(months.map(({ month }) => month)).toEqual([
      '2025-10',
      '2025-11',
      '2025-12',
      '2026-01',
      '2026-02',
      '2026-03',
    ]);
    expect(months[0]).toEqual({
      month: '2025-10',
      costUsd: null,
      promptTokens: null,
      completionTokens: null,
      requests: null,
      unpricedTokens: null,
    });
    expect(months[5]).toEqual({
      month: '2026-03',
      costUsd: '42.00',
      promptTokens: 20440,
      completionTokens: 8960,
      requests: 224,
      unpricedTokens: 1400,
    });
    expect(await rows('/metrics/metrics-monthly-summary?months=1&groupBy=model&provider=homegrown')).toEqual([
      {
        month: '2026-03',
        provider: 'homegrown',
        model: 'mystery',
        costUsd: null,
        promptTokens: 840,
        completionTokens: 560,
        requests: 14,
        unpricedTokens: 1400,
      },
    ]);
  });

  it('warns about unpriced tokens and names the model', async () => {
    expect(await body('/metrics/token-ratios')).toMatchObject({
      warnings: [
        { code: 'unpriced_tokens', message: '1400 LLM tokens have no known price and are not in the cost (mystery).' },
        { code: 'incomplete_days' },
      ],
      coverage: { api_usage: 1 },
    });
  });
});

describe('margin-by-customer', () => {
  const matched = {
    kind: 'customer',
    customer: 'cus_a',
    name: 'cus_a',
    email: null,
    revenueUsd: '84.00',
    llmCostUsd: '35.00',
    marginUsd: '49.00',
    marginRatio: 0.583333,
    users: 2,
    unpricedTokens: 0,
  };
  const moved = {
    kind: 'customer',
    customer: 'cus_c',
    name: 'cus_c',
    email: null,
    revenueUsd: '0.00',
    llmCostUsd: '7.00',
    marginUsd: '-7.00',
    marginRatio: null,
    users: 1,
    unpricedTokens: 0,
  };
  const unmatched = [
    {
      kind: 'unmatched_revenue',
      customer: null,
      name: null,
      email: null,
      revenueUsd: '56.00',
      llmCostUsd: null,
      marginUsd: '56.00',
      marginRatio: null,
      users: 0,
      unpricedTokens: 0,
    },
    {
      kind: 'unmatched_cost',
      customer: null,
      name: null,
      email: null,
      revenueUsd: null,
      // All of it is usage without a price: unknown, not 0.
      llmCostUsd: null,
      marginUsd: null,
      marginRatio: null,
      users: 1,
      unpricedTokens: 1400,
    },
  ];

  it('counts each user for one customer a day; what is unmatched has rows, so that columns add up', async () => {
    expect(await body('/metrics/margin-by-customer')).toMatchObject({
      to: '2026-03-15',
      data: [matched, moved, ...unmatched],
      totals: { revenueUsd: '140.00', llmCostUsd: '42.00', marginUsd: '98.00' },
    });
  });

  it('puts customers beyond the limit into one row', async () => {
    expect(await rows('/metrics/margin-by-customer?limit=1')).toEqual([
      matched,
      { ...moved, kind: 'other_customers', customer: null, name: null },
      ...unmatched,
    ]);
  });
});
