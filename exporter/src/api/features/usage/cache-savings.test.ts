import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { storeUsage } from '../../../collectors/llm/store.ts';
import { withTransaction } from '../../../database/pool.ts';

let database: TestDatabase;
let api: TestApi;

const ROW = {
  user: 'ada',
  requests: 10,
  errors: 0,
  cacheWrite: 0,
  reported: undefined,
  computed: undefined,
  partial: false,
};

beforeAll(async () => {
  database = await createTestDatabase();
  const rows = [
    { ...ROW, provider: 'openai', model: 'gpt-4o', prompt: 1_000_000, completion: 100_000, cacheRead: 400_000 },
    {
      ...ROW,
      provider: 'openai',
      model: 'gpt-4o-mini',
      prompt: 2_000_000,
      completion: 200_000,
      cacheRead: 0,
      gatewayPrompt: 1_000_000,
      gatewayCompletion: 100_000,
    },
    { ...ROW, provider: 'acme', model: 'house-1', prompt: 1_000, completion: 0, cacheRead: 250 },
    { ...ROW, provider: 'openai', model: 'gpt-4.1', prompt: 500, completion: 1, cacheRead: 0 },
  ];
  const day = { day: '2026-03-14', provisional: false, fields: new Set<never>(), rows, idle: [] };
  await withTransaction(database.pool, (tx) => storeUsage(tx, { days: [day] }));
  api = await startApi(database.url);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

it.each(['', '&user=ada'])('says by model how much was cached and what that saved (%s)', async (filter) => {
  const answer = await api.get(`/api/v1/metrics/token-ratios?from=2026-03-01&to=2026-03-15${filter}`);
  expect(answer.json).toMatchObject({
    data: [
      // 1M × 0.15 + 0.1M × 0.60 were answered by the gateway.
      { model: 'gpt-4o-mini', cachedTokens: 0, gatewayCachedTokens: 1_100_000, cacheSavingsUsd: '0.21' },
      // 0.4M × (2.50 − 1.25).
      { model: 'gpt-4o', cachedTokens: 400_000, cacheHitRate: 0.4, gatewayCachedTokens: 0, cacheSavingsUsd: '0.50' },
      // Without a price nobody knows; without a cached token nothing was saved.
      { model: 'house-1', cachedTokens: 250, cacheHitRate: 0.25, cacheSavingsUsd: null },
      { model: 'gpt-4.1', cachedTokens: 0, cacheHitRate: 0, cacheSavingsUsd: '0.00' },
    ],
  });
});
