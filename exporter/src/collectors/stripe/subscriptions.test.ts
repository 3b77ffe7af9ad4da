import { describe, expect, it } from 'vitest';
import { collectContext } from '../../../test/collect-context.ts';
import {
  coupon,
  discount,
  epoch,
  flat,
  item,
  price,
  subscription,
  taxRate,
  type Json,
} from '../../../test/providers/stripe-objects.ts';
import { stripeSettings } from '../../../test/providers/stripe-settings.ts';
import { stripeContext } from '../../../test/stripe-context.ts';
import { createStripeCollector } from './index.ts';

const stripe = stripeContext();

async function collect() {
  const { data, warnings } = await createStripeCollector(stripeSettings({ STRIPE_API_URL: stripe.server.url })).collect(
    collectContext(stripe.database.pool, '2026-03-15T00:30:00Z'),
  );
  return { ...data.snapshot, warnings: warnings.map(({ code }) => code) };
}

const asked = (path: RegExp) => stripe.server.requests.filter((request) => path.test(request.path));
const tiers = (unit: number): Json[] => [
  { up_to: null, unit_amount: unit, unit_amount_decimal: String(unit), flat_amount: null, flat_amount_decimal: null },
];
const USD = 1_000_000n;

describe('what the list does not bring along', () => {
  it('a coupon object at discounts[].source.coupon, item discounts before those of the subscription', async () => {
    const half = coupon({ percent_off: 50 });
    const five = coupon({ amount_off: 500, currency: 'usd' });
    stripe.account.coupons = [half, five];
    stripe.account.subscriptions = [
      subscription([item(flat(4_000), { discounts: [discount(five)] })], { discounts: [discount(half)] }),
    ];
    expect(await collect()).toMatchObject({ mrrUsd: (35n * USD) / 2n, warnings: [] });
    expect(asked(/subscription_items/)).toHaveLength(0);
  });

  it('the products that a coupon is limited to', async () => {
    const limited = coupon({ percent_off: 50, applies_to: { products: ['prod_a'] } });
    stripe.account.coupons = [limited];
    stripe.account.subscriptions = [
      subscription(
        [item(flat(1_000, 'month', 1, { product: 'prod_a' })), item(flat(3_000, 'month', 1, { product: 'prod_b' }))],
        { discounts: [discount(limited)] },
      ),
    ];
    expect(await collect()).toMatchObject({ mrrUsd: 35n * USD });
  });

  it('the amount of a coupon in the currency of the subscription', async () => {
    const both = coupon({
      amount_off: 500,
      currency: 'eur',
      currency_options: { usd: { amount_off: 600 }, eur: { amount_off: 500 } },
    });
    stripe.account.coupons = [both];
    stripe.account.subscriptions = [subscription([item(flat(2_000))], { discounts: [discount(both)] })];
    expect(await collect()).toMatchObject({ mrrUsd: 14n * USD });
  });

  it('a deleted coupon of an item is read with the items; its limits stay unknown, which a warning says', async () => {
    stripe.account.subscriptions = [subscription([item(flat(4_000), { discounts: [discount({ percent_off: 25 })] })])];
    expect(await collect()).toMatchObject({ mrrUsd: 30n * USD, warnings: ['coupon_scope_unknown'] });
    expect(asked(/subscription_items/)).toHaveLength(1);
  });

  it('a key that may not read coupons: discounts count on all products, with a warning', async () => {
    stripe.account.forbidden = [{ path: /coupons/, permission: 'rak_coupon_read' }];
    stripe.account.subscriptions = [subscription([item(flat(4_000))], { discounts: [discount({ percent_off: 25 })] })];
    expect(await collect()).toMatchObject({ mrrUsd: 30n * USD, warnings: ['coupon_scope_unknown'] });
  });

  it('tiers: one call a distinct price', async () => {
    const tiered = price({
      billing_scheme: 'tiered',
      tiers_mode: 'volume',
      unit_amount: null,
      unit_amount_decimal: null,
      tiers: tiers(300),
    });
    stripe.account.prices = [tiered];
    stripe.account.subscriptions = [
      subscription([item(tiered, { quantity: 10 })]),
      subscription([item(tiered, { quantity: 20 })]),
      subscription([item(tiered)], { status: 'canceled' }),
    ];
    expect(await collect()).toMatchObject({ mrrUsd: 90n * USD });
    expect(asked(/prices/).map(({ path }) => path)).toEqual([`/v1/prices/${String(tiered.id)}`]);
  });

  it('a price with amounts in several currencies', async () => {
    const both = price({
      currency: 'eur',
      unit_amount: 900,
      unit_amount_decimal: '900',
      currency_options: { usd: { unit_amount: 1_000, unit_amount_decimal: '1000' } },
    });
    const tiered = price({
      currency: 'eur',
      billing_scheme: 'tiered',
      tiers_mode: 'graduated',
      unit_amount: null,
      unit_amount_decimal: null,
      tiers: tiers(900),
      currency_options: { usd: { tiers: tiers(1_000) } },
    });
    stripe.account.prices = [both, tiered];
    stripe.account.subscriptions = [subscription([item(both), item(tiered, { quantity: 3 })])];
    expect(await collect()).toMatchObject({ mrrUsd: 40n * USD, byCurrency: { USD: '40.00' } });
  });

  it('more items than a subscription shows at once', async () => {
    stripe.account.embedded = 10;
    stripe.account.subscriptions = [subscription(Array.from({ length: 235 }, () => item(flat(100))))];
    expect(await collect()).toMatchObject({ mrrUsd: 235n * USD });
    expect(asked(/subscription_items/)).toHaveLength(3);
  });
});

describe('what counts', () => {
  it.each<[string, Json, Json, bigint]>([
    ['canceled, with ended_at', {}, { status: 'canceled', ended_at: epoch('2026-03-01') }, 0n],
    ['cancel_at_period_end: until then', {}, { cancel_at_period_end: true, cancel_at: epoch('2026-04-01') }, 20n],
    [
      'cancel_at_period_end, period over',
      { current_period_end: epoch('2026-03-14') },
      { cancel_at_period_end: true },
      0n,
    ],
    ['cancel_at in the future', {}, { cancel_at: epoch('2026-12-01') }, 20n],
    ['cancel_at in the past', {}, { cancel_at: epoch('2026-03-01') }, 0n],
    ['a schedule and billing thresholds', {}, { schedule: 'sub_sched_1', billing_thresholds: { amount_gte: 10 } }, 20n],
    ['quantity 0', { quantity: 0 }, {}, 0n],
    ['exclusive tax is not added', { tax_rates: [taxRate(20, false)] }, {}, 20n],
    ['inclusive tax of the subscription is taken out', {}, { default_tax_rates: [taxRate(25, true)] }, 16n],
    [
      "the item's own rates take their place",
      { tax_rates: [taxRate(0, true)] },
      { default_tax_rates: [taxRate(25, true)] },
      20n,
    ],
  ])('%s', async (_name, itemFields, fields, usd) => {
    stripe.account.subscriptions = [subscription([item(flat(2_000), itemFields)], fields)];
    expect(await collect()).toMatchObject({ mrrUsd: usd * USD });
  });

  it('metered and one-time items, deleted items: no', async () => {
    stripe.account.subscriptions = [
      subscription([
        item(flat(2_000)),
        item(price({}, { usage_type: 'metered' }), { quantity: undefined }),
        item(price({ type: 'one_time', recurring: null })),
        { id: 'si_gone', object: 'subscription_item', deleted: true },
      ]),
    ];
    expect(await collect()).toMatchObject({ mrrUsd: 20n * USD });
  });

  it('a price that includes a tax which only the invoice knows is a warning', async () => {
    stripe.account.subscriptions = [
      subscription([item(flat(2_000, 'month', 1, { tax_behavior: 'inclusive' }))], {
        automatic_tax: { enabled: true },
      }),
    ];
    expect(await collect()).toMatchObject({ warnings: ['inclusive_tax_unknown'] });
  });

  it('customers sum to the total to the micro-unit, though each is rounded', async () => {
    stripe.account.subscriptions = Array.from({ length: 7 }, () => subscription([item(flat(10_000, 'year'))]));
    const { mrrUsd, customers, payingCustomers } = await collect();
    expect(mrrUsd).toBe(58_333_333n);
    expect(customers.reduce((sum, one) => sum + one.mrrUsd, 0n)).toBe(mrrUsd);
    expect(payingCustomers).toBe(7);
  });

  it('gauges: MRR and every status that was asked for', async () => {
    stripe.account.subscriptions = [
      subscription([item(flat(2_000))]),
      subscription([item(flat(500))], { status: 'past_due' }),
      subscription([item(flat(900))], { status: 'trialing' }),
    ];
    const collector = createStripeCollector(stripeSettings({ STRIPE_API_URL: stripe.server.url }));
    const { data } = await collector.collect(collectContext(stripe.database.pool, '2026-03-15T00:30:00Z'));
    expect(data.snapshot.atRiskUsd).toBe(5n * USD);
    expect(collector.samples(data, '2026-03-14')).toEqual([
      { name: 'mrr_usd', labels: { provider: 'stripe' }, value: 25 },
      { name: 'mrr_at_risk_usd', labels: { provider: 'stripe' }, value: 5 },
      { name: 'mrr_trial_usd', labels: { provider: 'stripe' }, value: 9 },
      { name: 'mrr_paused_usd', labels: { provider: 'stripe' }, value: 0 },
      { name: 'mrr_native', labels: { provider: 'stripe', currency: 'USD' }, value: 25 },
      { name: 'paying_customers', labels: { provider: 'stripe' }, value: 2 },
      ...[
        ['active', 1],
        ['past_due', 1],
        ['trialing', 1],
        ['unpaid', 0],
        ['paused', 0],
        ['incomplete', 0],
        ['canceled', 0],
      ].map(([status, value]) => ({ name: 'subscriptions', labels: { provider: 'stripe', status }, value })),
    ]);
  });
});
