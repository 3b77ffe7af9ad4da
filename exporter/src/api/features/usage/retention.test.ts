import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { seedFigures } from '../../../../test/seed-figures.ts';

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  await seedFigures(database.pool);
  await database.pool.query(
    `DELETE FROM llm_metrics_history WHERE day < '2026-03-10';
     INSERT INTO usage_state (raw_since) VALUES ('2026-03-10')`,
  );
  api = await startApi(database.url);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const get = (path: string) => api.get(`/api/v1/metrics/${path}`);
const COVERED = 'from=2026-03-01&to=2026-03-15';
const RETAINED = 'from=2026-03-10&to=2026-03-15';

it.each([
  'cost-by-user?provider=openai',
  'cost-by-user?model=gpt-5',
  'token-ratios?user=bob-0123456789',
  'error-rates?user=bob-0123456789',
  'metrics-monthly-summary?user=bob-0123456789',
])('%s: a period whose raw rows were dropped is refused rather than answered with too little', async (path) => {
  const refused = await get(`${path}&${COVERED}`);
  expect(refused.status).toBe(400);
  expect(refused.text).toContain('must not be before 2026-03-10');
  expect(refused.text).toContain('LLM_RAW_RETENTION_MONTHS');
  expect((await get(`${path}&${RETAINED}`)).status).toBe(200);
});

it.each([
  'cost-by-user?user=bob-0123456789',
  'cost-by-user?limit=5',
  'token-ratios?provider=openai',
  'metrics-monthly-summary?model=gpt-5',
])('%s: rollups answer for every day', async (path) => {
  expect((await get(`${path}&${COVERED}`)).status).toBe(200);
});

it('re-pricing is refused there, and changes nothing', async () => {
  const reprice = (from: string) =>
    api.send('POST', '/api/v1/admin/llm-prices/reprice', {
      body: JSON.stringify({ from, to: '2026-03-15', apply: true }),
    });
  const refused = await reprice('2026-03-09');
  expect(refused.status).toBe(400);
  expect(refused.text).toContain('must not be before 2026-03-10: re-pricing needs the raw usage');
  expect((await reprice('2026-03-10')).status).toBe(200);
});
