import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type TestApi } from '../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import type { LlmRow } from '../collectors/llm/data.ts';
import { llmSamples } from '../collectors/llm/samples.ts';
import { storeUsage } from '../collectors/llm/store.ts';
import { withTransaction } from '../database/pool.ts';

function usage(user: string, model: string, computed: bigint | undefined): LlmRow {
  return {
    user,
    provider: 'acme',
    model,
    prompt: 1000,
    completion: 100,
    cacheRead: 0,
    cacheWrite: 0,
    requests: 2,
    errors: 0,
    reported: undefined,
    computed,
    partial: false,
  };
}

function dayOf(day: string, rows: readonly LlmRow[]) {
  return { day, provisional: false, fields: new Set(['input', 'output', 'requests'] as const), rows, idle: [] };
}

const WITHOUT_PRICE = usage('ada', 'house-1', undefined);
const WITH_PRICE = usage('bob', 'known-1', 2_000_000n);
const answer = z.looseObject({
  data: z.array(z.record(z.string(), z.unknown())).optional(),
  totals: z.record(z.string(), z.unknown()).optional(),
  warnings: z.array(z.object({ code: z.string() })),
});

/** Every answer that contains the cost of LLM usage, or a figure made of it. */
const PATHS = [
  'summary',
  'revenue-vs-costs',
  'cost-by-user',
  'token-ratios',
  'infrastructure-costs',
  'metrics-monthly-summary',
  'margin-by-customer',
  'cost-sources',
] as const;
const PERIODS = { unknown: 'from=2026-03-01&to=2026-03-05', mixed: 'from=2026-03-06&to=2026-03-11' } as const;

describe('the cost of a model without a price', () => {
  let database: TestDatabase;
  let api: TestApi;
  beforeAll(async () => {
    database = await createTestDatabase();
    const days = [
      dayOf('2026-03-03', [WITHOUT_PRICE]),
      dayOf('2026-03-08', [WITHOUT_PRICE, WITH_PRICE]),
      dayOf('2026-03-09', [WITH_PRICE]),
    ];
    await withTransaction(database.pool, (tx) => storeUsage(tx, { days }));
    api = await startApi(database.url);
  });
  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  async function read(path: string, period: keyof typeof PERIODS) {
    const found = await api.get(`/api/v1/metrics/${path}?${PERIODS[period]}`);
    expect(found.status).toBe(200);
    return answer.parse(found.json);
  }

  it.each(PATHS)('%s: is null where nothing else is in it, and nothing made of it is a number', async (path) => {
    const { data = [], totals = {}, ...rest } = await read(path, 'unknown');
    for (const row of [...data, totals, rest]) {
      for (const [field, value] of Object.entries(row)) {
        // No tokens came from a cache: what caches saved is known.
        if (field.endsWith('Usd') && field !== 'cacheSavingsUsd') expect(value, `${path} ${field}`).toBeNull();
      }
    }
  });

  it.each(PATHS)('%s: says so where the cost of others is in it too', async (path) => {
    const { warnings } = await read(path, 'mixed');
    expect(warnings.map(({ code }) => code)).toContain('unpriced_tokens');
  });

  it('margin by customer: usage that nobody pays for is one row, with its tokens', async () => {
    const { data } = await read('margin-by-customer', 'unknown');
    expect(data).toEqual([
      expect.objectContaining({
        kind: 'unmatched_cost',
        llmCostUsd: null,
        marginUsd: null,
        users: 1,
        unpricedTokens: 1100,
      }),
    ]);
  });

  it('has no gauge, but its tokens have one', () => {
    const names = (rows: readonly LlmRow[]) => llmSamples(dayOf('2026-03-03', rows)).map(({ name }) => name);
    expect(names([WITHOUT_PRICE])).not.toContain('llm_cost_day_usd');
    expect(names([WITHOUT_PRICE])).toContain('llm_unpriced_tokens_day');
  });
});
