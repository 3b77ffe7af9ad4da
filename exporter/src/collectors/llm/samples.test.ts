import { describe, expect, it } from 'vitest';
import type { LlmDay, LlmRow } from './data.ts';
import { cleanName, selectorOf, usageKeyOf } from './mapping.ts';
import { PRESETS } from './presets.ts';
import { MAX_MODELS, llmSamples } from './samples.ts';

function row(changes: Partial<LlmRow> = {}): LlmRow {
  return {
    user: 'ada',
    provider: 'openai',
    model: 'gpt-4o',
    prompt: 1000,
    completion: 10,
    cacheRead: 100,
    cacheWrite: 0,
    requests: 3,
    errors: 1,
    reported: undefined,
    computed: 2_475n,
    partial: false,
    ...changes,
  };
}

function day(rows: readonly LlmRow[], changes: Partial<LlmDay> = {}): LlmDay {
  return {
    day: '2026-03-14',
    provisional: false,
    fields: new Set(['input', 'output', 'cacheRead', 'requests', 'errors'] as const),
    rows,
    idle: [],
    ...changes,
  };
}

describe('gauges of a day', () => {
  it('add up by model; what the source does not have, has no series', () => {
    const labels = { llm_provider: 'openai', model: 'gpt-4o' };
    expect(llmSamples(day([row(), row({ user: 'bob', computed: 25n })]))).toEqual([
      { name: 'llm_requests_day', labels, value: 6 },
      { name: 'llm_errors_day', labels, value: 2 },
      { name: 'llm_tokens_day', labels: { ...labels, token_type: 'input' }, value: 1800 },
      { name: 'llm_tokens_day', labels: { ...labels, token_type: 'output' }, value: 20 },
      { name: 'llm_tokens_day', labels: { ...labels, token_type: 'cache_read' }, value: 200 },
      { name: 'llm_cost_day_usd', labels, value: 0.0025 },
      { name: 'llm_unpriced_tokens_day', labels, value: 0 },
      { name: 'llm_users_day', labels: { llm_provider: 'openai' }, value: 2 },
    ]);
  });

  it('have no cost of 0 for usage without a price beside requests that failed', () => {
    const failed = row({ user: 'bob', prompt: 0, completion: 0, requests: 1, errors: 1, computed: 0n });
    const names = (rows: readonly LlmRow[]) => llmSamples(day(rows)).map(({ name }) => name);
    expect(names([failed])).toContain('llm_cost_day_usd');
    expect(names([failed, row({ computed: undefined })])).not.toContain('llm_cost_day_usd');
  });

  it('say what caches saved, unless a model of the series has no price', () => {
    const named = { provider: 'openai', model: 'gpt-4o' };
    const saved = (...amounts: readonly (bigint | undefined)[]) =>
      llmSamples(day([row()], { savings: amounts.map((one) => ({ ...named, saved: one })) }))
        .filter(({ name }) => name === 'llm_cache_savings_day_usd')
        .map(({ value }) => value);
    expect(saved(125_000n)).toEqual([0.125]);
    expect(saved()).toEqual([]);
    expect(saved(undefined)).toEqual([]);
    expect(saved(125_000n, undefined)).toEqual([]);
  });

  it('row 28: an unknown price gives tokens without a price, and no cost', () => {
    const samples = llmSamples(day([row({ computed: undefined })]));
    expect(samples.filter(({ name }) => name === 'llm_cost_day_usd')).toEqual([]);
    expect(samples.find(({ name }) => name === 'llm_unpriced_tokens_day')?.value).toBe(1010);
  });

  it('a model whose counters stood still is a real zero', () => {
    const samples = llmSamples(day([], { idle: [{ provider: 'openai', model: 'gpt-4o' }] }));
    expect(samples.find(({ name }) => name === 'llm_requests_day')?.value).toBe(0);
    expect(samples.find(({ name }) => name === 'llm_cost_day_usd')?.value).toBe(0);
  });

  it('row 26: 10,000 models and providers stay below the cap, and nothing is lost', () => {
    const rows = Array.from({ length: 10_000 }, (_, index) =>
      row({ provider: `p${index % 500}`, model: `m${index}`, prompt: index, cacheRead: 0, completion: 0 }),
    );
    const samples = llmSamples(
      day(rows, {
        fields: new Set(['input', 'output', 'cacheRead', 'cacheWrite', 'cost', 'requests', 'errors'] as const),
      }),
    );
    expect(samples.length).toBeLessThan(600);
    const input = samples.filter(({ name, labels }) => name === 'llm_tokens_day' && labels.token_type === 'input');
    expect(input.length).toBeGreaterThanOrEqual(MAX_MODELS);
    expect(input.reduce((sum, { value }) => sum + value, 0)).toBe((10_000 * 9_999) / 2);
    expect(new Set(samples.map(({ name, labels }) => JSON.stringify([name, labels]))).size).toBe(samples.length);
    expect(samples).toEqual(
      llmSamples(
        day(rows.toReversed(), {
          fields: new Set(['input', 'output', 'cacheRead', 'cacheWrite', 'cost', 'requests', 'errors'] as const),
        }),
      ).toSorted((a, b) => position(samples, a) - position(samples, b)),
    );
  });

  function position(
    samples: readonly { name: string; labels: object }[],
    wanted: { name: string; labels: object },
  ): number {
    return samples.findIndex(
      ({ name, labels }) => name === wanted.name && JSON.stringify(labels) === JSON.stringify(wanted.labels),
    );
  }
});

describe('names', () => {
  it.each([
    ['  gpt-4o ', 'gpt-4o'],
    ['quo"te, pipe| and \\', 'quo"te, pipe| and \\'],
    ['two\nlines\u2028three\u0000', 'two lines three'],
    ['🚀', '🚀'],
  ])('%j', (name, expected) => {
    expect(cleanName(name)).toBe(expected);
  });

  it('row 26: 10 kB are cut to 200 characters, never through one', () => {
    const cut = cleanName('🚀'.repeat(5_000));
    expect(cut.length).toBeLessThanOrEqual(200);
    expect(cut.isWellFormed()).toBe(true);
    expect(cut).toMatch(/^(🚀)+…$/u);
  });

  it('come from the first label with a value; LiteLLM writes None for nobody', () => {
    const labels = { end_user: 'None', user: 'ada', api_provider: '', requested_model: 'gpt' };
    expect(usageKeyOf(labels, PRESETS.litellm)).toEqual({ user: 'ada', provider: 'unknown', model: 'gpt' });
    expect(usageKeyOf({ model_name: 'llama' }, PRESETS.vllm)).toEqual({
      user: 'unknown',
      provider: 'vllm',
      model: 'llama',
    });
  });

  it('are quoted in selectors', () => {
    expect(selectorOf({ fields: [], metric: 'm', matchers: ['a="b"'] }, { __name__: 'm', c: 'q"\\\n🚀' })).toBe(
      'm{a="b",c="q\\"\\\\\\n🚀"}',
    );
  });
});
