import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { recordHistory, type KnownDay } from '../../test/mrr-history.ts';
import { movementSamples } from './samples.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const day = (on: string, customers: Readonly<Record<string, bigint>>): KnownDay => ({
  day: on,
  eur: '1',
  parts: Object.entries(customers).map(([customer, usd]) => ({
    ...{ customer, subscription: customer, plan: 'p', product: 'x', currency: 'USD' },
    amount: usd * 1_000_000_000n,
  })),
});

async function gauges(today: string): Promise<Record<string, number>> {
  const samples = await movementSamples(database.pool, today);
  return Object.fromEntries(
    samples.map(({ name, labels, value }) => [
      [name, labels['movement'] ?? labels['basis']].filter(Boolean).join(' '),
      value,
    ]),
  );
}

describe('gauges', () => {
  it('of an account without any known day are absent', async () => {
    await recordHistory(database.pool, []);
    expect(await gauges('2026-03-15')).toEqual({});
  });

  it('are what moved this month, and the rates of the last month that has ended', async () => {
    await recordHistory(database.pool, [
      day('2025-02-28', { a: 100n, b: 100n }),
      day('2026-01-31', { a: 100n, b: 100n }),
      day('2026-02-10', { a: 150n }),
      day('2026-03-10', { a: 120n, c: 40n }),
    ]);
    expect(await gauges('2026-03-15')).toEqual({
      'mrr_movement_month_to_date_usd new': 40,
      'mrr_movement_month_to_date_usd expansion': 0,
      'mrr_movement_month_to_date_usd contraction': -30,
      'mrr_movement_month_to_date_usd churn': 0,
      'mrr_movement_month_to_date_usd reactivation': 0,
      'mrr_movement_month_to_date_usd rate_change': 0,
      'mrr_movement_month_to_date_usd correction': 0,
      customer_churn_ratio: 0.5,
      'mrr_churn_ratio gross': 0.5,
      'mrr_churn_ratio net': 0.25,
      'revenue_retention_ratio gross': 0.5,
      'revenue_retention_ratio net': 0.75,
    });
  });

  it('of a month without a known day are absent', async () => {
    expect(Object.keys(await gauges('2026-05-15'))).toEqual([]);
  });
});
