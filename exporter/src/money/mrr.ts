import { applyDiscounts, lasts, type Discount } from './discounts.ts';
import { cycleOf, perMonth, type BillingInterval } from './interval.ts';
import { canHaveMrr, countsInMrr, DEFAULT_MRR_POLICY, type MrrPolicy } from './mrr-policy.ts';
import { amountFor, type PriceAmount } from './price-amount.ts';
import {
  add,
  divide,
  greatestCommonDivisor,
  isZero,
  leastCommonMultiple,
  ONE,
  rational,
  sum,
  ZERO,
  type Rational,
} from './rational.ts';

/** A licensed recurring item; metered and one-time items are not MRR and never get here. */
export interface MrrItem {
  /** Stripe's id of the price, with its nickname where it has one. */
  readonly plan: string;
  readonly planName: string | undefined;
  readonly product: string;
  readonly price: PriceAmount;
  readonly interval: BillingInterval;
  readonly quantity: bigint;
  readonly discounts: readonly Discount[];
  /** Tax that the price includes, as a share of the net price (0.2 for 20 %). */
  readonly inclusiveTax: Rational;
}

export interface MrrSubscription {
  readonly id: string;
  readonly customer: string;
  /** ISO code, upper case. */
  readonly currency: string;
  readonly status: string;
  readonly collectionPaused: boolean;
  /** When it ended or is to end; undefined while it goes on. */
  readonly endsAt: Date | undefined;
  readonly items: readonly MrrItem[];
  /** Discounts of the whole subscription, after those of the items, in order. */
  readonly discounts: readonly Discount[];
}

/** Exact minor units of the subscription's currency, a month. */
export interface Mrr {
  readonly mrr: Rational;
  /** The part of `mrr` whose last payment failed. */
  readonly atRisk: Rational;
  /** What would come back if collection were resumed; not part of `mrr`. */
  readonly paused: Rational;
  /** What trials would bring once they pay; part of `mrr` only where the policy counts trials. */
  readonly trial: Rational;
}

export const NO_MRR: Mrr = { mrr: ZERO, atRisk: ZERO, paused: ZERO, trial: ZERO };

/** MRR of one subscription at `now`. */
export function mrrOf(subscription: MrrSubscription, now: Date, policy: MrrPolicy = DEFAULT_MRR_POLICY): Mrr {
  const { status, endsAt, collectionPaused } = subscription;
  if (!canHaveMrr(subscription) || (endsAt !== undefined && endsAt <= now)) return NO_MRR;
  const value = monthlyValue(subscription, now, policy);
  const isPaused = collectionPaused || status === 'paused';
  const parts = {
    trial: status === 'trialing' ? value : ZERO,
    paused: isPaused ? value : ZERO,
    atRisk: ZERO,
  };
  if (!isCounted(subscription, now, policy)) return { ...parts, mrr: ZERO };
  return { ...parts, mrr: value, atRisk: status === 'past_due' ? value : ZERO };
}

/** What each item contributes to the MRR of its subscription, in the order of the items; empty where nothing counts. */
export function mrrByItem(
  subscription: MrrSubscription,
  now: Date,
  policy: MrrPolicy = DEFAULT_MRR_POLICY,
): { readonly item: MrrItem; readonly mrr: Rational }[] {
  if (!isCounted(subscription, now, policy)) return [];
  const values = monthlyValues(subscription, now, policy);
  return subscription.items.map((item, index) => ({ item, mrr: values[index] ?? ZERO }));
}

function isCounted(subscription: MrrSubscription, now: Date, policy: MrrPolicy): boolean {
  const { endsAt, collectionPaused } = subscription;
  if (endsAt !== undefined && endsAt <= now) return false;
  return countsInMrr(subscription, policy) && (!collectionPaused || policy.countPaused);
}

export function addMrr(a: Mrr, b: Mrr): Mrr {
  return {
    mrr: add(a.mrr, b.mrr),
    atRisk: add(a.atRisk, b.atRisk),
    paused: add(a.paused, b.paused),
    trial: add(a.trial, b.trial),
  };
}

interface Charge {
  readonly index: number;
  readonly product: string;
  readonly amount: Rational;
}

/** What the subscription is worth a month, whatever its state. */
function monthlyValue(subscription: MrrSubscription, now: Date, policy: MrrPolicy): Rational {
  return sum(monthlyValues(subscription, now, policy));
}

/** The same, by item. */
function monthlyValues(subscription: MrrSubscription, now: Date, policy: MrrPolicy): Rational[] {
  const live = (discounts: readonly Discount[]): Discount[] =>
    discounts.filter((one) => lasts(one, now, policy.countRepeatingDiscounts));
  const charges = subscription.items.map(({ product, price, quantity, discounts }, index): Charge => {
    const [charge] = applyDiscounts([{ index, product, amount: amountFor(price, quantity) }], live(discounts));
    return charge ?? { index, product, amount: ZERO };
  });
  const whole = live(subscription.discounts);
  // Sums over the invoices of one whole cycle, and how often each item was on one of them.
  const totals = new Map<number, { amount: Rational; times: bigint }>();
  for (const invoice of invoicesOfOneCycle(subscription.items, charges)) {
    for (const { index, amount } of applyDiscounts(invoice, whole)) {
      const before = totals.get(index) ?? { amount: ZERO, times: 0n };
      totals.set(index, { amount: add(before.amount, amount), times: before.times + 1n });
    }
  }
  return subscription.items.map(({ interval, inclusiveTax }, index) => {
    const total = totals.get(index);
    if (total === undefined || isZero(total.amount)) return ZERO;
    return perMonth(divide(divide(total.amount, rational(total.times)), add(ONE, inclusiveTax)), interval);
  });
}

/** Longer cycles (53 days beside 59) do not happen at Stripe, where intervals are multiples of the shortest. */
const MAX_CYCLE = 2_000n;

/**
 * The invoices of one whole cycle. An amount off is taken once an invoice, so with mixed intervals it matters which
 * items meet on one: $10 a month and $240 a year make eleven invoices of $10 and one of $250.
 */
function invoicesOfOneCycle(items: readonly MrrItem[], charges: readonly Charge[]): Charge[][] {
  const invoices: Charge[][] = [];
  for (const family of ['months', 'days'] as const) {
    const members = charges.flatMap((charge) => {
      const item = items[charge.index];
      const cycle = item === undefined ? undefined : cycleOf(item.interval);
      return cycle?.family === family ? [{ charge, length: cycle.length }] : [];
    });
    const lengths = members.map(({ length }) => length);
    const step = lengths.reduce(greatestCommonDivisor, 0n);
    const cycle = lengths.reduce(leastCommonMultiple, 1n);
    if (members.length > 0 && cycle / step > MAX_CYCLE) {
      invoices.push(...groupBy(members, ({ length }) => length).map((group) => group.map(({ charge }) => charge)));
      continue;
    }
    for (let time = step; members.length > 0 && time <= cycle; time += step) {
      const due = members.filter(({ length }) => time % length === 0n).map(({ charge }) => charge);
      if (due.length > 0) invoices.push(due);
    }
  }
  return invoices;
}

function groupBy<Value, Key>(values: readonly Value[], keyOf: (value: Value) => Key): Value[][] {
  return [...Map.groupBy(values, keyOf).values()];
}
