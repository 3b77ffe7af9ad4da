import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { anyPart, part, ratesOf, recordHistory, usdOf, type KnownDay } from '../../test/mrr-history.ts';
import { addDays, addMonths } from '../money/days.ts';
import type { MrrPart, Rates } from '../money/mrr-movements.ts';
import type { Nanos } from '../money/nanos.ts';
import { revenueCohorts } from './cohorts.ts';
import { revenueRetention } from './retention.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const MONTHS = 14;
const FIRST = '2025-01-01';
const PERIOD = { from: FIRST, to: addMonths(FIRST, MONTHS) };
const TODAY = PERIOD.to;
const monthEnd = (index: number): string => addDays(addMonths(FIRST, index + 1), -1);

/** Somebody always pays in EUR, so that each month has its rate: without one the later month's counts. */
const ALWAYS: MrrPart = { ...part('c0', 'a', 20n), currency: 'EUR', subscription: 'sub_c0_a_EUR' };

/** The last day of every month: what there is then, changed or not. */
const anyMonths: fc.Arbitrary<KnownDay[]> = fc
  .array(
    fc.record({
      changes: fc.option(fc.uniqueArray(anyPart, { selector: ({ subscription }) => subscription, maxLength: 6 }), {
        nil: undefined,
      }),
      eur: fc.integer({ min: 80, max: 120 }),
    }),
    { minLength: MONTHS, maxLength: MONTHS },
  )
  .map((months) => {
    let parts: readonly MrrPart[] = [ALWAYS];
    return months.map(({ changes, eur }, index) => {
      parts = changes === undefined ? parts : [ALWAYS, ...changes];
      return { day: monthEnd(index), parts, eur: `${eur / 100}` };
    });
  });

const byCustomer = (parts: readonly MrrPart[], rates: Rates): Map<string, Nanos> =>
  new Map([...Map.groupBy(parts, ({ customer }) => customer)].map(([customer, own]) => [customer, usdOf(own, rates)]));
const sum = (amounts: Iterable<Nanos>): number => [...amounts].reduce((total, amount) => total + Number(amount), 0);

/** In parts of itself: one that began with a few cents may be 80 times as large, and nanodollars are rounded. */
function expectShare(found: number | null, expected: number): void {
  const size = Math.max(expected, 1);
  expect((found ?? NaN) / size).toBeCloseTo(expected / size, 5);
}

async function checkRetention(months: readonly KnownDay[]): Promise<void> {
  for (const [index, row] of (await revenueRetention(database.pool, PERIOD, TODAY)).entries()) {
    const [then, now] = [months[index - 12], months[index]];
    if (then === undefined || now === undefined || then.parts.length === 0) {
      expect([row.month, row.netRevenueRetention, row.grossRevenueRetention]).toEqual([row.month, null, null]);
      continue;
    }
    const base = byCustomer(then.parts, ratesOf(then));
    const kept = byCustomer(now.parts, ratesOf(then));
    const has = (customer: string): Nanos => kept.get(customer) ?? 0n;
    const net = sum([...base.keys()].map(has)) / sum(base.values());
    const gross =
      sum([...base].map(([customer, had]) => (has(customer) < had ? has(customer) : had))) / sum(base.values());
    expectShare(row.netRevenueRetention, net);
    expectShare(row.grossRevenueRetention, gross);
  }
}

async function checkChurn(months: readonly KnownDay[]): Promise<void> {
  for (const [index, row] of (await revenueRetention(database.pool, PERIOD, TODAY)).entries()) {
    const customers = (of: KnownDay | undefined) => new Set(of?.parts.map(({ customer }) => customer));
    const [before, now] = [customers(months[index - 1]), customers(months[index])];
    if (index === 0) continue;
    const left = [...before].filter((customer) => !now.has(customer)).length;
    expect([row.openingCustomers, row.customers, row.churnedCustomers]).toEqual([before.size, now.size, left]);
    if (before.size === 0) expect(row.customerChurnRate).toBeNull();
    else expect(row.customerChurnRate).toBeCloseTo(left / before.size, 5);
  }
}

async function checkCohorts(months: readonly KnownDay[]): Promise<void> {
  const first = new Map<string, number>();
  for (const [index, { parts }] of months.entries())
    for (const { customer } of parts) if (!first.has(customer)) first.set(customer, index);
  for (const row of await revenueCohorts(database.pool, PERIOD, TODAY)) {
    const cohort = months.findIndex(({ day }) => day.startsWith(row.cohort));
    const [began, now] = [months[cohort], months[cohort + row.age]];
    if (began === undefined || now === undefined) continue;
    const own = [...first].filter(([, index]) => index === cohort).map(([customer]) => customer);
    const start = byCustomer(began.parts, ratesOf(began));
    const kept = byCustomer(now.parts, ratesOf(began));
    const left = own.filter((customer) => kept.has(customer));
    expect(row.kind).toBe(cohort === 0 ? 'existing' : 'started');
    expect([row.startCustomers, row.customers]).toEqual([own.length, left.length]);
    const of = (amounts: ReadonlyMap<string, Nanos>): number => sum(own.map((customer) => amounts.get(customer) ?? 0n));
    expectShare(row.mrrRetention, of(kept) / of(start));
  }
}

describe('for any customers over more than a year', () => {
  it('retention, churn and cohorts are what a look at every customer says, at the rates of then', async () => {
    await fc.assert(
      fc.asyncProperty(anyMonths, async (months) => {
        await recordHistory(database.pool, months);
        await checkRetention(months);
        await checkChurn(months);
        await checkCohorts(months);
      }),
      { numRuns: 5 },
    );
  });

  it('customers who do nothing are retained to 100 %, whatever the rates do', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyMonths,
        fc.uniqueArray(anyPart, { selector: ({ subscription }) => subscription, minLength: 1, maxLength: 6 }),
        async (months, parts) => {
          await recordHistory(
            database.pool,
            months.map((month): KnownDay => ({ ...month, parts })),
          );
          const retention = await revenueRetention(database.pool, PERIOD, TODAY);
          for (const row of retention.slice(1))
            expect([row.customerChurnRate, row.grossMrrChurnRate, row.netMrrChurnRate]).toEqual([0, 0, 0]);
          for (const row of retention.slice(12))
            expect([row.netRevenueRetention, row.grossRevenueRetention]).toEqual([1, 1]);
          const cohorts = await revenueCohorts(database.pool, PERIOD, TODAY);
          expect(cohorts.filter(({ customers }) => customers !== null)).toHaveLength(MONTHS);
          for (const row of cohorts.slice(0, MONTHS))
            expect([row.kind, row.customerRetention, row.mrrRetention]).toEqual(['existing', 1, 1]);
        },
      ),
      { numRuns: 3 },
    );
  });
});
