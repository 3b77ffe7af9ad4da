import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripeContext } from '../../../test/stripe-context.ts';
import { addDays } from '../../money/days.ts';
import { recognisedBetween } from '../../money/recognised-revenue.ts';
import { recomputeRevenue } from './store-revenue.ts';

const stripe = stripeContext();

describe('the database spreads as money/recognised-revenue.ts does', () => {
  it('for any lines', async () => {
    const anyLine = fc.record({
      minor: fc.bigInt(-5_000_000n, 5_000_000n),
      offset: fc.nat(40),
      length: fc.integer({ min: 1, max: 60 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyLine, { minLength: 1, maxLength: 8 }), async (drawn) => {
        await stripe.database.pool.query('TRUNCATE stripe_revenue_lines, revenue_daily');
        const lines = drawn.map(({ minor, offset, length }) => ({
          minor,
          start: addDays('2026-01-01', offset),
          end: addDays('2026-01-01', offset + length),
        }));
        for (const [index, { minor, start, end }] of lines.entries()) {
          await stripe.database.pool.query(
            `INSERT INTO stripe_revenue_lines (id, invoice_id, kind, customer, status, finalised_on, period_start,
              period_end, amount, currency, fx_rate, amount_usd)
           VALUES ($1, 'in', 'invoice_line', 'c', 'paid', $2, $2, $3, $4::numeric, 'USD', 1, $4::numeric / 100)`,
            [`il_${index}`, start, end, String(minor)],
          );
        }
        const days = Array.from({ length: 100 }, (_, index) => addDays('2026-01-01', index));
        await recomputeRevenue(stripe.database.pool, days, '2027-01-01');
        const stored = await stripe.database.pool.query<{ day: string; cents: string }>(
          'SELECT day::text, trim_scale(recognised_usd * 100)::text AS cents FROM revenue_daily ORDER BY day',
        );
        const expected = days.map((day) => ({
          day,
          cents: String(lines.reduce((sum, one) => sum + recognisedBetween(one, day, addDays(day, 1)), 0n)),
        }));
        expect(stored.rows).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });
});
