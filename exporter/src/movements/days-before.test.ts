import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { emptyStripeTables } from '../../test/providers/stripe-tables.ts';

const MIGRATION = readFileSync(join(import.meta.dirname, '../../migrations/0038_mrr_movements_before.sql'), 'utf8');

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() => emptyStripeTables(database.pool));

/** Days as earlier versions stored them. */
async function store(
  days: Readonly<Record<string, Readonly<Record<string, string>>>>,
  currency = 'USD',
): Promise<void> {
  for (const [day, customers] of Object.entries(days)) {
    await database.pool.query(
      `INSERT INTO stripe_metrics (recorded_at, mrr_usd, mrr_by_currency) VALUES ($1, $2, $3)`,
      [day, Object.values(customers).reduce((sum, one) => sum + Number(one), 0), { [currency]: '1.00' }],
    );
    for (const [customer, mrr] of Object.entries(customers))
      await database.pool.query('INSERT INTO mrr_by_customer VALUES ($1, $2, $3)', [day, customer, mrr]);
  }
  await database.pool.query(MIGRATION);
}

async function movements(): Promise<string[]> {
  const { rows } = await database.pool.query<{ said: string }>(
    `SELECT concat_ws(' ', day, customer, kind, nullif(reason, ''), trim_scale(amount), customers) AS said
     FROM mrr_movements ORDER BY day, customer`,
  );
  return rows.map(({ said }) => said);
}

describe('days from before movements were recorded', () => {
  it('have movements by customer, over days without a run too', async () => {
    await store({
      '2026-03-01': { a: '10', b: '8.333333', c: '5' },
      '2026-03-02': { a: '15', b: '8.333334' },
      '2026-03-05': { a: '12', b: '8.333333', d: '7' },
      '2026-03-06': { a: '12', c: '6', d: '7' },
    });
    expect(await movements()).toEqual([
      '2026-03-01 a opening 10 1',
      '2026-03-01 b opening 8.333333 1',
      '2026-03-01 c opening 5 1',
      '2026-03-02 a expansion 5 0',
      '2026-03-02 c churn -5 -1',
      '2026-03-05 a contraction -3 0',
      '2026-03-05 d new 7 1',
      '2026-03-06 b churn -8.333333 -1',
      '2026-03-06 c reactivation 6 1',
    ]);
    const { rows } = await database.pool.query('SELECT day::text, previous::text, by_plan FROM mrr_days ORDER BY day');
    expect(rows.slice(1, 3)).toEqual([
      { day: '2026-03-02', previous: '2026-03-01', by_plan: false },
      { day: '2026-03-05', previous: '2026-03-02', by_plan: false },
    ]);
  });

  it('say that a change is a correction where a rate may have been its cause', async () => {
    await store({ '2026-03-01': { a: '10' }, '2026-03-02': { a: '10.5', b: '3' } }, 'EUR');
    expect(await movements()).toEqual([
      '2026-03-01 a opening 10 1',
      '2026-03-02 a correction currency_unknown 0.5 0',
      '2026-03-02 b new 3 1',
    ]);
  });

  it('are left alone where a day is recorded already', async () => {
    await database.pool.query("INSERT INTO mrr_days (day, provisional) VALUES ('2026-03-01', false)");
    await store({ '2026-03-01': { a: '10' } });
    expect(await movements()).toEqual([]);
  });
});
