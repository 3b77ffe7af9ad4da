import fc from 'fast-check';
import type { Queryable } from '../src/database/queryable.ts';
import { addDays } from '../src/money/days.ts';
import { rateOf, type MrrPart, type Rates } from '../src/money/mrr-movements.ts';
import { nanosInUsd, type Nanos } from '../src/money/nanos.ts';
import { recordMrrDay } from '../src/movements/record-day.ts';
import { emptyMrrTables } from './providers/stripe-tables.ts';

/** One known day: what there was, at which rates. */
export interface KnownDay {
  readonly day: string;
  readonly parts: readonly MrrPart[];
  /** USD for one EUR. */
  readonly eur: string;
}

export const anyPart: fc.Arbitrary<MrrPart> = fc
  .record({
    customer: fc.constantFrom('c1', 'c2', 'c3', 'c4'),
    plan: fc.constantFrom('a', 'b'),
    currency: fc.constantFrom('USD', 'EUR'),
    // From a cent on: of less, a rounding to a billionth is a large share.
    amount: fc.bigInt(10_000_000n, 400_000_000_000n),
  })
  .map(({ customer, plan, currency, amount }): MrrPart => ({
    customer,
    plan,
    currency,
    amount,
    subscription: `sub_${customer}_${plan}_${currency}`,
    product: `prod_${plan}`,
  }));

/** Days from 20 January 2026 on, some of them never read; quiet ones as often as others. */
export const anyHistory: fc.Arbitrary<KnownDay[]> = fc
  .array(
    fc.record({
      gap: fc.oneof(
        { weight: 5, arbitrary: fc.constant(1) },
        { weight: 1, arbitrary: fc.integer({ min: 2, max: 16 }) },
      ),
      changes: fc.oneof(
        fc.constant(undefined),
        fc.uniqueArray(anyPart, { selector: ({ subscription }) => subscription, maxLength: 6 }),
      ),
      eur: fc.integer({ min: 80, max: 120 }),
    }),
    { minLength: 1, maxLength: 9 },
  )
  .map((days) => {
    let day = '2026-01-19';
    let parts: readonly MrrPart[] = [];
    return days.map(({ gap, changes, eur }) => {
      day = addDays(day, gap);
      parts = changes ?? parts;
      return { day, parts, eur: `${eur / 100}` };
    });
  });

/** Stores the days as the collector does, one after the other. */
export async function recordHistory(db: Queryable, days: readonly KnownDay[]): Promise<void> {
  await emptyMrrTables(db);
  for (const { day, parts, eur } of days) {
    await db.query("INSERT INTO fx_rates (currency, day, usd_rate) VALUES ('EUR', $1, $2)", [day, eur]);
    await recordMrrDay(db, { day, parts, unread: new Set(), policy: {}, provisional: false });
  }
}

export function ratesOf({ eur }: KnownDay): Rates {
  return new Map([['EUR', eur]]);
}

export function usdOf(parts: readonly MrrPart[], rates: Rates): Nanos {
  return parts.reduce((sum, { amount, currency }) => sum + nanosInUsd(amount, rateOf(rates, currency) ?? '0'), 0n);
}

/** A plan of a customer that costs `usd` dollars a month. */
export const part = (customer: string, plan: string, usd: bigint): MrrPart => ({
  customer,
  plan,
  subscription: `sub_${customer}_${plan}`,
  product: 'prod',
  currency: 'USD',
  amount: usd * 1_000_000_000n,
});
