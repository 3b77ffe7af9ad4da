import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collectContext } from '../../../test/collect-context.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { emptyAccount, serveStripe, type FakeStripeAccount } from '../../../test/providers/stripe.ts';
import {
  coupon,
  discount,
  epoch,
  item,
  price,
  subscription,
  taxRate,
  type Json,
} from '../../../test/providers/stripe-objects.ts';
import { createStripeCollector } from './index.ts';
import { emptyStripeTables } from '../../../test/providers/stripe-tables.ts';
import { stripeSettings } from '../../../test/providers/stripe-settings.ts';

const vectors = new URL('../../../../../shared/vectors/mrr.json', import.meta.url);

const priceShape = z.object({
  unit_amount: z.number().nullable(),
  unit_amount_decimal: z.string().optional(),
  interval: z.string(),
  n: z.number().default(1),
  tiers_mode: z.string().optional(),
  tax_inclusive_rate: z.number().optional(),
  tiers: z.array(z.object({ up_to: z.number().nullable(), unit: z.number(), flat: z.number().optional() })).optional(),
});
const discountShape = z.object({
  duration: z.string(),
  percent_off: z.number().optional(),
  amount_off: z.number().optional(),
  end: z.string().optional(),
});
const file = z.object({
  subscriptions: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      now: z.string(),
      mrr_cents: z.number(),
      exact: z.string(),
      subscription: z.object({
        status: z.string(),
        items: z.array(z.object({ price: priceShape, quantity: z.number() })),
        discounts: z.array(discountShape).default([]),
        pause_collection: z.object({ behavior: z.string() }).optional(),
      }),
    }),
  ),
});

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

function epochOr(time: string | undefined): number | null {
  return time === undefined ? null : epoch(time);
}

/** The short form of the vectors as the JSON that Stripe would answer with. */
function toStripe(
  vector: z.output<typeof file>['subscriptions'][number],
): Pick<FakeStripeAccount, 'subscriptions' | 'prices' | 'coupons'> {
  const prices: Json[] = [];
  const items = vector.subscription.items.map(({ price: short, quantity }) => {
    const tiers = short.tiers?.map(({ up_to, unit, flat }) => ({
      up_to,
      unit_amount: unit,
      unit_amount_decimal: String(unit),
      flat_amount: flat ?? null,
      flat_amount_decimal: flat === undefined ? null : String(flat),
    }));
    const full = price(
      {
        unit_amount: short.unit_amount,
        unit_amount_decimal:
          short.unit_amount_decimal ?? (short.unit_amount === null ? null : String(short.unit_amount)),
        ...(tiers === undefined ? {} : { billing_scheme: 'tiered', tiers_mode: short.tiers_mode, tiers }),
        ...(short.tax_inclusive_rate === undefined ? {} : { tax_behavior: 'inclusive' }),
      },
      { interval: short.interval, interval_count: short.n },
    );
    prices.push(full);
    return item(full, {
      quantity,
      tax_rates: short.tax_inclusive_rate === undefined ? [] : [taxRate(short.tax_inclusive_rate * 100, true)],
    });
  });
  const coupons = vector.subscription.discounts.map(({ duration, percent_off = null, amount_off = null, end }) =>
    coupon({
      duration,
      percent_off,
      amount_off,
      currency: amount_off === null ? null : 'usd',
      ...(end === undefined ? {} : { duration_in_months: 3 }),
    }),
  );
  const discounts = coupons.map((one, index) =>
    discount(one, { end: epochOr(vector.subscription.discounts[index]?.end) }),
  );
  const { status, pause_collection = null } = vector.subscription;
  return {
    subscriptions: [subscription(items, { customer: vector.id, status, pause_collection, discounts })],
    prices,
    coupons,
  };
}

describe.skipIf(!existsSync(vectors))('shared/vectors/mrr.json, served by Stripe and stored', () => {
  const { subscriptions } = existsSync(vectors)
    ? file.parse(JSON.parse(readFileSync(vectors, 'utf8')))
    : { subscriptions: [] };

  it.each(subscriptions)('$id $name', async (vector) => {
    await emptyStripeTables(database.pool);
    const server = await serveStripe({ ...emptyAccount(), ...toStripe(vector) });
    try {
      const collector = createStripeCollector(stripeSettings({ STRIPE_API_URL: server.url }));
      const context = collectContext(database.pool, `${vector.now}T00:30:00Z`);
      const { data, warnings } = await collector.collect(context);
      await collector.store(database.pool, context.day, data);
      const stored = await database.pool.query<{ mrr_usd: string }>(
        'SELECT mrr_usd FROM stripe_metrics WHERE recorded_at = $1',
        [context.day],
      );
      const [numerator = '0', denominator = '1'] = vector.exact.split('/');
      const micros = (BigInt(numerator) * 10_000n * 2n + BigInt(denominator)) / (2n * BigInt(denominator));
      expect(stored.rows).toEqual([
        { mrr_usd: `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, '0')}` },
      ]);
      expect(Math.round(Number(stored.rows[0]?.mrr_usd) * 100)).toBe(vector.mrr_cents);
      const customers = await database.pool.query<{ customer: string }>(
        'SELECT customer FROM mrr_by_customer WHERE day = $1',
        [context.day],
      );
      expect(customers.rows).toEqual(vector.mrr_cents === 0 ? [] : [{ customer: vector.id }]);
      expect(warnings).toEqual([]);
    } finally {
      await server.close();
    }
  });
});
