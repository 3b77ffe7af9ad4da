import { z } from 'zod';
import { parseRational, rational } from '../../money/rational.ts';
import {
  anyObject,
  count,
  currency,
  id,
  minorUnits,
  openEnum,
  partOf,
  personText,
  reference,
  seconds,
} from './schema-parts.ts';

export { anyObject, pageOf } from './schema-parts.ts';

/**
 * What is read of Stripe's answers (API 2026-08-26.dahlia and newer). Unknown fields are dropped, unknown enum values
 * become `other`.
 */

/** A decimal number of minor units; the SDK makes an object of it, which turns back into a string as JSON. */
const decimal = z
  .preprocess(
    (value): unknown => (typeof value === 'object' && value !== null ? JSON.parse(JSON.stringify(value)) : value),
    z.string().regex(/^\d{1,30}(\.\d{1,12})?$/, 'must be a decimal number'),
  )
  .transform(parseRational);
const nonNegative = z
  .int()
  .min(0)
  .transform((value) => rational(BigInt(value)));
const percent = z
  .number()
  .min(0)
  .max(100)
  .refine((value) => /^\d+(\.\d+)?$/.test(String(value)), 'must be a percentage')
  .transform((value) => parseRational(String(value)));

export const coupon = z.object({
  id,
  created: seconds.nullish(),
  duration: openEnum(['once', 'repeating', 'forever']),
  percent_off: percent.nullish(),
  amount_off: nonNegative.nullish(),
  currency: currency.nullish(),
  currency_options: z.record(z.string(), z.object({ amount_off: nonNegative })).optional(),
  applies_to: z.object({ products: z.array(id) }).nullish(),
});
export type Coupon = z.output<typeof coupon>;

const couponReference = z.union([id, coupon]).nullish();

/** Since 2025-09-30.clover a discount has its coupon at `source.coupon`, before at `coupon`. */
export const discount = z
  .object({
    id,
    start: seconds.nullish(),
    end: seconds.nullish(),
    source: z.object({ coupon: couponReference }).nullish(),
    coupon: couponReference,
  })
  .transform(({ id: discountId, start, end, source, coupon: direct }, context) => {
    const own = source?.coupon ?? direct;
    if (own !== null && own !== undefined) return { id: discountId, start, end, source: { coupon: own } };
    context.addIssue({ code: 'custom', message: 'a discount without its coupon', path: ['source', 'coupon'] });
    return z.NEVER;
  });
export type StripeDiscount = z.output<typeof discount>;

/** A discount's id where it was not expanded. */
const discounts = z
  .array(z.union([id, discount]))
  .nullish()
  .transform((value) => value ?? []);

const tier = z.object({
  up_to: count.nullish(),
  unit_amount: nonNegative.nullish(),
  unit_amount_decimal: decimal.nullish(),
  flat_amount: nonNegative.nullish(),
  flat_amount_decimal: decimal.nullish(),
});
export type StripeTier = z.output<typeof tier>;

const pricing = {
  unit_amount: nonNegative.nullish(),
  unit_amount_decimal: decimal.nullish(),
  tiers: z.array(tier).optional(),
};

export const price = z.object({
  id,
  currency,
  // For people only: whatever stands there must not cost the price.
  nickname: z
    .string()
    .refine((text) => !text.includes('\u0000'))
    .nullish()
    .catch(undefined),
  product: reference.default(''),
  billing_scheme: openEnum(['per_unit', 'tiered']).default('per_unit'),
  tiers_mode: openEnum(['graduated', 'volume']).nullish(),
  recurring: z
    .object({
      interval: openEnum(['day', 'week', 'month', 'year']),
      interval_count: z.int().min(1).default(1),
      usage_type: openEnum(['licensed', 'metered']).default('licensed'),
    })
    .nullish(),
  tax_behavior: openEnum(['inclusive', 'exclusive', 'unspecified']).nullish(),
  transform_quantity: z.object({ divide_by: z.int().min(1), round: z.enum(['up', 'down']) }).nullish(),
  currency_options: z.record(z.string(), z.object(pricing)).optional(),
  ...pricing,
});
export type Price = z.output<typeof price>;

const taxRates = z.array(z.object({ inclusive: z.boolean(), percentage: percent })).nullish();

export const subscriptionItem = z.object({
  id,
  created: seconds.nullish(),
  price,
  quantity: count.optional(),
  discounts,
  tax_rates: taxRates,
  current_period_end: seconds.nullish(),
});
export type SubscriptionItem = z.output<typeof subscriptionItem>;

/** A deleted item may still be listed, without its price. */
export const listedItem = z.union([z.object({ id, deleted: z.literal(true) }), subscriptionItem]);

export function livingItems(items: readonly z.output<typeof listedItem>[]): SubscriptionItem[] {
  return items.flatMap((item) => ('deleted' in item ? [] : [item]));
}

export const SUBSCRIPTION_STATUSES = [
  'active',
  'past_due',
  'trialing',
  'unpaid',
  'paused',
  'incomplete',
  'incomplete_expired',
  'canceled',
] as const;

/** A customer with the discount that its subscriptions get where they have none of their own. */
export const customer = z.object({
  id,
  discount: z.union([discount, z.null()]).optional(),
  deleted: z.boolean().optional(),
  name: personText,
  email: personText,
  metadata: z.record(z.string(), z.string()).nullish().catch(undefined),
});
export type Customer = z.output<typeof customer>;

export const subscription = z.object({
  id,
  livemode: z.boolean().optional(),
  status: openEnum(SUBSCRIPTION_STATUSES),
  currency,
  created: seconds.default(0),
  trial_end: seconds.nullish(),
  /** Not expanded: the id alone, which says nothing of a discount. */
  customer: z.union([id.transform((one): Customer => ({ id: one })), customer]),
  cancel_at: seconds.nullish(),
  cancel_at_period_end: z.boolean().nullish(),
  ended_at: seconds.nullish(),
  canceled_at: seconds.nullish(),
  pause_collection: anyObject.nullish(),
  automatic_tax: z.object({ enabled: z.boolean() }).nullish(),
  default_tax_rates: taxRates,
  items: partOf(listedItem),
  discounts,
});
export type Subscription = z.output<typeof subscription>;

/** What is remembered of a subscription that is over. */
export const endedSubscription = z.object({
  id,
  livemode: z.boolean().optional(),
  status: openEnum(SUBSCRIPTION_STATUSES),
  created: seconds.default(0),
  ended_at: seconds.nullish(),
  canceled_at: seconds.nullish(),
});
export type EndedSubscription = z.output<typeof endedSubscription>;

const amounts = z.array(z.object({ amount: minorUnits })).nullish();
const taxes = z.array(z.object({ amount: minorUnits, tax_behavior: openEnum(['inclusive', 'exclusive']) })).nullish();
const credits = z.array(z.object({ amount: minorUnits, type: z.string() })).nullish();

export const invoiceLine = z.object({
  id,
  amount: minorUnits,
  period: z.object({ start: seconds, end: seconds }),
  discount_amounts: amounts,
  taxes,
  pretax_credit_amounts: credits,
});
export type InvoiceLine = z.output<typeof invoiceLine>;

export const invoice = z.object({
  id,
  livemode: z.boolean().optional(),
  status: openEnum(['draft', 'open', 'paid', 'uncollectible', 'void']).nullish(),
  created: seconds,
  currency,
  customer: reference.nullish(),
  total: minorUnits.optional(),
  total_excluding_tax: minorUnits.nullish(),
  shipping_cost: z.object({ amount_subtotal: minorUnits }).nullish(),
  status_transitions: z
    .object({
      finalized_at: seconds.nullish(),
      paid_at: seconds.nullish(),
      marked_uncollectible_at: seconds.nullish(),
    })
    .nullish(),
  amount_paid: minorUnits.nullish(),
  amount_remaining: minorUnits.nullish(),
  pre_payment_credit_notes_amount: minorUnits.optional(),
  post_payment_credit_notes_amount: minorUnits.optional(),
  lines: partOf(invoiceLine),
});
export type Invoice = z.output<typeof invoice>;

export const creditNoteLine = z.object({
  id,
  amount: minorUnits,
  discount_amount: minorUnits.nullish(),
  invoice_line_item: id.nullish(),
  taxes,
  pretax_credit_amounts: credits,
});
export type CreditNoteLine = z.output<typeof creditNoteLine>;

export const creditNote = z.object({
  id,
  livemode: z.boolean().optional(),
  status: openEnum(['issued', 'void']),
  created: seconds,
  currency,
  customer: reference.nullish(),
  invoice: reference,
  total: minorUnits.nullish(),
  total_excluding_tax: minorUnits.nullish(),
  post_payment_amount: minorUnits.nullish(),
  pre_payment_amount: minorUnits.nullish(),
  out_of_band_amount: minorUnits.nullish(),
  customer_balance_transaction: reference.nullish(),
  type: z.string().nullish(),
  refunds: z.array(z.object({ refund: reference.nullish(), amount_refunded: minorUnits.nullish() })).nullish(),
  lines: partOf(creditNoteLine),
});
export type CreditNote = z.output<typeof creditNote>;

export const balanceTransaction = z.object({
  id,
  created: seconds,
  amount: minorUnits,
  fee: minorUnits,
  currency,
  type: z.string().max(200),
  reporting_category: z.string().max(200).nullish(),
  source: reference.nullish(),
  exchange_rate: z.number().positive().nullish(),
});
export type BalanceTransaction = z.output<typeof balanceTransaction>;
