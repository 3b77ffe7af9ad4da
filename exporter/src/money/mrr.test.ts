import { describe, expect, it } from 'vitest';
import { item, mrr, NOW, off, percent, r, subscription } from '../../test/subscriptions.ts';
import { minorToMicros, stripeExponent } from './minor-units.ts';
import { mrrOf } from './mrr.ts';
import { DEFAULT_MRR_POLICY } from './mrr-policy.ts';
import { amountFor } from './price-amount.ts';
import { formatRational, rational, ZERO } from './rational.ts';

describe('intervals', () => {
  it.each([
    ['month', 1n, '1200'],
    ['month', 3n, '400'],
    ['year', 1n, '100'],
    ['year', 2n, '50'],
    ['week', 1n, '5200'],
    ['week', 2n, '2600'],
    ['day', 1n, '36500'],
    ['day', 30n, '3650/3'],
  ] as const)('1200 every %s × %s is %s a month', (unit, count, expected) => {
    expect(mrr(subscription([item('1200', unit, { interval: { unit, count } })]))).toBe(expected);
  });
});

describe('amounts', () => {
  it('quantity 0 is 0, flat fees included', () => {
    expect(
      amountFor(
        {
          scheme: 'tiered',
          mode: 'graduated',
          tiers: [{ upTo: undefined, unitAmount: r('0'), flatAmount: r('4900') }],
        },
        0n,
      ),
    ).toEqual(ZERO);
  });

  it.each([
    [5n, '5000'],
    [6n, '4900'],
    [100n, '80100'],
  ])('volume: %s units are all at the price of their tier', (quantity, expected) => {
    const tiers = [
      { upTo: 5n, unitAmount: r('1000'), flatAmount: ZERO },
      { upTo: undefined, unitAmount: r('800'), flatAmount: r('100') },
    ];
    expect(formatRational(amountFor({ scheme: 'tiered', mode: 'volume', tiers }, quantity))).toBe(expected);
  });

  it('graduated: a tier counts its flat fee once it is reached', () => {
    const tiers = [
      { upTo: 10n, unitAmount: ZERO, flatAmount: r('4900') },
      { upTo: undefined, unitAmount: r('300'), flatAmount: r('1000') },
    ];
    expect(formatRational(amountFor({ scheme: 'tiered', mode: 'graduated', tiers }, 10n))).toBe('4900');
    expect(formatRational(amountFor({ scheme: 'tiered', mode: 'graduated', tiers }, 11n))).toBe('6200');
  });

  it.each([
    ['up', 1001n, '200'],
    ['down', 1001n, '100'],
    ['up', 1000n, '100'],
    ['down', 999n, '0'],
  ] as const)('transform_quantity by 1000, rounded %s: %s units cost %s', (mode, quantity, expected) => {
    expect(
      formatRational(
        amountFor({ scheme: 'per_unit', unitAmount: r('100'), transform: { divideBy: 1000n, round: mode } }, quantity),
      ),
    ).toBe(expected);
  });

  it('tiers that do not reach the quantity throw', () => {
    expect(() =>
      amountFor({ scheme: 'tiered', mode: 'volume', tiers: [{ upTo: 5n, unitAmount: ZERO, flatAmount: ZERO }] }, 6n),
    ).toThrow(RangeError);
  });
});

describe('states', () => {
  const one = [item('5000')];
  it.each(['trialing', 'unpaid', 'incomplete', 'incomplete_expired', 'canceled', 'paused', 'other'])(
    '%s does not count',
    (status) => expect(mrr(subscription(one, { status }))).toBe('0'),
  );

  it('past_due counts and is at risk', () =>
    expect(mrrOf(subscription(one, { status: 'past_due' }), NOW)).toEqual({
      mrr: r('5000'),
      atRisk: r('5000'),
      paused: ZERO,
      trial: ZERO,
    }));
  it('paused collection is 0, shown as paused MRR', () =>
    expect(mrrOf(subscription(one, { collectionPaused: true }), NOW)).toEqual({
      mrr: ZERO,
      atRisk: ZERO,
      paused: r('5000'),
      trial: ZERO,
    }));
  it('an end in the past does not count, one in the future does', () => {
    expect(mrr(subscription(one, { endsAt: NOW }))).toBe('0');
    expect(mrr(subscription(one, { endsAt: new Date(NOW.getTime() + 1000) }))).toBe('5000');
  });

  it.each([
    [{ countPastDue: false }, { status: 'past_due' }, '0'],
    [{ countTrialing: true }, { status: 'trialing' }, '5000'],
    [{ countPaused: true }, { collectionPaused: true }, '5000'],
    [{ countRepeatingDiscounts: false }, { discounts: [percent('50', { duration: 'repeating' })] }, '5000'],
  ] as const)('the policy %j decides otherwise', (policy, fields, expected) =>
    expect(mrr(subscription(one, fields), { ...DEFAULT_MRR_POLICY, ...policy })).toBe(expected),
  );
});

describe('discounts', () => {
  it('item discounts come before those of the subscription', () => {
    expect(
      mrr(subscription([item('10000', 'month', { discounts: [off('1000')] })], { discounts: [percent('50')] })),
    ).toBe('4500');
  });

  it('once never counts, repeating counts until its end', () => {
    expect(
      mrr(
        subscription([item('1000')], {
          discounts: [percent('50', { duration: 'once' }), percent('10', { duration: 'repeating', endsAt: NOW })],
        }),
      ),
    ).toBe('1000');
    expect(
      mrr(
        subscription([item('1000')], {
          discounts: [percent('10', { duration: 'repeating', endsAt: new Date(NOW.getTime() + 1) })],
        }),
      ),
    ).toBe('900');
  });

  it('are floored at 0', () =>
    expect(mrr(subscription([item('1000')], { discounts: [off('5000'), off('100')] }))).toBe('0'));
  it('take a percentage with decimals exactly', () =>
    expect(mrr(subscription([item('1000')], { discounts: [percent('33.33')] }))).toBe('6667/10'));

  it('keep to the products that they apply to', () => {
    const items = [item('1000', 'month', { product: 'a' }), item('3000', 'month', { product: 'b' })];
    expect(mrr(subscription(items, { discounts: [percent('50', { products: new Set(['b']) })] }))).toBe('2500');
    expect(mrr(subscription(items, { discounts: [off('2000', { products: new Set(['a']) })] }))).toBe('3000');
    expect(mrr(subscription(items, { discounts: [off('2000', { products: new Set(['c']) })] }))).toBe('4000');
  });

  it('an amount off is taken once an invoice, however often the invoice comes', () => {
    expect(mrr(subscription([item('1000', 'week')], { discounts: [off('100')] }))).toBe('3900');
    expect(
      mrr(
        subscription([item('36500', 'month', { interval: { unit: 'month', count: 3n } })], { discounts: [off('500')] }),
      ),
    ).toBe('12000');
    expect(mrr(subscription([item('1000'), item('2000')], { discounts: [off('600')] }))).toBe('2400');
  });

  it('with mixed intervals it is taken from each invoice of the year', () => {
    const items = [item('1000'), item('24000', 'year')];
    expect(mrr(subscription(items, { discounts: [off('500')] }))).toBe('2500');
    // Eleven invoices of 10 are down to 0, the twelfth of 250 to 235.
    expect(mrr(subscription(items, { discounts: [off('1500')] }))).toBe(formatRational(rational(23_500n, 12n)));
  });

  it('inclusive tax is taken out of what is left', () => {
    expect(mrr(subscription([item('12000', 'month', { inclusiveTax: r('0.2') })], { discounts: [off('6000')] }))).toBe(
      '5000',
    );
  });
});

describe('currencies', () => {
  it.each([
    ['USD', 2],
    ['jpy', 0],
    ['KRW', 0],
    ['KWD', 3],
    ['TND', 3],
    ['ISK', 2],
    ['UGX', 2],
    ['HUF', 2],
    ['TWD', 2],
    ['MGA', 0],
  ] as const)('%s has %d decimals at Stripe', (code, digits) => expect(stripeExponent(code)).toBe(digits));
  it('minor units become micro-units', () =>
    expect(['USD', 'JPY', 'KWD'].map((code) => minorToMicros(1234n, code))).toEqual([
      12_340_000n,
      1_234_000_000n,
      1_234_000n,
    ]));
});
