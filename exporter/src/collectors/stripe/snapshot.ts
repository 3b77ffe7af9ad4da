import { addMrr, mrrByItem, mrrOf, NO_MRR, type Mrr, type MrrSubscription } from '../../money/mrr.ts';
import type { MrrPart } from '../../money/mrr-movements.ts';
import type { MrrPolicy } from '../../money/mrr-policy.ts';
import { formatMicros, type Micros } from '../../money/micros.ts';
import { minorToExactMicros } from '../../money/minor-units.ts';
import {
  add,
  compare,
  floor,
  isZero,
  multiply,
  parseRational,
  rational,
  round,
  subtract,
  sum,
  ZERO,
  type Rational,
} from '../../money/rational.ts';
import { rateOn, type FxRate } from '../../ledger/fx-rates.ts';
import { trimmedRate } from './rates.ts';
import type { WarningTally } from './tally.ts';

/** MRR at one moment. USD amounts are undefined where nothing of it could be converted. */
export interface MrrSnapshot {
  readonly mrrUsd: Micros | undefined;
  readonly atRiskUsd: Micros | undefined;
  readonly pausedUsd: Micros | undefined;
  readonly trialUsd: Micros | undefined;
  /** Native MRR as a decimal string, by ISO code. */
  readonly byCurrency: Readonly<Record<string, string>>;
  readonly fxRates: Readonly<Record<string, string>>;
  /** Their sum is `mrrUsd`. */
  readonly customers: readonly { readonly customer: string; readonly mrrUsd: Micros }[];
  /** The same by subscription and price, each in its own currency, with or without a rate. */
  readonly parts: readonly MrrPart[];
  /** Names of the prices in `parts`, by id. */
  readonly planNames: ReadonlyMap<string, string>;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly activeSubscriptions: number;
  /** Undefined where the subscriptions may not be read. */
  readonly payingCustomers: number | undefined;
}

/** Where the subscriptions may not be read. */
export const UNKNOWN_MRR: MrrSnapshot = {
  mrrUsd: undefined,
  atRiskUsd: undefined,
  pausedUsd: undefined,
  trialUsd: undefined,
  byCurrency: {},
  fxRates: {},
  customers: [],
  parts: [],
  planNames: new Map(),
  byStatus: {},
  activeSubscriptions: 0,
  payingCustomers: undefined,
};

const NANOS_PER_MICRO = rational(1_000n);

/** Adds up exactly, converts at the rates of `day`, and rounds once. */
export function takeSnapshot(
  subscriptions: readonly MrrSubscription[],
  counts: Readonly<Record<string, number>>,
  rates: readonly FxRate[],
  day: string,
  now: Date,
  policy: MrrPolicy,
  tally: WarningTally,
): MrrSnapshot {
  const totals = new Map<string, Mrr>();
  const customers = new Map<string, Rational>();
  const paying = new Set<string>();
  const parts: MrrPart[] = [];
  const planNames = new Map<string, string>();
  for (const subscription of subscriptions) {
    const { customer, currency } = subscription;
    const value = mrrOf(subscription, now, policy);
    totals.set(currency, addMrr(totals.get(currency) ?? NO_MRR, value));
    if (isZero(value.mrr)) continue;
    paying.add(customer);
    for (const { item, mrr } of mrrByItem(subscription, now, policy)) {
      if (isZero(mrr)) continue;
      const { plan, product } = item;
      const amount = round(multiply(minorToExactMicros(mrr, currency), NANOS_PER_MICRO));
      parts.push({ customer, subscription: subscription.id, plan, product, currency, amount });
      if (item.planName !== undefined) planNames.set(plan, item.planName);
    }
    const rate = rateOn(rates, currency, day);
    if (rate !== undefined)
      customers.set(customer, add(customers.get(customer) ?? ZERO, inUsd(value.mrr, currency, rate)));
  }
  const convertible = [...totals].flatMap(([currency, value]) => {
    // Nothing is nothing in any currency.
    const rate =
      rateOn(rates, currency, day) ??
      (isZero(value.mrr) && isZero(value.paused) && isZero(value.trial) ? '0' : undefined);
    if (rate === undefined)
      tally.add(
        'unconverted_currency',
        `MRR in ${currency} has no exchange rate to USD and is shown unconverted, outside the USD totals`,
      );
    return rate === undefined ? [] : [{ currency, rate, value }];
  });
  const known = convertible.length > 0 || totals.size === 0;
  const total = (part: keyof Mrr): Micros | undefined =>
    known ? round(sum(convertible.map(({ currency, rate, value }) => inUsd(value[part], currency, rate)))) : undefined;
  const mrrUsd = total('mrr');
  return {
    mrrUsd,
    atRiskUsd: total('atRisk'),
    pausedUsd: total('paused'),
    trialUsd: total('trial'),
    byCurrency: Object.fromEntries(
      [...totals]
        .sort(byKey)
        .map(([currency, { mrr }]) => [currency, formatMicros(round(minorToExactMicros(mrr, currency)))]),
    ),
    fxRates: Object.fromEntries(
      convertible
        .filter(({ currency, rate }) => currency !== 'USD' && rate !== '0')
        .map(({ currency, rate }): [string, string] => [currency, trimmedRate(rate)])
        .sort(byKey),
    ),
    customers: apportion(customers, mrrUsd ?? 0n),
    parts,
    planNames,
    byStatus: counts,
    activeSubscriptions: (counts.active ?? 0) + (counts.past_due ?? 0),
    payingCustomers: paying.size,
  };
}

function inUsd(minor: Rational, currency: string, rate: string): Rational {
  return multiply(minorToExactMicros(minor, currency), parseRational(rate));
}

/** Rounds parts so that they sum to `total`, which is their exact sum rounded: largest remainder, ties by id. */
export function apportion(parts: ReadonlyMap<string, Rational>, total: Micros): { customer: string; mrrUsd: Micros }[] {
  const floors = [...parts].sort(byKey).map(([customer, exact]) => ({
    customer,
    mrrUsd: floor(exact),
    remainder: subtract(exact, rational(floor(exact))),
  }));
  let left = total - floors.reduce((acc, { mrrUsd }) => acc + mrrUsd, 0n);
  for (const part of [...floors].sort((a, b) => compare(b.remainder, a.remainder))) {
    if (left <= 0n) break;
    part.mrrUsd += 1n;
    left -= 1n;
  }
  return floors.map(({ customer, mrrUsd }) => ({ customer, mrrUsd }));
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
