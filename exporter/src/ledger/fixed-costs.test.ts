import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { writeFixedCosts, type FixedPrices } from './fixed-costs.ts';
import { replaceLedger } from './replace-rows.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  await database.pool.query('DELETE FROM component_costs');
});
afterAll(() => database.drop());

const write = (prices: FixedPrices, today = '2026-03-15') => writeFixedCosts(database.pool, prices, today);

async function months(provider = 'supabase'): Promise<Record<string, string>> {
  const { rows } = await database.pool.query<{ month: string; amount: string }>(
    `SELECT to_char(day, 'YYYY-MM') AS month, round(sum(amount_usd), 2)::text || ' in ' || count(*) AS amount
     FROM component_costs WHERE source = 'fixed' AND provider = $1 GROUP BY 1 ORDER BY 1`,
    [provider],
  );
  return Object.fromEntries(rows.map(({ month, amount }) => [month, amount]));
}

it('spreads the price over the running month, to the cent, and writes nothing the second time', async () => {
  expect(await write({ SUPABASE_MONTHLY_COST_USD: '25.00', WEAVIATE_MONTHLY_COST_USD: '0' })).toBe(62);
  expect(await months()).toEqual({ '2026-03': '25.00 in 31' });
  expect(await months('weaviate')).toEqual({ '2026-03': '0.00 in 31' });
  expect(await write({ SUPABASE_MONTHLY_COST_USD: '25.00', WEAVIATE_MONTHLY_COST_USD: '0' })).toBe(0);
});

it('reaches back to the first day of the ledger, once: a changed price restates the running month only', async () => {
  await replaceLedger(
    database.pool,
    'twilio',
    'api_usage',
    ['2026-01-20'],
    [{ day: '2026-01-20', component: 'all', amountUsd: '1.00' }],
  );
  await write({ SUPABASE_MONTHLY_COST_USD: '25.00' });
  expect(await months()).toEqual({ '2026-01': '25.00 in 31', '2026-02': '25.00 in 28', '2026-03': '25.00 in 31' });
  expect(await write({ SUPABASE_MONTHLY_COST_USD: '30.00' })).toBe(31);
  expect(await months()).toEqual({ '2026-01': '25.00 in 31', '2026-02': '25.00 in 28', '2026-03': '30.00 in 31' });
  await write({});
  expect(await months()).toEqual({ '2026-01': '25.00 in 31', '2026-02': '25.00 in 28' });
  await write({ SUPABASE_MONTHLY_COST_USD: '40.00' }, '2026-04-01');
  expect(await months()).toEqual({
    '2026-01': '25.00 in 31',
    '2026-02': '25.00 in 28',
    '2026-03': '40.00 in 31',
    '2026-04': '40.00 in 30',
  });
});

it('goes back two years at most', async () => {
  await replaceLedger(
    database.pool,
    'acme',
    'invoice',
    ['2001-01-01'],
    [{ day: '2001-01-01', component: 'all', amountUsd: '1.00' }],
  );
  await write({ WEAVIATE_MONTHLY_COST_USD: '45.00' });
  expect(Object.keys(await months('weaviate'))).toHaveLength(25);
  expect(Object.keys(await months('weaviate'))[0]).toBe('2024-03');
});

it('leaves a demonstration alone', async () => {
  await replaceLedger(
    database.pool,
    'supabase',
    'fixed',
    ['2026-03-01'],
    [{ day: '2026-03-01', component: 'all', amountUsd: '1.00', demo: true }],
  );
  expect(await write({})).toBe(0);
  expect(await months()).toEqual({ '2026-03': '1.00 in 1' });
});
