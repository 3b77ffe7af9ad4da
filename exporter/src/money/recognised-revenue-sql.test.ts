import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { recomputeRevenue } from '../collectors/stripe/store-revenue.ts';
import { addDays, daysOf } from './days.ts';
import { formatMicros, sumMicros } from './micros.ts';
import { creditPeriod, recognisedBetween, recognisedUsdBetween, type EarnedAmount } from './recognised-revenue.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const FIRST = '2026-01-01';
const DAYS = daysOf(FIRST, addDays(FIRST, 110));

const drawnLine = fc.record({
  minor: fc.bigInt(-5_000_000n, 5_000_000n),
  offset: fc.nat(40),
  length: fc.integer({ min: 1, max: 60 }),
  customer: fc.constantFrom('cus_a', 'cus_b'),
  status: fc.constantFrom('paid', 'open', 'uncollectible', 'void', 'draft'),
  // USD for one unit of the currency, in hundredths; null where there is no rate.
  rate: fc.option(fc.bigInt(1n, 300n), { freq: 4 }),
  /** Of a credit note: how long after the start of the credited period it was issued. */
  creditedAfter: fc.option(fc.integer({ min: -5, max: 70 })),
});

type Drawn = typeof drawnLine extends fc.Arbitrary<infer Value> ? Value : never;

interface Line extends EarnedAmount {
  readonly kind: 'invoice_line' | 'credit_note_line';
  readonly customer: string;
  readonly status: string;
  readonly usd: bigint | null;
}

function lineOf({ minor, offset, length, customer, status, rate, creditedAfter }: Drawn): Line {
  const billed = { start: addDays(FIRST, offset), end: addDays(FIRST, offset + length) };
  const period = creditedAfter === null ? billed : creditPeriod(addDays(billed.start, creditedAfter), billed);
  const amount = creditedAfter === null || minor < 0n ? minor : -minor;
  return {
    kind: creditedAfter === null ? 'invoice_line' : 'credit_note_line',
    ...period,
    minor: amount,
    customer,
    status,
    usd: rate === null ? null : amount * rate * 100n,
  };
}

function counts({ status, usd }: Line): boolean {
  return status !== 'void' && status !== 'draft' && usd !== null;
}

async function store(lines: readonly Line[]): Promise<void> {
  await database.pool.query('TRUNCATE stripe_revenue_lines, revenue_daily, revenue_by_customer');
  for (const [index, { kind, minor, start, end, spread, customer, status, usd }] of lines.entries())
    await database.pool.query(
      `INSERT INTO stripe_revenue_lines (id, invoice_id, kind, customer, status, finalised_on, period_start, period_end,
         amount, currency, amount_usd, spread_start, spread_end)
       VALUES ($1, 'in', $2, $3, $4, $5, $5, $6, $7::numeric, 'EUR', $8::numeric, $9, $10)`,
      [
        `il_${index}`,
        kind,
        customer,
        status,
        start,
        end,
        String(minor),
        usd === null ? null : formatMicros(usd),
        spread?.start ?? null,
        spread?.end ?? null,
      ],
    );
}

const usdOn = (lines: readonly Line[], day: string): bigint =>
  sumMicros(lines.filter(counts).map((line) => recognisedUsdBetween(line, line.usd ?? 0n, day, addDays(day, 1))));

// Said in both places: money/recognised-revenue.ts and PARTS in collectors/stripe/store-revenue.ts.
it('the database recognises what money/recognised-revenue.ts does, by day and by customer', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(drawnLine, { minLength: 1, maxLength: 8 }), async (drawn) => {
      const lines = drawn.map(lineOf);
      await store(lines);
      await recomputeRevenue(database.pool, DAYS, '2027-01-01');
      const daily = await database.pool.query<{ day: string; micros: string }>(
        `SELECT day::text, (coalesce(recognised_usd, 0) * 1000000)::bigint::text AS micros FROM revenue_daily
         ORDER BY revenue_daily.day`,
      );
      expect(daily.rows).toEqual(DAYS.map((day) => ({ day, micros: String(usdOn(lines, day)) })));

      const byCustomer = await database.pool.query<{ day: string; customer: string; micros: string }>(
        `SELECT day::text, customer, (recognised_usd * 1000000)::bigint::text AS micros
         FROM revenue_by_customer c ORDER BY c.day, customer`,
      );
      const expected = DAYS.flatMap((day) =>
        ['cus_a', 'cus_b'].map((customer) => ({
          day,
          customer,
          micros: String(
            usdOn(
              lines.filter((line) => line.customer === customer),
              day,
            ),
          ),
        })),
      );
      expect(byCustomer.rows).toEqual(expected.filter(({ micros }) => micros !== '0'));
    }),
    { numRuns: 20 },
  );
});

it('in USD, the days of a line add up to its USD amount, as its minor units do to its amount', () => {
  fc.assert(
    fc.property(drawnLine, (drawn) => {
      const line = lineOf(drawn);
      const days = daysOf(line.start, line.end).map((day) => [day, addDays(day, 1)] as const);
      expect(sumMicros(days.map(([from, to]) => recognisedBetween(line, from, to)))).toBe(line.minor);
      if (line.usd === null || line.minor === 0n) return;
      expect(sumMicros(days.map(([from, to]) => recognisedUsdBetween(line, line.usd ?? 0n, from, to)))).toBe(line.usd);
    }),
  );
});
