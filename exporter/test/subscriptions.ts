import type { Discount } from '../src/money/discounts.ts';
import type { BillingInterval } from '../src/money/interval.ts';
import { mrrOf, type MrrItem, type MrrSubscription } from '../src/money/mrr.ts';
import { DEFAULT_MRR_POLICY } from '../src/money/mrr-policy.ts';
import { formatRational, parseRational, ZERO, type Rational } from '../src/money/rational.ts';

export const NOW = new Date('2026-03-15T00:00:00Z');
/** An exact number from its decimal string. */
export const r = (text: string): Rational => parseRational(text);

export function item(minor: string, unit: BillingInterval['unit'] = 'month', fields: Partial<MrrItem> = {}): MrrItem {
  return {
    plan: 'price',
    planName: undefined,
    product: 'p',
    price: { scheme: 'per_unit', unitAmount: r(minor), transform: undefined },
    interval: { unit, count: 1n },
    quantity: 1n,
    discounts: [],
    inclusiveTax: ZERO,
    ...fields,
  };
}

export function subscription(items: readonly MrrItem[], fields: Partial<MrrSubscription> = {}): MrrSubscription {
  return {
    id: 'sub',
    customer: 'c',
    currency: 'USD',
    status: 'active',
    collectionPaused: false,
    endsAt: undefined,
    items,
    discounts: [],
    ...fields,
  };
}

export function off(minor: string, fields: Partial<Discount> = {}): Discount {
  return {
    duration: 'forever',
    endsAt: undefined,
    off: { kind: 'amount', minor: r(minor) },
    products: undefined,
    ...fields,
  };
}

export function percent(value: string, fields: Partial<Discount> = {}): Discount {
  return { ...off('0'), off: { kind: 'percent', percent: r(value) }, ...fields };
}

/** The MRR at `NOW`, as text. */
export const mrr = (one: MrrSubscription, policy = DEFAULT_MRR_POLICY): string =>
  formatRational(mrrOf(one, NOW, policy).mrr);
