import { canHaveMrr, type MrrPolicy } from '../../money/mrr-policy.ts';
import { mrrOf, type MrrSubscription } from '../../money/mrr.ts';
import { isZero } from '../../money/rational.ts';
import { CollectorError } from '../errors.ts';
import type { RequestContext } from '../retry.ts';
import type { Found } from './as-of.ts';
import type { LeftOut, StripeClient } from './client.ts';
import { isRefused } from './errors.ts';
import { readCustomerDiscounts } from './customer-discounts.ts';
import { placeOf } from './reading/left-out.ts';
import { readCoupons, readPrices } from './terms.ts';
import {
  subscription as subscriptionSchema,
  listedItem as itemSchema,
  livingItems,
  type Subscription,
  type SubscriptionItem,
} from './schema.ts';
import type { WarningTally } from './tally.ts';
import { couponOf, inclusiveTaxOf, toMrrSubscription, type Extras } from './to-mrr.ts';

export interface ReadSubscriptions {
  /** All that are listed: those that are not over. */
  readonly listed: readonly Subscription[];
  /** Those that can have MRR, complete with all items. */
  readonly found: readonly Found[];
  readonly extras: Extras;
}

type RefuseTestMode = (one: { livemode?: boolean | undefined }) => void;

export const EXPAND = ['data.discounts.source.coupon', 'data.items.data.discounts', 'data.customer'];
const EXPAND_WITHOUT_CUSTOMER = EXPAND.slice(0, -1);

/**
 * Reads the subscriptions that are not over, however many are; then what the list does not contain: one call a
 * distinct tiered price, further items, coupons. Without a status Stripe lists all that were not canceled, in one pass:
 * separate lists would miss what moves from one state to another meanwhile.
 */
export async function readSubscriptions(
  client: StripeClient,
  context: RequestContext,
  refuseTestMode: RefuseTestMode,
  tally: WarningTally,
): Promise<ReadSubscriptions> {
  const odd: LeftOut[] = [];
  const listed = await listSubscriptions(client, context, tally, (one) => odd.push(one));
  for (const one of odd) tally.leftOut('subscriptions', one.id, placeOf(one.error));
  if (listed.length === 0 && odd[0] !== undefined) throw odd[0].error;
  for (const one of listed) refuseTestMode(one);
  const unknown = listed.filter(({ status }) => status === 'other').length;
  if (unknown > 0)
    tally.add('unknown_enum', 'subscriptions in a state that this version does not know; they do not count', unknown);
  // A server that knows no filter lists those too that are over.
  const found = await completeSubscriptions(client, context, listed.filter(canHaveMrr), tally);
  return { listed, ...found };
}

/** Everything about `subscriptions` that their MRR depends on. */
export async function completeSubscriptions(
  client: StripeClient,
  context: RequestContext,
  subscriptions: readonly Subscription[],
  tally: WarningTally,
): Promise<Pick<ReadSubscriptions, 'found' | 'extras'>> {
  const leftOut = createLeftOut(tally);
  const found: Found[] = [];
  for (const subscription of subscriptions)
    await leftOut.unless(subscription.id, async () =>
      found.push({ subscription, items: await itemsOf(client, context, subscription) }),
    );
  const discounted = await readCustomerDiscounts(client, context, subscriptions, tally);
  const prices = await readPrices(client, context, found, tally);
  const coupons = await readCoupons(client, context, found, discounted, tally);
  const extras: Extras = { prices, coupons, customerDiscounts: discounted };
  const complete: Found[] = [];
  for (const one of found)
    await leftOut.unless(one.subscription.id, async () =>
      complete.push(await withItemDiscounts(client, context, one, extras)),
    );
  if (complete.length === 0) leftOut.throwFirst();
  warn(complete, tally);
  return { found: complete, extras };
}

/** Subscriptions whose items are refused are left out, by name; the first refusal counts where nothing else is left. */
function createLeftOut(tally: WarningTally) {
  let first: CollectorError | undefined;
  return {
    async unless(id: string, read: () => Promise<unknown>): Promise<void> {
      try {
        await read();
      } catch (error) {
        if (!isRefused(error)) throw error;
        first ??= error;
        tally.leftOut('subscriptions', id, error.message);
      }
    },
    throwFirst(): void {
      if (first !== undefined) throw first;
    },
  };
}

async function listSubscriptions(
  client: StripeClient,
  context: RequestContext,
  tally: WarningTally,
  leftOut: (one: LeftOut) => void,
): Promise<readonly Subscription[]> {
  const list = async (expand: string[]): Promise<readonly Subscription[]> =>
    (
      await client.list(
        context,
        'subscriptions',
        (stripe, cursor) => stripe.subscriptions.list({ ...cursor, expand }),
        subscriptionSchema,
        { leftOut },
      )
    ).items;
  try {
    return await list(EXPAND);
  } catch (error) {
    if (!(error instanceof CollectorError) || !isAboutCustomers(error)) throw error;
    const listed = await list(EXPAND_WITHOUT_CUSTOMER);
    tally.add(
      'customer_discounts_unknown',
      'Stripe: the key in STRIPE_SECRET_KEY may not read customers ("Customers: read"); discounts of customers are not taken off MRR',
    );
    return listed;
  }
}

/** A refusal that names no permission may be about the customers inside. */
function isAboutCustomers({ reason, message }: CollectorError): boolean {
  const named = /\brak_(\w+)_read\b/.exec(message)?.[1];
  return reason === 'missing_permission' && (named === undefined || named === 'customer');
}

/**
 * As MRR sees them at `at`. One whose amount cannot be computed is left out, with a warning that names it; throws when
 * that is so for every one.
 */
export function toLive(
  found: readonly Found[],
  extras: Extras,
  at: Date,
  policy: MrrPolicy,
  tally: WarningTally,
): MrrSubscription[] {
  const live: MrrSubscription[] = [];
  let first: CollectorError | undefined;
  for (const { subscription, items } of found) {
    try {
      const one = toMrrSubscription(subscription, items, extras);
      mrrOf(one, at, policy);
      live.push(one);
    } catch (error) {
      const odd = computable(error);
      first ??= odd;
      tally.leftOut('subscriptions', subscription.id, odd.message);
    }
  }
  if (live.length === 0 && first !== undefined) throw first;
  return live;
}

/** What the arithmetic refuses, such as tiers that end below the quantity, is a fault of the answer. */
function computable(error: unknown): CollectorError {
  if (error instanceof CollectorError) return error;
  if (!(error instanceof RangeError)) throw error;
  return new CollectorError(
    'bad_payload',
    'bad_response',
    `Stripe sent subscriptions whose MRR cannot be computed: ${error.message}`,
    { cause: error },
  );
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

/**
 * Item discounts that are still ids (a coupon that was deleted or made again, a discount that was not expanded) are
 * read by a call of their own.
 */
async function withItemDiscounts(
  client: StripeClient,
  context: RequestContext,
  { subscription, items }: Found,
  { coupons }: Extras,
): Promise<Found> {
  const isUnexpanded = items.some((item) =>
    item.discounts.some((discount) => typeof discount === 'string' || couponOf(discount, coupons) === undefined),
  );
  return { subscription, items: isUnexpanded ? await readItems(client, context, subscription.id) : items };
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
