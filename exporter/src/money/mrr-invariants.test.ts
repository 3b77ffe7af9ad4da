import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOW, r } from '../../test/subscriptions.ts';
import { applyDiscounts, type Discount } from './discounts.ts';
import { mrrByItem, mrrOf, type MrrItem, type MrrSubscription } from './mrr.ts';
import { amountFor } from './price-amount.ts';
import { add, compare, multiply, rational, round, sum, ZERO, type Rational } from './rational.ts';

const interval = fc.oneof(
  fc.record({ unit: fc.constantFrom('month' as const, 'year' as const), count: fc.bigInt(1n, 3n) }),
  fc.record({ unit: fc.constantFrom('day' as const, 'week' as const), count: fc.bigInt(1n, 8n) }),
);
const anyDiscount: fc.Arbitrary<Discount> = fc.record({
  duration: fc.constantFrom('once' as const, 'repeating' as const, 'forever' as const),
  endsAt: fc.option(fc.date({ min: new Date('2026-01-01'), max: new Date('2026-12-31'), noInvalidDate: true }), {
    nil: undefined,
  }),
  off: fc.oneof(
    fc.integer({ min: 0, max: 10_000 }).map((n) => ({ kind: 'percent' as const, percent: rational(BigInt(n), 100n) })),
    fc.integer({ min: 0, max: 100_000 }).map((n) => ({ kind: 'amount' as const, minor: rational(BigInt(n)) })),
  ),
  products: fc.option(
    fc.uniqueArray(fc.constantFrom('a', 'b'), { minLength: 1 }).map((names) => new Set(names)),
    { nil: undefined },
  ),
});
const anyItem: fc.Arbitrary<MrrItem> = fc.record({
  plan: fc.constantFrom('price_a', 'price_b'),
  planName: fc.constant(undefined),
  product: fc.constantFrom('a', 'b'),
  price: fc
    .integer({ min: 0, max: 1_000_000 })
    .map((n) => ({ scheme: 'per_unit' as const, unitAmount: rational(BigInt(n), 100n), transform: undefined })),
  interval,
  quantity: fc.bigInt(0n, 50n),
  discounts: fc.array(anyDiscount, { maxLength: 2 }),
  inclusiveTax: fc.constantFrom(ZERO, rational(1n, 5n)),
});
const anySubscription: fc.Arbitrary<MrrSubscription> = fc.record({
  id: fc.constantFrom('sub_1', 'sub_2'),
  customer: fc.constantFrom('c1', 'c2', 'c3'),
  currency: fc.constant('USD'),
  status: fc.constantFrom('active', 'past_due', 'trialing', 'canceled'),
  collectionPaused: fc.boolean(),
  endsAt: fc.constant(undefined),
  items: fc.array(anyItem, { minLength: 1, maxLength: 4 }),
  discounts: fc.array(anyDiscount, { maxLength: 3 }),
});
const total = (subscriptions: readonly MrrSubscription[]): Rational =>
  sum(subscriptions.map((one) => mrrOf(one, NOW).mrr));

describe('invariants', () => {
  it('what the items contribute is the MRR of their subscription, whatever its state', () => {
    fc.assert(
      fc.property(anySubscription, (one) => {
        expect(sum(mrrByItem(one, NOW).map(({ mrr }) => mrr))).toEqual(mrrOf(one, NOW).mrr);
      }),
      { numRuns: 60 },
    );
  });

  it('MRR(a ∪ b) = MRR(a) + MRR(b), order is irrelevant, and the sum over customers is the total', () => {
    fc.assert(
      fc.property(fc.array(anySubscription, { maxLength: 6 }), fc.array(anySubscription, { maxLength: 6 }), (a, b) => {
        expect(total([...a, ...b])).toEqual(add(total(a), total(b)));
        expect(total([...b, ...a].reverse())).toEqual(total([...a, ...b]));
        const customers = [...Map.groupBy([...a, ...b], ({ customer }) => customer).values()].map(total);
        expect(sum(customers)).toEqual(total([...a, ...b]));
      }),
      { numRuns: 60 },
    );
  });

  it('is never negative, a discount never raises it, and a year is twelve months', () => {
    fc.assert(
      fc.property(anySubscription, anyDiscount, (one, discount) => {
        const before = mrrOf(one, NOW).mrr;
        const after = mrrOf({ ...one, discounts: [...one.discounts, discount] }, NOW).mrr;
        expect(compare(after, ZERO)).toBeGreaterThanOrEqual(0);
        expect(compare(after, before)).toBeLessThanOrEqual(0);
        const yearly = one.items.map((part) => ({ ...part, discounts: [], inclusiveTax: ZERO }));
        const value = mrrOf(
          { ...one, status: 'active', collectionPaused: false, items: yearly, discounts: [] },
          NOW,
        ).mrr;
        const arr = sum(
          yearly.map(({ price, quantity, interval: { unit, count } }) => {
            const times = {
              month: rational(12n, count),
              year: rational(1n, count),
              week: rational(52n, count),
              day: rational(365n, count),
            }[unit];
            return multiply(amountFor(price, quantity), times);
          }),
        );
        expect(multiply(value, rational(12n))).toEqual(arr);
      }),
      { numRuns: 100 },
    );
  });

  it('an invoice never goes below 0 and never gains by a discount', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ product: fc.constantFrom('a', 'b'), amount: fc.bigInt(0n, 10_000n).map((n) => rational(n)) }),
          { maxLength: 4 },
        ),
        fc.array(anyDiscount, { maxLength: 4 }),
        (amounts, discounts) => {
          const after = applyDiscounts(amounts, discounts);
          expect(
            after.every(
              ({ amount }, index) => compare(amount, ZERO) >= 0 && compare(amount, amounts[index]?.amount ?? ZERO) <= 0,
            ),
          ).toBe(true);
        },
      ),
    );
  });

  it('rounds half away from zero, once', () =>
    expect(['0.5', '1.5', '-0.5', '2.4999'].map((text) => round(r(text)))).toEqual([1n, 2n, -1n, 2n]));
});
