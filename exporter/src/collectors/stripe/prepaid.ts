import { addDays, daysBetween } from '../../money/days.ts';
import { divideRounded } from '../../money/micros.ts';
import type { DayRange } from '../../money/recognised-revenue.ts';
import type { RevenueLine } from './lines.ts';

/** Credit that a customer bought ahead; minor units. */
export interface PaidGrant {
  readonly id: string;
  readonly customer: string;
  readonly currency: string;
  readonly amount: bigint;
  readonly effectiveOn: string;
  readonly expiresOn: string | undefined;
  readonly voidedOn: string | undefined;
}

/** A part of a grant that was applied to an invoice line; negative where the voided invoice gave it back. */
export interface CreditUse {
  readonly id: string;
  readonly grant: string;
  readonly day: string;
  readonly amount: bigint;
  /** The days of the line that it paid, where the line is known. */
  readonly period: DayRange | undefined;
}

/** What may have been the purchase: a one-off line of an invoice, or a payment without one. */
export type Purchase = Pick<RevenueLine, 'id' | 'invoiceId' | 'customer' | 'currency' | 'minor' | 'start'>;

/** The grant is made when the purchase was paid, or some days later. */
const MAX_DAYS = 7;
/** What is never used and never expires stays deferred. */
const NEVER = '9999-12-30';

/**
 * The purchase of each grant: one of the customer in its currency near its day. Stripe does not connect them, so the
 * amount decides; a package that was sold below its worth is taken where there is no other purchase.
 */
export function purchasesOf(grants: readonly PaidGrant[], purchases: readonly Purchase[]): Map<string, Purchase> {
  const found = new Map<string, Purchase>();
  const used = new Set<string>();
  const nearby = (grant: PaidGrant): Purchase[] =>
    purchases
      .filter(
        (one) =>
          !used.has(one.id) &&
          one.customer === grant.customer &&
          one.currency === grant.currency &&
          one.minor > 0n &&
          Math.abs(daysBetween(one.start, grant.effectiveOn)) <= MAX_DAYS,
      )
      .sort((a, b) => distance(a, grant) - distance(b, grant) || (a.id < b.id ? -1 : 1));
  const match = (choose: (candidates: readonly Purchase[], grant: PaidGrant) => Purchase | undefined): void => {
    for (const grant of grants) {
      const chosen = found.has(grant.id) ? undefined : choose(nearby(grant), grant);
      if (chosen === undefined) continue;
      found.set(grant.id, chosen);
      used.add(chosen.id);
    }
  };
  match((candidates, { amount }) => candidates.find(({ minor }) => minor === amount));
  match((candidates, { amount }) =>
    candidates.length === 1 ? candidates.find(({ minor }) => minor < amount) : undefined,
  );
  return found;
}

/**
 * The rows that defer a purchase: its amount is taken off its day, counts with each use on the days of the usage that it
 * paid, and what is left counts on the day on which the credit expires or is voided. Together they are nothing.
 */
export function prepaidRows(grant: PaidGrant, purchase: Purchase, uses: readonly CreditUse[]): RevenueLine[] {
  const row = (id: string, minor: bigint, { start, end }: DayRange): RevenueLine => ({
    id,
    invoiceId: purchase.invoiceId,
    kind: 'prepaid',
    customer: grant.customer,
    status: 'posted',
    finalisedOn: purchase.start,
    start,
    end,
    minor,
    currency: grant.currency,
    reversedLine: purchase.id,
  });
  const earnedBy = (used: bigint): bigint => divideRounded(purchase.minor * used, grant.amount);
  let used = 0n;
  const usedRows = [...uses]
    .sort((a, b) => (`${a.day} ${a.id}` < `${b.day} ${b.id}` ? -1 : 1))
    .map((use) => {
      const before = earnedBy(used);
      used += use.amount;
      return row(`${use.id}:used`, earnedBy(used) - before, use.period ?? oneDay(use.day));
    });
  return [
    row(`${grant.id}:deferred`, -purchase.minor, oneDay(purchase.start)),
    ...usedRows,
    row(`${grant.id}:unused`, purchase.minor - earnedBy(used), oneDay(grant.voidedOn ?? grant.expiresOn ?? NEVER)),
  ].filter(({ minor }) => minor !== 0n);
}

function distance({ start }: Purchase, { effectiveOn }: PaidGrant): number {
  return Math.abs(daysBetween(start, effectiveOn));
}

function oneDay(day: string): DayRange {
  return { start: day, end: addDays(day, 1) };
}
