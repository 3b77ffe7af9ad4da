import { add, multiply, rational, ZERO, type Rational } from './rational.ts';

export interface PriceTier {
  /** The last unit of the tier; undefined for the open one at the end. */
  readonly upTo: bigint | undefined;
  readonly unitAmount: Rational;
  readonly flatAmount: Rational;
}

/** What a price charges, in exact minor units. */
export type PriceAmount =
  | { readonly scheme: 'per_unit'; readonly unitAmount: Rational; readonly transform: QuantityTransform | undefined }
  | { readonly scheme: 'tiered'; readonly mode: 'graduated' | 'volume'; readonly tiers: readonly PriceTier[] };

export interface QuantityTransform {
  readonly divideBy: bigint;
  readonly round: 'up' | 'down';
}

/** The charge for `quantity` in one billing interval, in exact minor units. Quantity 0 is 0, flat fees included. */
export function amountFor(price: PriceAmount, quantity: bigint): Rational {
  if (quantity < 0n) throw new RangeError('a quantity is not negative');
  if (quantity === 0n) return ZERO;
  if (price.scheme === 'per_unit') return multiply(price.unitAmount, rational(transformed(quantity, price.transform)));
  return price.mode === 'volume' ? volumeAmount(price.tiers, quantity) : graduatedAmount(price.tiers, quantity);
}

function transformed(quantity: bigint, transform: QuantityTransform | undefined): bigint {
  if (transform === undefined) return quantity;
  if (transform.divideBy < 1n) throw new RangeError('transform_quantity divides by at least one');
  const whole = quantity / transform.divideBy;
  return transform.round === 'up' && whole * transform.divideBy !== quantity ? whole + 1n : whole;
}

/** Every unit at the price of the one tier that the whole quantity falls into. */
function volumeAmount(tiers: readonly PriceTier[], quantity: bigint): Rational {
  const tier = tiers.find(({ upTo }) => upTo === undefined || quantity <= upTo);
  if (tier === undefined) throw new RangeError('the tiers do not reach the quantity');
  return add(multiply(tier.unitAmount, rational(quantity)), tier.flatAmount);
}

/** Each unit at the price of its own tier; a tier's flat fee is due as soon as it is reached. */
function graduatedAmount(tiers: readonly PriceTier[], quantity: bigint): Rational {
  let total = ZERO;
  let below = 0n;
  for (const { upTo, unitAmount, flatAmount } of tiers) {
    const last = upTo === undefined || upTo > quantity ? quantity : upTo;
    total = add(total, add(multiply(unitAmount, rational(last - below)), flatAmount));
    below = last;
    if (below === quantity) return total;
  }
  throw new RangeError('the tiers do not reach the quantity');
}
