import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { listBudgets, putBudget } from './store.ts';
import { budgetSamples } from '../metrics/business-samples.ts';
import { writeBudgetSettings, type BudgetSetting } from './budget-settings.ts';
import { withTransaction } from '../database/pool.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() => database.pool.query('TRUNCATE budgets'));

const NOW = new Date('2026-03-15T12:00:00Z');
const start = (...budgets: BudgetSetting[]) =>
  withTransaction(database.pool, (tx) => writeBudgetSettings(tx, budgets, NOW));
const put = (provider: string, monthUsd: string | null) =>
  putBudget(database.pool, { provider, customer: null, userId: null, monthUsd, now: NOW, by: 'ada' });
const inForce = async () =>
  (await listBudgets(database.pool, false)).map(({ provider, monthUsd, source, createdBy }) => [
    provider,
    monthUsd,
    source,
    createdBy,
  ]);
const history = async () =>
  (await listBudgets(database.pool, true)).map(
    ({ provider, monthUsd, source }) => `${provider ?? ''} ${monthUsd ?? '–'} ${source}`,
  );

const ALL = { provider: 'all', monthUsd: '900' };
const LLM = { provider: 'llm', monthUsd: '300.50' };

it('stores each once, whatever the number of starts and replicas', async () => {
  expect(
    (await Promise.all([start(ALL, LLM), start(ALL, LLM), start(ALL, LLM)])).map(({ stored }) => stored).sort(),
  ).toEqual([0, 0, 2]);
  expect(await inForce()).toEqual([
    ['all', '900.00', 'settings', 'settings'],
    ['llm', '300.50', 'settings', 'settings'],
  ]);
  expect(await budgetSamples(database.pool)).toEqual(
    expect.arrayContaining([{ name: 'budget_month_usd', labels: { provider: 'llm' }, value: 300.5 }]),
  );
});

it('follows a changed setting and takes a removed one away, with history', async () => {
  await start(ALL, LLM);
  await start({ ...ALL, monthUsd: '1000' });
  expect(await history()).toEqual([
    'llm – settings',
    'all 1000.00 settings',
    'llm 300.50 settings',
    'all 900.00 settings',
  ]);
  await start(ALL, LLM);
  expect((await inForce()).map(([provider, monthUsd]) => [provider, monthUsd])).toEqual([
    ['all', '900.00'],
    ['llm', '300.50'],
  ]);
  await start();
  expect(await budgetSamples(database.pool)).toEqual([]);
});

it('gives way to the API, also where that took the budget away or said the same', async () => {
  await start(ALL, LLM);
  await put('all', '1200');
  await put('llm', null);
  expect(await start(ALL, LLM)).toEqual({ stored: 0, overruled: ['all', 'llm'] });
  expect(await inForce()).toEqual([
    ['all', '1200.00', 'api', 'ada'],
    ['llm', null, 'api', 'ada'],
  ]);

  await put('all', '900');
  expect(await start(ALL)).toEqual({ stored: 0, overruled: [] });
  expect(await start({ ...ALL, monthUsd: '5' })).toEqual({ stored: 0, overruled: ['all'] });
});

it('the same amount by the API is a word of its own, once', async () => {
  await start(ALL);
  expect((await put('all', '900')).stored).toBe(true);
  expect((await put('all', '900.00')).stored).toBe(false);
  await start();
  expect(await inForce()).toEqual([['all', '900.00', 'api', 'ada']]);
});

it('stores the thresholds of the settings, and a change of them alone', async () => {
  await start({ ...ALL, thresholds: [50, 80, 100] });
  await start({ ...ALL, thresholds: [50, 80, 100] });
  await start(ALL);
  expect((await listBudgets(database.pool, true)).map(({ monthUsd, thresholds }) => [monthUsd, thresholds])).toEqual([
    ['900.00', [100]],
    ['900.00', [50, 80, 100]],
  ]);
});
