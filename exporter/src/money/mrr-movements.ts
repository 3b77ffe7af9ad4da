import { nanosInUsd, type Nanos } from './nanos.ts';

/**
 * What moved MRR from one known day to the next. Pure; docs/revenue-movements.md has the rules with an example of each.
 */

/** What one price of one subscription contributes to MRR. Plan and product are empty where only a total is known. */
export interface MrrPart {
  readonly customer: string;
  readonly subscription: string;
  /** Stripe's id of the price. */
  readonly plan: string;
  readonly product: string;
  /** ISO code; empty where only a total in USD is known. */
  readonly currency: string;
  /** A month, in the currency. */
  readonly amount: Nanos;
}

export const STORED_KINDS = [
  'opening',
  'new',
  'expansion',
  'contraction',
  'churn',
  'reactivation',
  'correction',
] as const;
export type StoredKind = (typeof STORED_KINDS)[number];

/** Why something is a correction; empty for the other kinds. */
export const CORRECTION_REASONS = [
  '',
  'unread',
  'read_again',
  'rate_found',
  'settings',
  'plan_known',
  'currency_unknown',
] as const;
export type CorrectionReason = (typeof CORRECTION_REASONS)[number];

export interface MrrMovement extends MrrPart {
  readonly kind: StoredKind;
  readonly reason: CorrectionReason;
  /** `amount` at the day's rate; null without one. */
  readonly amountUsd: Nanos | null;
  /** 1 or −1 on one row of a customer who began or ceased to have MRR, else 0. */
  readonly customers: -1 | 0 | 1;
}

/** USD for one unit by currency; USD itself is 1. */
export type Rates = ReadonlyMap<string, string>;

export interface MrrDay {
  /** The parts on the last known day before; undefined on the first known day. */
  readonly before: readonly MrrPart[] | undefined;
  /** Parts that were counted until their subscriptions could not be read any more, and are still out on `before`. */
  readonly unreadBefore: readonly MrrPart[];
  readonly ratesBefore: Rates;
  readonly after: readonly MrrPart[];
  /** Subscriptions that could not be read this day: their MRR is unknown, not gone. */
  readonly unread: ReadonlySet<string>;
  readonly rates: Rates;
  /** Customers who had MRR on an earlier day. */
  readonly known: ReadonlySet<string>;
  /** What counts as MRR is set otherwise than on `before`, so differences are not the customers' doing. */
  readonly otherSettings: boolean;
}

/**
 * The movements of a day, without changes of rates. Their sum over all days up to one is that day's MRR, part by part.
 */
export function movementsOf(day: MrrDay): MrrMovement[] {
  if (day.before === undefined) return openings(day);
  const before = levels(day.before);
  const out = levels(day.unreadBefore);
  const after = levels(day.after);
  // What could not be read is taken as unchanged, so that nobody churns by it.
  const assumedBefore = levels([...day.before, ...day.unreadBefore]);
  const stillOut = new Map(
    [...assumedBefore].filter(([key, { subscription }]) => day.unread.has(subscription) && !after.has(key)),
  );
  const assumedAfter = new Map([...after, ...stillOut]);
  return [
    ...customerMovements(day, assumedBefore, assumedAfter),
    ...[...keysOf(out, stillOut)].flatMap(([key, part]) => {
      const amount = amountOf(out, key) - amountOf(stillOut, key);
      if (amount === 0n) return [];
      return [correction(day, part, amount, amount < 0n ? 'unread' : 'read_again')];
    }),
    ...[...before.values()].flatMap((part) => {
      const rate = rateOf(day.rates, part.currency);
      if (rate === undefined || rateOf(day.ratesBefore, part.currency) !== undefined) return [];
      return [{ ...correction(day, part, 0n, 'rate_found'), amountUsd: nanosInUsd(part.amount, rate) }];
    }),
  ];
}

type Levels = ReadonlyMap<string, MrrPart>;

function openings(day: MrrDay): MrrMovement[] {
  const counted = new Set<string>();
  return [...levels(day.after).values()].map((part) => {
    const isFirst = !counted.has(part.customer);
    counted.add(part.customer);
    return movement(day, part, part.amount, 'opening', isFirst ? 1 : 0);
  });
}

function customerMovements(day: MrrDay, before: Levels, after: Levels): MrrMovement[] {
  const changed = new Map<string, MrrMovement[]>();
  const had = new Map([...before.values()].map((part) => [part.customer, part]));
  const has = new Set([...after.values()].map(({ customer }) => customer));
  for (const [key, part] of keysOf(before, after)) {
    const amount = amountOf(after, key) - amountOf(before, key);
    if (amount === 0n) continue;
    const rows = changed.get(part.customer) ?? [];
    changed.set(part.customer, [...rows, movement(day, part, amount, 'expansion', 0)]);
  }
  return [...changed].flatMap(([customer, rows]) => {
    const { kind, reason, customers } = classify(day, rows, had.get(customer), has.has(customer), customer);
    return rows.map((row, index) => ({ ...row, kind, reason, customers: index === 0 ? customers : 0 }));
  });
}

function classify(
  { otherSettings, known }: MrrDay,
  rows: readonly MrrMovement[],
  had: MrrPart | undefined,
  has: boolean,
  customer: string,
): Pick<MrrMovement, 'kind' | 'reason' | 'customers'> {
  const customers = had === undefined ? 1 : has ? 0 : -1;
  if (otherSettings) return { kind: 'correction', reason: 'settings', customers };
  if (had === undefined) return { kind: known.has(customer) ? 'reactivation' : 'new', reason: '', customers };
  if (!has) return { kind: 'churn', reason: '', customers };
  // The total of the day before was stored without its plans, and perhaps in USD only: what changed is not known.
  if (had.plan === '' && had.subscription === '') return { kind: 'correction', reason: 'plan_known', customers };
  return { kind: netOf(rows) < 0n ? 'contraction' : 'expansion', reason: '', customers };
}

/** At the rates of one day, so that a rate alone moves nobody; without a rate only the sign in one currency is known. */
function netOf(rows: readonly MrrMovement[]): Nanos {
  const currencies = new Set(rows.map(({ currency }) => currency));
  return rows.reduce((sum, { amount, amountUsd }) => sum + (currencies.size === 1 ? amount : (amountUsd ?? 0n)), 0n);
}

function correction(day: MrrDay, part: MrrPart, amount: Nanos, reason: CorrectionReason): MrrMovement {
  return { ...movement(day, part, amount, 'correction', 0), reason };
}

function movement(
  { rates }: MrrDay,
  part: MrrPart,
  amount: Nanos,
  kind: StoredKind,
  customers: MrrMovement['customers'],
): MrrMovement {
  const rate = rateOf(rates, part.currency);
  return {
    ...part,
    amount,
    kind,
    reason: '',
    customers,
    amountUsd: rate === undefined ? null : nanosInUsd(amount, rate),
  };
}

/** A total of which the currency is not known is stored in USD. */
export function rateOf(rates: Rates, currency: string): string | undefined {
  return currency === 'USD' || currency === '' ? '1' : rates.get(currency);
}

/** NUL stands in none of them, since Postgres cannot hold it. */
const partKey = ({ customer, subscription, plan, product, currency }: MrrPart): string =>
  [customer, subscription, plan, product, currency].join('\u0000');

/** Parts of one key added up; those of nothing are left out. */
function levels(parts: readonly MrrPart[]): Levels {
  const byKey = new Map<string, MrrPart>();
  for (const part of parts) {
    const key = partKey(part);
    byKey.set(key, { ...part, amount: amountOf(byKey, key) + part.amount });
  }
  return new Map([...byKey].filter(([, { amount }]) => amount !== 0n));
}

function amountOf(of: Levels, key: string): Nanos {
  return of.get(key)?.amount ?? 0n;
}

function keysOf(a: Levels, b: Levels): Levels {
  return new Map([...a, ...b]);
}
