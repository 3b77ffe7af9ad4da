import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createPriceBook, type PriceOverride } from '../llm/pricing/price-book.ts';
import { parseCounter, usageByDay } from './counter-usage.ts';
import { findModel, priceOfModel } from './llm-catalogue.ts';
import { costOfTokens, promptTokens, type TokenCounts, type TokenPrice } from './llm-price.ts';

const PRICE: TokenPrice = {
  input: 2_500_000_000_000n,
  output: 10_000_000_000_000n,
  cacheRead: 1_250_000_000_000n,
  cacheWrite: 3_125_000_000_000n,
};
const NOTHING: TokenCounts = { prompt: 0, completion: 0, cacheRead: 0, cacheWrite: 0 };

function cost(tokens: Partial<TokenCounts>, price: TokenPrice = PRICE): bigint | undefined {
  return costOfTokens({ ...NOTHING, ...tokens }, price);
}

function exclusive(input: number, cacheRead: number, cacheWrite: number): Partial<TokenCounts> {
  return { prompt: promptTokens({ input, cacheRead, cacheWrite }, 'nothing'), cacheRead, cacheWrite };
}

function counter(...values: readonly string[]) {
  return values.map((value, index) => ({
    time: Date.parse('2026-03-15T01:00:00Z') + index * 60_000,
    value: parseCounter(value),
  }));
}

function tokensOf(usage: ReadonlyMap<string, bigint>): number {
  return Number([...usage.values()].reduce((sum, amount) => sum + amount, 0n) / 10n ** 12n);
}

const dated = createPriceBook([
  override({ validFrom: '2026-01-01', validTo: '2026-03-16', input: '2.5' }),
  override({ validFrom: '2026-03-16', input: '2.000000' }),
]);

/** How each worked example is computed. GPT-4o's list prices; a cache write costs 1.25 × input. */
const EXAMPLES: Readonly<Record<string, () => bigint | undefined>> = {
  L01: () => cost({ prompt: 2006, cacheRead: 1920, completion: 300 }),
  L02: () => cost({ ...exclusive(86, 1920, 0), completion: 300 }),
  L05: () => cost({ ...exclusive(86, 30940, 460), completion: 102 }),
  L07: () => cost({ completion: 800 }),
  L09: () =>
    ['2026-03-15', '2026-03-16']
      .map((day) => costOfTokens({ ...NOTHING, prompt: 1_000_000 }, dated('acme', 'contract-1', day)) ?? 0n)
      .reduce((a, b) => a + b),
  L10: () =>
    costOfTokens({ ...NOTHING, prompt: 5_000_000 }, createPriceBook([])('openai', 'nobody-knows-this-1', '2026-03-15')),
  L12: () => cost({ prompt: tokensOf(usageByDay(counter('100', '250', '40', '90'), 'baseline')) }),
  L13: () => cost({ prompt: tokensOf(usageByDay(counter('500'), 'counts')) }),
};

const VECTORS = new URL('../../../../shared/vectors/llm-cost.json', import.meta.url);

describe.skipIf(!existsSync(VECTORS))('worked examples', () => {
  const vectors = existsSync(VECTORS)
    ? z
        .array(z.object({ id: z.string(), usage: z.string(), micro_usd: z.number().nullable() }))
        .parse(JSON.parse(readFileSync(VECTORS, 'utf8')))
    : [];

  it.each(vectors)('$id: $usage', ({ id, micro_usd: expected }) => {
    const compute = EXAMPLES[id];
    expect(compute, `${id} has no computation here`).toBeTypeOf('function');
    expect(compute?.()).toBe(expected === null ? undefined : BigInt(expected));
  });
});

describe('the cost of tokens', () => {
  it('is the same whether the source counts the cache inside or beside the input', () => {
    fc.assert(
      fc.property(counts(), ({ input, cacheRead, cacheWrite }) => {
        const inclusive = promptTokens({ input: input + cacheRead + cacheWrite, cacheRead, cacheWrite }, 'cache');
        expect(inclusive).toBe(promptTokens({ input, cacheRead, cacheWrite }, 'nothing'));
      }),
    );
  });

  it('takes an input that cannot hold its cached tokens as counted beside them', () => {
    expect(promptTokens({ input: 86, cacheRead: 1920, cacheWrite: 0 }, 'cache')).toBe(2006);
    expect(promptTokens({ input: 86 + 30940, cacheRead: 30940, cacheWrite: 460 }, 'cache')).toBe(86 + 30940 + 460);
    expect(promptTokens({ input: 1000, cacheRead: 100, cacheWrite: 200 }, 'reads')).toBe(1200);
    expect(promptTokens({ input: 1000, cacheRead: 100, cacheWrite: 200 }, 'cache')).toBe(1000);
  });

  it('adds up: two rows cost what their sum costs, up to one rounding each', () => {
    fc.assert(
      fc.property(counts(), counts(), (a, b) => {
        const one = cost(exclusive(a.input, a.cacheRead, a.cacheWrite)) ?? 0n;
        const two = cost(exclusive(b.input, b.cacheRead, b.cacheWrite)) ?? 0n;
        const both = cost(exclusive(a.input + b.input, a.cacheRead + b.cacheRead, a.cacheWrite + b.cacheWrite)) ?? 0n;
        const off = both - one - two;
        expect(off >= -1n && off <= 1n).toBe(true);
      }),
    );
  });

  it('is exact where floats are not, and rounds half away from zero, once', () => {
    expect(cost({ prompt: 3 }, { ...PRICE, input: 100_000_000_000n })).toBe(0n);
    expect(cost({ prompt: 5 }, { ...PRICE, input: 100_000_000_000n })).toBe(1n);
    expect(cost({ prompt: Number.MAX_SAFE_INTEGER })).toBe((BigInt(Number.MAX_SAFE_INTEGER) * 5n + 1n) / 2n);
  });

  it('is unknown when a used kind has no price, and needs no price for an unused one', () => {
    const embeddings = { ...PRICE, output: undefined };
    expect(cost({ prompt: 1_000_000 }, embeddings)).toBe(2_500_000n);
    expect(cost({ prompt: 1_000_000, completion: 1 }, embeddings)).toBeUndefined();
    expect(costOfTokens({ ...NOTHING, prompt: 1 }, undefined)).toBeUndefined();
  });
});

describe('list prices', () => {
  it.each([
    ['openai', 'gpt-4o', '2.5'],
    ['OpenAI', 'GPT-4o', '2.5'],
    ['openai', 'openai/gpt-4o', '2.5'],
    ['openai', 'gpt-4o-2024-08-06', '2.5'],
    ['azure', 'azure/gpt-4o', '2.5'],
    ['azure.ai.openai', 'gpt-4o', '2.5'],
    ['unknown', 'openai/gpt-4o', '2.5'],
    ['unknown', 'gpt-4o', '2.5'],
    ['litellm', 'azure/gpt-4o', '2.5'],
    ['bedrock', 'anthropic.claude-3-5-sonnet-20241022-v2:0', '3'],
    ['aws.bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', '3.3'],
    ['unknown', 'bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0', '3'],
    // Tiers by context length: the price of a small request.
    ['anthropic', 'claude-sonnet-4-5-20250929', '3'],
    ['vertex_ai', 'gemini-2.5-pro', '1.25'],
    ['openrouter', 'meta-llama/llama-3.3-70b-instruct:free', '0'],
    ['openrouter', 'nobody/knows-this:free', '0'],
    ['openrouter', 'openai/gpt-4o:online', '2.5'],
    ['unknown', 'openrouter/openai/gpt-4o', '2.5'],
    ['gemini', 'models/gemini-2.5-pro', '1.25'],
    ['gemini', 'gemini/gemini-2.5-pro-preview-05-06', '1.25'],
    ['vertex_ai', 'publishers/google/models/gemini-2.5-pro', '1.25'],
    ['vertex_ai', 'projects/p/locations/eu/publishers/google/models/gemini-2.5-pro', '1.25'],
    ['vertex_ai', 'claude-sonnet-4-5@20250929', '3'],
    ['vertex_ai', 'claude-sonnet-4-5@default', '3'],
    ['azure', 'azure/eu/gpt-4o-2024-08-06', '2.5'],
    ['azure', 'azure/us/gpt-4o', '2.5'],
    ['azure', 'azure/global/gpt-4o', '2.5'],
    ['azure', 'azure/global-standard/gpt-4o', '2.5'],
    ['azure_text', 'gpt-4o', '2.5'],
    ['unknown', 'azure/eu/gpt-4o', '2.5'],
    ['bedrock', 'bedrock/us-east-1/anthropic.claude-sonnet-4-5-20250929-v1:0', '3.3'],
    ['bedrock', 'bedrock/converse/us.anthropic.claude-sonnet-4-5-20250929-v1:0', '3.3'],
    ['openai', 'gpt-4o-latest', '2.5'],
    ['openai', 'gpt-4o-2030-01-31', '2.5'],
    ['openai', 'gpt-4o-20300131', '2.5'],
    ['langchain', 'gpt-4o', '2.5'],
    ['openai.responses', 'gpt-4o', '2.5'],
    ['azure-openai', 'gpt-4o', '2.5'],
    ['AWS', 'us.anthropic.claude-haiku-4-5-20251001-v1:0', '1.1'],
  ])('%s %s', (provider, model, usdPerMillion) => {
    expect(listPrice(provider, model)?.input).toBe(BigInt(Math.round(Number(usdPerMillion) * 1000)) * 1_000_000_000n);
  });

  it.each([
    ['openai', 'nobody-knows-this-1'],
    ['unknown', 'nobody-knows-this-1'],
    // A part of a provider's name is another provider.
    ['custom_openai', 'gpt-4o'],
    ['vllm-openai', 'gpt-4o'],
    ['my-openai-proxy', 'gpt-4o'],
    ['azure-openai-eu-gateway', 'gpt-4o'],
    ['unknown', 'my-openai-proxy/gpt-4o'],
    // A remainder that is no date, version, `latest` or `preview` is another model.
    ['openai', 'gpt-4o-mini-2099-house'],
    ['openai', 'gpt-5-nano-tuned'],
    ['anthropic', 'claude-3-5-haiku-distilled'],
    ['anthropic', 'claude-sonnet-5-5'],
    ['google', 'gemini-2.5-pro-finance'],
    ['bedrock', 'acme-inc.x.amazon.nova-lite-v1:0-custom'],
    ['bedrock', 'bedrock/us-east-1/1-month-commitment/anthropic.claude-v2:1'],
    ['bedrock', 'bedrock/us-gov-west-1/amazon.nova-lite-v1:0'],
    ['bedrock', 'amazon.titan-embed-text-v2:0'],
    // Only OpenRouter has free variants.
    ['openai', 'gpt-4o:free'],
    // Self-hosted: the name of a model gives no price.
    ['vllm', 'gpt-4o'],
    ['acme-gateway', 'gpt-4o'],
    ['unknown', ''],
  ])('%s %s has none', (provider, model) => {
    expect(listPrice(provider, model)).toBeUndefined();
  });

  it('are those of the usage day', () => {
    const model = {
      id: 'm',
      match: { equals: 'm' },
      prices: [
        { prices: { input_mtok: 3, output_mtok: 4 } },
        {
          constraint: { type: 'start_date' as const, start_date: '2026-03-16' },
          prices: { input_mtok: 2, output_mtok: 3 },
        },
        {
          constraint: { type: 'time_of_date' as const, start_time: '16:30:00Z', end_time: '00:30:00Z' },
          prices: { input_mtok: 1, output_mtok: 1 },
        },
      ],
    };
    expect(priceOfModel(model, '2026-03-15')?.input).toBe(3_000_000_000_000n);
    expect(priceOfModel(model, '2026-03-16')?.input).toBe(2_000_000_000_000n);
    expect(priceOfModel({ ...model, prices: {} }, '2026-03-16')).toBeUndefined();
  });

  function listPrice(provider: string, model: string): TokenPrice | undefined {
    const info = findModel(provider, model);
    return info && priceOfModel(info, '2026-03-15');
  }
});

describe('contract prices', () => {
  it('are valid on their usage days and stand before list prices', () => {
    const book = createPriceBook([
      override({
        provider: 'openai',
        model: 'gpt-4o',
        validFrom: '2026-03-10',
        validTo: '2026-03-12',
        input: '1.1',
        cacheRead: '0.5',
      }),
    ]);
    expect(book('openai', 'gpt-4o', '2026-03-09')?.input).toBe(2_500_000_000_000n);
    expect(book('OpenAI', 'gpt-4o', '2026-03-10')).toEqual({
      input: 1_100_000_000_000n,
      output: 10_000_000_000_000n,
      cacheRead: 500_000_000_000n,
      cacheWrite: 1_100_000_000_000n,
      cacheWrite1h: 1_100_000_000_000n,
      audioInput: 1_100_000_000_000n,
      audioOutput: 10_000_000_000_000n,
    });
    expect(book('openai', 'gpt-4o-2024-08-06', '2026-03-11')?.input).toBe(1_100_000_000_000n);
    expect(book('openai', 'gpt-4o', '2026-03-12')?.input).toBe(2_500_000_000_000n);
  });
});

function override(changes: Partial<PriceOverride>): PriceOverride {
  return {
    provider: 'acme',
    model: 'contract-1',
    validFrom: '2026-01-01',
    validTo: null,
    input: '2.5',
    output: '10',
    cacheRead: null,
    cacheWrite: null,
    ...changes,
  };
}

function counts() {
  const tokens = fc.integer({ min: 0, max: 1_000_000_000 });
  return fc.record({ input: tokens, cacheRead: tokens, cacheWrite: tokens });
}
