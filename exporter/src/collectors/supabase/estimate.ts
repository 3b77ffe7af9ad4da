import { daysInMonth } from '../../money/days.ts';
import { divideRounded, parseMicros, sumMicros } from '../../money/micros.ts';
import {
  monthlyEstimate,
  pricedPart,
  type EstimatePart,
  type MonthlyEstimate,
  type PricedPart,
} from '../../ledger/monthly-estimate.ts';
import type { Addon } from './schema.ts';

/** List prices of supabase.com/pricing; USD a month unless the name says otherwise. */
export const SUPABASE_PRICES = {
  readOn: '2026-11-22',
  free: { activeUsers: 50_000n, storageBytes: 1n << 30n },
  paid: {
    activeUsers: 100_000n,
    storageBytes: 100n << 30n,
    perActiveUser: '0.00325',
    perStorageGib: '0.021',
    computeCredit: '10',
  },
  /** The smallest compute size, which every paid project has at least. */
  microPerMonth: '10',
  plans: { free: '0', pro: '25', team: '599' },
} as const;

/** Plan and add-ons of the account, as the Management API returns them. */
export interface Account {
  /** free, pro, team, enterprise, platform … */
  readonly plan: string;
  readonly addons: readonly Addon[];
}

export interface EstimateInput {
  /** Any day of the month that is estimated. */
  readonly day: string;
  readonly activeUsers: bigint;
  /** Whether the active users are a lower bound (`last_sign_in`). */
  readonly atLeast: boolean;
  /** NULL where storage could not be read. */
  readonly storageBytes: bigint | null;
  /** NULL without a Management API token. */
  readonly account: Account | null;
  /** Of a month that has ended: its parts by its own last reading, whose plan and add-ons stand for it. */
  readonly ended?: readonly EstimatePart[] | undefined;
}

/**
 * A priced estimate of one calendar month, with its parts: list prices of the account's plan, compute and add-ons, or,
 * without a Management API token, free-tier arithmetic. NULL where an input is not known, rather than a
 * guess that could be silently too low. Egress, functions and disk beyond the plan are not included.
 */
export function estimateSupabase(input: EstimateInput): MonthlyEstimate | null {
  if (input.ended !== undefined) return byEndedMonth(input, input.ended);
  return input.account === null ? byFreeTier(input) : byListPrices(input, input.account);
}

/** What depends on use is priced by the reading after the month's end, which has all of it. */
function byEndedMonth(input: EstimateInput, ended: readonly EstimatePart[]): MonthlyEstimate {
  const fixed = ended.filter(({ component }) => component !== 'active_users' && component !== 'storage');
  return monthlyEstimate([...fixed.map(pricedPart), ...(isFree(ended) ? [] : overages(input))]);
}

/** A free plan is never billed, whatever is used. */
export function isFree(parts: readonly EstimatePart[]): boolean {
  return (
    parts.length === 1 && parts.every(({ component, monthlyUsd }) => component === 'plan' && Number(monthlyUsd) === 0)
  );
}

function byFreeTier(input: EstimateInput): MonthlyEstimate | null {
  const { free } = SUPABASE_PRICES;
  if (input.storageBytes === null) return null;
  if (input.activeUsers <= free.activeUsers && input.storageBytes <= free.storageBytes) {
    const basis = `free-tier arithmetic: ${activeUsersText(input)} of 50,000 active users and ${gib(input.storageBytes)} of 1 GB storage; the plan is not known`;
    return monthlyEstimate([{ component: 'plan', micros: 0n, basis }]);
  }
  return monthlyEstimate([
    {
      component: 'plan',
      micros: parseMicros(SUPABASE_PRICES.plans.pro),
      basis: 'free-tier arithmetic: beyond the free tier, so at least the Pro plan',
    },
    { component: 'compute', micros: parseMicros(SUPABASE_PRICES.microPerMonth), basis: 'smallest compute size' },
    {
      component: 'compute_credit',
      micros: -parseMicros(SUPABASE_PRICES.paid.computeCredit),
      basis: 'compute credit of paid plans',
    },
    ...overages(input),
  ]);
}

function byListPrices(input: EstimateInput, account: Account): MonthlyEstimate | null {
  const planPrice = Object.entries(SUPABASE_PRICES.plans).find(([plan]) => plan === account.plan)?.[1];
  if (planPrice === undefined) return null;
  const plan = {
    component: 'plan',
    micros: parseMicros(planPrice),
    basis: `${account.plan} plan, list price read ${SUPABASE_PRICES.readOn}`,
  };
  // A free organisation is never billed: beyond its limits it is restricted.
  if (account.plan === 'free') return monthlyEstimate([plan]);
  const hours = BigInt(daysInMonth(input.day)) * 24n;
  const priced = account.addons.map((addon) => {
    const hourly = addon.variant.price.interval === 'hourly';
    return {
      component: addon.type === 'compute_instance' ? 'compute' : addon.type,
      micros: divideRounded(scaled(addon.variant.price.amount) * (hourly ? hours : 1n), SCALE_TO_MICROS),
      basis: `${addon.variant.name || addon.type}: ${addon.variant.price.amount} USD ${hourly ? `an hour × ${hours} hours` : 'a month'}`,
    };
  });
  const compute = sumMicros(priced.filter((part) => part.component === 'compute').map((part) => part.micros));
  const credit = parseMicros(SUPABASE_PRICES.paid.computeCredit);
  const used = compute < credit ? compute : credit;
  return monthlyEstimate([
    plan,
    ...priced,
    ...(used > 0n ? [{ component: 'compute_credit', micros: -used, basis: 'compute credit of paid plans' }] : []),
    ...overages(input),
  ]);
}

function overages(input: EstimateInput): PricedPart[] {
  const { paid } = SUPABASE_PRICES;
  const users = input.activeUsers - paid.activeUsers;
  const bytes = input.storageBytes === null ? 0n : input.storageBytes - paid.storageBytes;
  return [
    ...(users > 0n
      ? [
          {
            component: 'active_users',
            micros: users * parseMicros(paid.perActiveUser),
            basis: `${users} active users beyond 100,000 at ${paid.perActiveUser} USD (${activeUsersText(input)} in all)`,
          },
        ]
      : []),
    ...(bytes > 0n
      ? [
          {
            component: 'storage',
            micros: divideRounded(bytes * parseMicros(paid.perStorageGib), 1n << 30n),
            basis: `${gib(bytes)} beyond 100 GB at ${paid.perStorageGib} USD`,
          },
        ]
      : []),
  ];
}

const SCALE_TO_MICROS = 10_000n;

/** A list price with up to ten decimals (hourly ones have five and more), in units of 1e-10. */
function scaled(price: string): bigint {
  const [whole = '0', fraction = ''] = price.split('.');
  return BigInt(whole + fraction.padEnd(10, '0'));
}

function activeUsersText(input: EstimateInput): string {
  return `${input.atLeast ? 'at least ' : ''}${input.activeUsers}`;
}

function gib(bytes: bigint): string {
  return `${(Number(bytes) / 2 ** 30).toFixed(2)} GB`;
}
