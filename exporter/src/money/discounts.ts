import { divide, isZero, multiply, ONE, smaller, subtract, sum, rational, type Rational } from './rational.ts';

/** A discount as it bears on MRR: duration and end decide whether, the rest how much. */
export interface Discount {
  readonly duration: 'once' | 'repeating' | 'forever';
  /** When a repeating discount ends; undefined where it does not say. */
  readonly endsAt: Date | undefined;
  readonly off:
    { readonly kind: 'percent'; readonly percent: Rational } | { readonly kind: 'amount'; readonly minor: Rational };
  /** Products that it is limited to; undefined for all. */
  readonly products: ReadonlySet<string> | undefined;
}

export interface DiscountedAmount {
  readonly product: string;
  readonly amount: Rational;
}

/** Whether a discount lowers MRR at `now`: forever yes, repeating while it lasts, once never. */
export function lasts(discount: Discount, now: Date, countRepeating: boolean): boolean {
  if (discount.duration === 'once') return false;
  if (discount.duration === 'forever') return true;
  return countRepeating && (discount.endsAt === undefined || discount.endsAt > now);
}

/**
 * Takes discounts off the amounts of one invoice, one after the other, each floored at 0. An amount off is taken
 * once from the invoice, shared by the amounts that it applies to in proportion.
 */
export function applyDiscounts<Amount extends DiscountedAmount>(
  amounts: readonly Amount[],
  discounts: readonly Discount[],
): Amount[] {
  return discounts.reduce<Amount[]>((before, discount) => applyOne(before, discount), [...amounts]);
}

function applyOne<Amount extends DiscountedAmount>(amounts: readonly Amount[], { off, products }: Discount): Amount[] {
  const applies = ({ product }: DiscountedAmount): boolean => products === undefined || products.has(product);
  const base = sum(amounts.filter(applies).map(({ amount }) => amount));
  if (isZero(base)) return [...amounts];
  const share =
    off.kind === 'percent' ? smaller(divide(off.percent, rational(100n)), ONE) : divide(smaller(off.minor, base), base);
  const remaining = subtract(ONE, share);
  return amounts.map((entry) => (applies(entry) ? { ...entry, amount: multiply(entry.amount, remaining) } : entry));
}
