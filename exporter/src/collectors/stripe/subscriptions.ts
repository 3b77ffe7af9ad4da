import type { MrrSubscription } from '../../money/mrr.ts';
import { countsInMrr, type MrrPolicy } from '../../money/mrr-policy.ts';
import { isZero } from '../../money/rational.ts';
import { CollectorError } from '../errors.ts';
import type { RequestContext } from '../retry.ts';
import type { StripeClient } from './client.ts';
import {
  coupon as couponSchema,
  price as priceSchema,
  subscription as subscriptionSchema,
  listedItem as itemSchema,
  livingItems,
  type Coupon,
  type Price,
  type Subscription,
  type SubscriptionItem,
} from './schema.ts';
import type { WarningTally } from './tally.ts';
import {
  amountOff,
  inclusiveTaxOf,
  isMrrItem,
  isIncomplete,
  isTiered,
  toMrrSubscription,
  type Extras,
} from './to-mrr.ts';

export interface ReadSubscriptions {
  /** Those that can have MRR, complete with tiers, coupons and all items. */
  readonly live: readonly MrrSubscription[];
  readonly byStatus: Readonly<Record<string, number>>;
}

interface Found {
  readonly subscription: Subscription;
  readonly items: readonly SubscriptionItem[];
}

/**
 * Reads all subscriptions, then what the list does not contain: one call a distinct tiered price, further items,
 * coupons.
 */
export async function readSubscriptions(
  client: StripeClient,
  context: RequestContext,
  policy: MrrPolicy,
  refuseTestMode: (one: { livemode?: boolean | undefined }) => void,
  tally: WarningTally,
): Promise<ReadSubscriptions> {
  const { items: all } = await client.list(
    context,
    'subscriptions',
    (stripe, cursor) =>
      stripe.subscriptions.list({
        ...cursor,
        status: 'all',
        expand: ['data.discounts.source.coupon', 'data.items.data.discounts'],
      }),
    subscriptionSchema,
  );
  const byStatus: Record<string, number> = {};
  for (const subscription of all) {
    refuseTestMode(subscription);
    byStatus[subscription.status] = (byStatus[subscription.status] ?? 0) + 1;
  }
  if (byStatus.other !== undefined)
    tally.add(
      'unknown_enum',
      'subscriptions in a state that this version does not know; they do not count',
      byStatus.other,
    );
  const counted = all.filter((subscription) => countsInMrr(subscription, policy));
  const found: Found[] = [];
  for (const subscription of counted) found.push({ subscription, items: await itemsOf(client, context, subscription) });
  const prices = await readPrices(client, context, found);
  const coupons = await readCoupons(client, context, found, tally);
  const live: MrrSubscription[] = [];
  for (const one of found) live.push(await complete(client, context, one, { prices, coupons }));
  warn(found, tally);
  return { live, byStatus };
}

/** The items inside a subscription are a list too, and it is paged to its end. */
async function itemsOf(
  client: StripeClient,
  context: RequestContext,
  { id, items }: Subscription,
): Promise<readonly SubscriptionItem[]> {
  const last = items.data.at(-1)?.id;
  const living = livingItems(items.data);
  if (!items.has_more) return living;
  return [...living, ...(await readItems(client, context, id, last))];
}

async function readItems(
  client: StripeClient,
  context: RequestContext,
  subscription: string,
  after?: string,
): Promise<readonly SubscriptionItem[]> {
  const listed = await client.list(
    context,
    'subscriptions',
    (stripe, cursor) =>
      stripe.subscriptionItems.list({ ...cursor, subscription, expand: ['data.discounts.source.coupon'] }),
    itemSchema,
    after === undefined ? {} : { after },
  );
  return livingItems(listed.items);
}

/** One call for each distinct price whose tiers or amounts in the subscription's currency are not in the list. */
async function readPrices(
  client: StripeClient,
  context: RequestContext,
  found: readonly Found[],
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
    prices.set(
      id,
      await client.read(context, 'prices', (stripe) => stripe.prices.retrieve(id, { expand }), priceSchema),
    );
  }
  return prices;
}

/** Coupons say only when expanded which products they are limited to, one level deeper than a list expands. */
async function readCoupons(
  client: StripeClient,
  context: RequestContext,
  found: readonly Found[],
  tally: WarningTally,
): Promise<Map<string, Coupon>> {
  const wanted = new Set<string>();
  for (const { subscription, items } of found) {
    for (const discount of [subscription.discounts, ...items.map((item) => item.discounts)].flat()) {
      if (typeof discount === 'string') continue;
      const { coupon } = discount.source;
      if (typeof coupon === 'string') wanted.add(coupon);
      else if (
        coupon.duration !== 'once' &&
        (coupon.applies_to === undefined ||
          (coupon.percent_off ?? amountOff(coupon, subscription.currency)) === undefined)
      )
        wanted.add(coupon.id);
    }
  }
  const coupons = new Map<string, Coupon>();
  if (wanted.size === 0) return coupons;
  try {
    const { items } = await client.list(
      context,
      'coupons',
      (stripe, cursor) => stripe.coupons.list({ ...cursor, expand: ['data.applies_to', 'data.currency_options'] }),
      couponSchema,
      { enough: (seen) => seen.filter(({ id }) => wanted.has(id)).length === wanted.size },
    );
    for (const one of items) if (wanted.has(one.id)) coupons.set(one.id, one);
  } catch (error) {
    if (!(error instanceof CollectorError) || (error.reason !== 'missing_permission' && error.reason !== 'not_found'))
      throw error;
    tally.add(
      'coupon_scope_unknown',
      `${error.message}; discounts are taken off all products, which can only understate MRR`,
      wanted.size,
    );
    return coupons;
  }
  const deleted = wanted.size - coupons.size;
  if (deleted > 0)
    tally.add(
      'coupon_scope_unknown',
      'coupons in use were deleted, so the products that they are limited to are unknown; they are taken off all products',
      deleted,
    );
  return coupons;
}

/**
 * Item discounts that are still ids (a coupon that was deleted, a discount that was not expanded) are read by a call
 * of their own.
 */
async function complete(
  client: StripeClient,
  context: RequestContext,
  { subscription, items }: Found,
  extras: Extras,
): Promise<MrrSubscription> {
  const unexpanded = items.some((item) =>
    item.discounts.some(
      (discount) =>
        typeof discount === 'string' ||
        (typeof discount.source.coupon === 'string' && !extras.coupons.has(discount.source.coupon)),
    ),
  );
  return toMrrSubscription(
    subscription,
    unexpanded ? await readItems(client, context, subscription.id) : items,
    extras,
  );
}

function warn(found: readonly Found[], tally: WarningTally): void {
  for (const { subscription, items } of found) {
    for (const item of items) {
      const { recurring } = item.price;
      if (recurring?.interval === 'other' || recurring?.usage_type === 'other')
        tally.add(
          'unknown_enum',
          'subscription items with an interval or usage type that this version does not know; they do not count',
        );
      if (
        item.price.tax_behavior === 'inclusive' &&
        subscription.automatic_tax?.enabled === true &&
        isZero(inclusiveTaxOf(item, subscription))
      ) {
        tally.add(
          'inclusive_tax_unknown',
          'items whose price includes a tax that Stripe Tax works out only on the invoice; their MRR still contains it',
        );
      }
    }
  }
}
