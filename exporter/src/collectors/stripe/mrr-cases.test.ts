import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collectContext } from '../../../test/collect-context.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { emptyAccount, serveStripe } from '../../../test/providers/stripe.ts';
import { coupon, discount, flat, item, subscription } from '../../../test/providers/stripe-objects.ts';
import { stripeSettings } from '../../../test/providers/stripe-settings.ts';
import { emptyStripeTables } from '../../../test/providers/stripe-tables.ts';
import { createStripeCollector } from './index.ts';

const file = new URL('../../../../../shared/cases/stripe/mrr-extra.json', import.meta.url);

const terms = z.object({
  percent_off: z.number().optional(),
  amount_off: z.number().optional(),
  duration: z.string().optional(),
});
const cases = z.object({
  cases: z.array(
    z.object({
      id: z.string(),
      what: z.string(),
      subs: z.array(
        z.object({
          status: z.string(),
          items: z.array(
            z.object({
              price: z.object({ unit_amount: z.number(), interval: z.string(), n: z.number() }),
              quantity: z.number(),
            }),
          ),
          customer: z.string().default('cus_1'),
          currency: z.string().default('usd'),
          discounts: z.array(terms).default([]),
        }),
      ),
      customers: z.array(z.object({ id: z.string(), discount: terms })).default([]),
      patch_sub: z.record(z.string(), z.unknown()).default({}),
      coupon_patch: z.record(z.string(), z.unknown()).default({}),
      listed_coupon: terms.optional(),
      want: z.array(z.number().nullable()),
      warning: z.string().optional(),
    }),
  ),
});

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe.skipIf(!existsSync(file))('shared/cases/stripe/mrr-extra.json', () => {
  const all = existsSync(file) ? cases.parse(JSON.parse(readFileSync(file, 'utf8'))).cases : [];

  it.each(all)('$id $what', async (one) => {
    await emptyStripeTables(database.pool);
    const coupons = one.subs.flatMap(({ discounts, currency }) =>
      discounts.map((own) =>
        coupon({ ...own, currency: own.amount_off === undefined ? null : currency, ...one.coupon_patch }),
      ),
    );
    const server = await serveStripe({
      ...emptyAccount(),
      subscriptions: one.subs.map(({ status, items, customer, currency, discounts }) =>
        subscription(
          items.map(({ price, quantity }) =>
            item(flat(price.unit_amount, price.interval, price.n, { currency }), { quantity }),
          ),
          {
            status,
            customer,
            currency,
            discounts: discounts.map((_, index) => discount(coupons[index] ?? {})),
            ...one.patch_sub,
          },
        ),
      ),
      customers: one.customers.map(({ id, discount: own }) => ({ id, object: 'customer', discount: discount(own) })),
      coupons: one.listed_coupon === undefined ? coupons : coupons.map((own) => ({ ...own, ...one.listed_coupon })),
    });
    try {
      const collector = createStripeCollector(stripeSettings({ STRIPE_API_URL: server.url }));
      const context = collectContext(database.pool, '2026-03-15T12:00:00Z');
      const { data, warnings } = await collector.collect(context);
      const gauges = collector.samples(data, context.day).filter(({ name }) => name === 'mrr_usd');
      expect(one.want).toContain(gauges[0] === undefined ? null : Math.round(gauges[0].value * 100));
      if (one.warning !== undefined) expect(warnings.map(({ code }) => code)).toContain(one.warning);
    } finally {
      await server.close();
    }
  });
});
