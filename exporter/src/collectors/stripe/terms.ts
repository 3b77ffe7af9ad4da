import { CollectorError } from '../errors.ts';
import type { RequestContext } from '../retry.ts';
import type { Found } from './as-of.ts';
import type { StripeClient } from './client.ts';
import { isRefused } from './errors.ts';
import {
  coupon as couponSchema,
  price as priceSchema,
  type Coupon,
  type Price,
  type StripeDiscount,
} from './schema.ts';
import type { WarningTally } from './tally.ts';
import { amountOff, couponOf, isIncomplete, isMrrItem, isTiered } from './to-mrr.ts';

/**
 * One call for each distinct price whose tiers or amounts in the subscription's currency are not in the list. A price
 * that cannot be read leaves its subscriptions without an amount: they are left out by name, and no others.
 */
export async function readPrices(
  client: StripeClient,
  context: RequestContext,
  found: readonly Found[],
  tally: WarningTally,
): Promise<Map<string, Price>> {
  const wanted = new Map<string, { tiers: boolean; options: boolean }>();
  for (const { subscription, items } of found) {
    for (const { price } of items.filter(isMrrItem)) {
      if (!isIncomplete(price, subscription.currency)) continue;
      const before = wanted.get(price.id);
      wanted.set(price.id, {
        tiers: isTiered(price),
        options: price.currency !== subscription.currency || before?.options === true,
      });
    }
  }
  const prices = new Map<string, Price>();
  for (const [id, { tiers, options }] of wanted) {
    const expand = [
      ...(tiers ? ['tiers'] : []),
      ...(options ? ['currency_options'] : []),
      ...(tiers && options ? ['currency_options.tiers'] : []),
    ];
    try {
      const read = await client.read(
        context,
        'prices',
        (stripe) => stripe.prices.retrieve(id, { expand }),
        priceSchema,
      );
      prices.set(id, read);
    } catch (error) {
      if (!(error instanceof CollectorError)) throw error;
      if (error.reason === 'missing_permission') {
        tally.add(
          'prices_unreadable',
          `${error.message}; subscriptions whose price has tiers or another currency are left out of MRR`,
          wanted.size,
        );
        return prices;
      }
      if (error.kind !== 'bad_payload' && !isRefused(error)) throw error;
    }
  }
  return prices;
}

/** Coupons say only when expanded which products they are limited to, one level deeper than a list expands. */
export async function readCoupons(
  client: StripeClient,
  context: RequestContext,
  found: readonly Found[],
  customerDiscounts: ReadonlyMap<string, StripeDiscount>,
  tally: WarningTally,
): Promise<Map<string, Coupon>> {
  const used = found.flatMap(({ subscription, items }) =>
    [subscription.discounts, ...items.map((item) => item.discounts)]
      .flat()
      .concat(customerDiscounts.get(subscription.customer.id) ?? [])
      .filter((discount) => typeof discount !== 'string')
      .map((discount) => ({ discount, currency: subscription.currency })),
  );
  const wanted = new Set(used.filter(({ discount, currency }) => lacksLimits(discount, currency)).map(idOfCoupon));
  const coupons = new Map<string, Coupon>();
  if (wanted.size === 0) return coupons;
  try {
    const { items } = await client.list(
      context,
      'coupons',
      (stripe, cursor) => stripe.coupons.list({ ...cursor, expand: ['data.applies_to', 'data.currency_options'] }),
      couponSchema,
      {
        enough: (seen) => seen.filter(({ id }) => wanted.has(id)).length === wanted.size,
        leftOut: () => undefined,
      },
    );
    for (const one of items) if (wanted.has(one.id)) coupons.set(one.id, one);
  } catch (error) {
    if (!isRefused(error)) throw error;
    tally.add(
      'coupon_scope_unknown',
      `${error.message}; discounts are taken off all products, which can only understate MRR`,
      wanted.size,
    );
    return coupons;
  }
  const gone = new Set(
    used
      .filter(({ discount }) => wanted.has(idOfCoupon({ discount })) && hasUnknownLimits(discount, coupons))
      .map(idOfCoupon),
  );
  if (gone.size > 0)
    tally.add(
      'coupon_scope_unknown',
      'coupons in use were deleted, so the products that they are limited to are unknown; they are taken off all products',
      gone.size,
    );
  return coupons;
}

function idOfCoupon({ discount }: { readonly discount: StripeDiscount }): string {
  const { coupon } = discount.source;
  return typeof coupon === 'string' ? coupon : coupon.id;
}

function lacksLimits({ source: { coupon } }: StripeDiscount, currency: string): boolean {
  if (typeof coupon === 'string') return true;
  if (coupon.duration === 'once') return false;
  return coupon.applies_to === undefined || (coupon.percent_off ?? amountOff(coupon, currency)) === undefined;
}

/** The listed coupon is gone, or is another one under the same id. */
function hasUnknownLimits(discount: StripeDiscount, coupons: ReadonlyMap<string, Coupon>): boolean {
  const own = couponOf(discount, coupons);
  const listed = coupons.get(idOfCoupon({ discount }));
  return listed === undefined || own === undefined || (own !== listed && own === discount.source.coupon);
}
