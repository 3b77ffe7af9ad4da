import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { recomputeRevenue } from '../collectors/stripe/store-revenue.ts';
import { addDays, daysOf } from '../money/days.ts';
import { micros } from '../money/format.ts';
import { sumMicros } from '../money/micros.ts';
import { revenueDays, revenueLines } from './revenue-lines.ts';

const MARCH = { from: '2026-03-01', to: '2026-04-01' };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const stripeLine = fc.record({
  invoice: fc.constantFrom('in_1', 'in_2', 'in_3'),
  start: fc.integer({ min: -400, max: 40 }),
  length: fc.integer({ min: 1, max: 400 }),
  /** A credit counts from within the period that it is spread over. */
  creditedAfter: fc.option(fc.integer({ min: 0, max: 399 })),
  minor: fc.integer({ min: -99_999, max: 99_999 }).filter((minor) => minor !== 0),
  rate: fc.option(fc.constantFrom('1', '1.0837', '0.00671234')),
});

it('what the invoices of Stripe earned in a month adds up to its days, without a rest', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stripeLine, { minLength: 1, maxLength: 8 }), async (lines) => {
      await database.pool.query('DELETE FROM stripe_revenue_lines');
      for (const [index, one] of lines.entries()) {
        const spreadStart = addDays(MARCH.from, one.start);
        const end = addDays(spreadStart, one.length);
        const start =
          one.creditedAfter !== null && one.creditedAfter < one.length ? addDays(spreadStart, one.creditedAfter) : null;
        await database.pool.query(
          `INSERT INTO stripe_revenue_lines (id, invoice_id, kind, customer, status, finalised_on, period_start,
             period_end, spread_start, spread_end, amount, currency, fx_rate, amount_usd)
           VALUES ($1, $2, 'invoice_line', 'cus_a', 'paid', $3, coalesce($4::date, $3::date), $5,
             CASE WHEN $4::date IS NULL THEN NULL ELSE $3::date END, CASE WHEN $4::date IS NULL THEN NULL ELSE $5::date END,
             $6, 'eur', $7::numeric, round($6::numeric / 100 * $7::numeric, 6))`,
          [`il_${index}`, one.invoice, spreadStart, start, end, one.minor, one.rate],
        );
      }
      await recomputeRevenue(database.pool, daysOf(MARCH.from, MARCH.to), '2026-05-01');
      const days = await revenueDays(database.pool, MARCH);
      const revenue = (await revenueLines(database.pool, MARCH, days)).filter(({ figure }) => figure === 'revenue');
      expect(revenue.filter(({ kind }) => kind === 'rest')).toEqual([]);
      const known = days.map((day) => day.revenue ?? 0n);
      if (days.some((day) => day.revenue !== null))
        expect(sumMicros(revenue.map(({ amountUsd }) => micros(amountUsd) ?? 0n))).toBe(sumMicros(known));
    }),
    { numRuns: 60 },
  );
});
