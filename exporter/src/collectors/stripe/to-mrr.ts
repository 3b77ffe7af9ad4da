import type { Discount } from '../../money/discounts.ts';
import type { MrrItem, MrrSubscription } from '../../money/mrr.ts';
import type { PriceAmount } from '../../money/price-amount.ts';
import { compare, divide, rational, sum, ZERO, type Rational } from '../../money/rational.ts';
import { CollectorError } from '../errors.ts';
import type { Coupon, Price, StripeDiscount, StripeTier, Subscription, SubscriptionItem } from './schema.ts';

/** What the list of subscriptions does not bring along, read in calls of its own. */
export interface Extras {
  /** Prices with tiers and with amounts in other currencies, by id. */
  readonly prices: ReadonlyMap<string, Price>;
  /** Coupons with the products that they are limited to, by id. */
  readonly coupons: ReadonlyMap<string, Coupon>;
  /** Discounts of customers, by customer. */
  readonly customerDiscounts: ReadonlyMap<string, StripeDiscount>;
}

/** A subscription without a discount of its own gets the one of its customer, on every invoice. */
export function discountsOf(
  { discounts, customer }: Subscription,
  { customerDiscounts }: Pick<Extras, 'customerDiscounts'>,
): readonly (string | StripeDiscount)[] {
  const ofCustomer = customerDiscounts.get(customer.id);
  return discounts.length > 0 || ofCustomer === undefined ? discounts : [ofCustomer];
}

/** A subscription as MRR sees it. Throws `bad_payload` where something is missing that would change the amount. */
export function toMrrSubscription(
  subscription: Subscription,
  items: readonly SubscriptionItem[],
  extras: Extras,
): MrrSubscription {
  const { currency } = subscription;
  return {
    id: subscription.id,
    customer: subscription.customer.id,
    currency,
    status: subscription.status,
    collectionPaused: subscription.pause_collection !== null && subscription.pause_collection !== undefined,
    endsAt: endOf(subscription, items),
    items: items.flatMap((item) => toItem(item, subscription, extras) ?? []),
    discounts: discountsOf(subscription, extras).map((discount) => toDiscount(discount, currency, extras)),
  };
}

/** Items that are MRR at all: licensed and recurring, in an interval that is known. */
export function isMrrItem({ price }: SubscriptionItem): boolean {
  return price.recurring?.usage_type === 'licensed' && price.recurring.interval !== 'other';
}

function toItem(item: SubscriptionItem, subscription: Subscription, extras: Extras): MrrItem | undefined {
  const { recurring } = item.price;
  if (!isMrrItem(item) || recurring === null || recurring === undefined || recurring.interval === 'other')
    return undefined;
  const price = extras.prices.get(item.price.id) ?? item.price;
  return {
    plan: price.id,
    planName: price.nickname ?? undefined,
    product: price.product,
    price: toPriceAmount(price, subscription.currency),
    interval: { unit: recurring.interval, count: BigInt(recurring.interval_count) },
    quantity: item.quantity ?? 1n,
    discounts: item.discounts.map((discount) => toDiscount(discount, subscription.currency, extras)),
    inclusiveTax: inclusiveTaxOf(item, subscription),
  };
}

/** Item rates take the place of the subscription's; only rates that the price includes matter. */
export function inclusiveTaxOf(item: SubscriptionItem, subscription: Subscription): Rational {
  const own = item.tax_rates ?? [];
  const rates = own.length > 0 ? own : (subscription.default_tax_rates ?? []);
  return divide(sum(rates.filter(({ inclusive }) => inclusive).map(({ percentage }) => percentage)), rational(100n));
}

function endOf(subscription: Subscription, items: readonly SubscriptionItem[]): Date | undefined {
  const periodEnds =
    subscription.cancel_at_period_end === true ? items.flatMap(({ current_period_end: end }) => end ?? []) : [];
  const ends = [
    subscription.ended_at,
    subscription.cancel_at,
    periodEnds.length > 0 ? Math.max(...periodEnds) : undefined,
  ].filter((end) => end !== null && end !== undefined);
  return ends.length === 0 ? undefined : new Date(Math.min(...ends) * 1000);
}

/** Whether the price's amounts in `currency` have to be read by a call of its own. */
export function isIncomplete(price: Price, currency: string): boolean {
  if (price.currency !== currency && optionOf(price, currency) === undefined) return true;
  return isTiered(price) && tiersOf(price, currency) === undefined;
}

export function isTiered(price: Price): boolean {
  return price.billing_scheme === 'tiered' || (price.tiers_mode !== null && price.tiers_mode !== undefined);
}

function toPriceAmount(price: Price, currency: string): PriceAmount {
  if (isTiered(price)) {
    const tiers = tiersOf(price, currency);
    if (tiers === undefined || tiers.length === 0) throw missing(`price ${price.id} has no tiers`);
    if (price.tiers_mode !== 'graduated' && price.tiers_mode !== 'volume')
      throw missing(`price ${price.id} has tiers of an unknown mode`);
    return { scheme: 'tiered', mode: price.tiers_mode, tiers: tiers.map((tier) => toTier(tier, price.id)) };
  }
  const from = price.currency === currency ? price : optionOf(price, currency);
  const unitAmount = from?.unit_amount_decimal ?? from?.unit_amount;
  if (unitAmount === null || unitAmount === undefined) throw missing(`price ${price.id} has no amount in ${currency}`);
  const transform = price.transform_quantity;
  return {
    scheme: 'per_unit',
    unitAmount,
    transform: transform ? { divideBy: BigInt(transform.divide_by), round: transform.round } : undefined,
  };
}

function optionOf(price: Price, currency: string) {
  return price.currency_options?.[currency.toLowerCase()];
}

function tiersOf(price: Price, currency: string): readonly StripeTier[] | undefined {
  return price.currency === currency ? price.tiers : optionOf(price, currency)?.tiers;
}

/** A tier has an amount a unit, a flat one, or both; with neither it is not known, which is not free. */
function toTier(
  tier: StripeTier,
  priceId: string,
): { upTo: bigint | undefined; unitAmount: Rational; flatAmount: Rational } {
  const unit = tier.unit_amount_decimal ?? tier.unit_amount;
  const flat = tier.flat_amount_decimal ?? tier.flat_amount;
  if (unit == null && flat == null) throw missing(`price ${priceId} has a tier without an amount`);
  return { upTo: tier.up_to ?? undefined, unitAmount: unit ?? ZERO, flatAmount: flat ?? ZERO };
}

/** An unexpanded discount or coupon throws: it must never pass for "no discount". */
export function toDiscount(discount: string | StripeDiscount, currency: string, extras: Extras): Discount {
  if (typeof discount === 'string') throw missing(`discount ${discount} was not expanded`);
  const coupon = couponOf(discount, extras.coupons);
  if (coupon === undefined) throw missing(`the coupon of discount ${discount.id} was not expanded`);
  return {
    // An unknown duration counts as one that lasts: less revenue rather than invented revenue.
    duration: coupon.duration === 'other' ? 'forever' : coupon.duration,
    endsAt: discount.end === null || discount.end === undefined ? undefined : new Date(discount.end * 1000),
    off: offOf(coupon, currency),
    products: coupon.applies_to ? new Set(coupon.applies_to.products) : undefined,
  };
}

/**
 * A discount keeps the terms that it was applied with: a coupon that is listed under the same id may have been made
 * later, and then says nothing about it. Of the listed one only its limits are taken, which lists do not embed.
 */
export function couponOf(discount: StripeDiscount, listed: ReadonlyMap<string, Coupon>): Coupon | undefined {
  const given = discount.source.coupon;
  if (typeof given === 'string') {
    const found = listed.get(given);
    const isLater = found?.created != null && discount.start != null && found.created > discount.start;
    return isLater ? undefined : found;
  }
  const found = listed.get(given.id);
  if (found === undefined || !isSameCoupon(given, found)) return given;
  return {
    ...given,
    applies_to: given.applies_to ?? found.applies_to,
    currency_options: given.currency_options ?? found.currency_options,
  };
}

function isSameCoupon(a: Coupon, b: Coupon): boolean {
  if (a.created != null && b.created != null && a.created !== b.created) return false;
  const same = (x: Rational | null | undefined, y: Rational | null | undefined): boolean =>
    x == null || y == null ? (x ?? null) === (y ?? null) : compare(x, y) === 0;
  return same(a.percent_off, b.percent_off) && same(a.amount_off, b.amount_off) && a.duration === b.duration;
}

function offOf(coupon: Coupon, currency: string): Discount['off'] {
  if (coupon.percent_off !== null && coupon.percent_off !== undefined)
    return { kind: 'percent', percent: coupon.percent_off };
  const minor = amountOff(coupon, currency);
  if (minor === undefined) throw missing(`coupon ${coupon.id} has neither a percentage nor an amount in ${currency}`);
  return { kind: 'amount', minor };
}

export function amountOff(coupon: Coupon, currency: string): Rational | undefined {
  const own =
    coupon.currency === null || coupon.currency === undefined || coupon.currency === currency
      ? coupon.amount_off
      : undefined;
  return own ?? coupon.currency_options?.[currency.toLowerCase()]?.amount_off;
}

function missing(what: string): CollectorError {
  return new CollectorError('bad_payload', 'bad_response', `Stripe: ${what}, so MRR cannot be computed`);
}
