import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { seedFigures } from '../../test/seed-figures.ts';
import { addDays, daysBetween } from '../money/days.ts';
import { readPeriodFacts } from '../api/shared/facts.ts';
import { usdText } from '../money/format.ts';
import { netMargin } from './net-margin.ts';
import { periodTotals } from './totals.ts';
import { trailingTotals } from './trend.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await seedFigures(database.pool);
});
afterAll(() => database.drop());

async function firstDay(sql: string): Promise<string> {
  const { rows } = await database.pool.query<{ day: string }>(sql);
  return rows[0]?.day ?? '';
}

it('gives each day exactly the summary of its window, and nothing where that begins before the first known day', async () => {
  const revenueSince = await firstDay(
    'SELECT min(day)::text AS day FROM revenue_daily WHERE recognised_usd IS NOT NULL',
  );
  const costsSince = await firstDay('SELECT min(day)::text AS day FROM component_costs');
  const period = { from: '2026-03-02', to: '2026-03-15' };
  const rows = await trailingTotals(database.pool, period, 'recognised', 5);
  expect(rows).toHaveLength(daysBetween(period.from, period.to));
  let known = 0;
  for (const row of rows) {
    const window = { from: addDays(row.day, -4), to: addDays(row.day, 1) };
    const { costs } = await readPeriodFacts(database.pool, { ...window, today: period.to });
    const totals = await periodTotals(database.pool, { ...window, costs }, 'recognised', window.to);
    const revenue = window.from >= revenueSince ? totals.revenue : null;
    const unknownCosts = window.from < costsSince;
    expect(row).toEqual({
      day: row.day,
      revenueUsd: usdText(revenue),
      llmCostUsd: unknownCosts ? null : usdText(totals.llm),
      infrastructureCostUsd: unknownCosts ? null : usdText(totals.infrastructure),
      netMarginUsd: usdText(netMargin({ ...totals, revenue, unknownCosts }).margin),
    });
    if (row.netMarginUsd !== null) known += 1;
  }
  expect(known).toBeGreaterThan(5);
});
