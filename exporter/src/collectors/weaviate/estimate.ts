import { divideRounded, parseMicros, sumMicros } from '../../money/micros.ts';
import type { Settings } from '../../settings/schema.ts';
import { monthlyEstimate, type MonthlyEstimate } from '../../ledger/monthly-estimate.ts';
import type { WeaviateAddress } from './address.ts';

export type WeaviatePrices = Pick<
  Settings,
  | 'WEAVIATE_PLAN'
  | 'WEAVIATE_PRICE_MINIMUM_USD'
  | 'WEAVIATE_PRICE_MILLION_DIMENSIONS_USD'
  | 'WEAVIATE_PRICE_STORAGE_GIB_USD'
  | 'WEAVIATE_PRICE_BACKUP_GIB_USD'
  | 'WEAVIATE_PRICES_READ_ON'
>;

export interface Estimate extends MonthlyEstimate {
  /** True where the plan's minimum counts rather than the usage. */
  readonly minimum: boolean;
}

/**
 * Whether the cluster's cost is a bill of Weaviate's at all. A server that one runs oneself costs nothing there: its
 * machine is in somebody else's invoice. `auto` knows the hosts of Weaviate Cloud; a loopback address is taken for a
 * tunnel to it, as every base URL on loopback is taken for a way to the provider; any other host is self-hosted.
 */
export function isBilled(
  plan: WeaviatePrices['WEAVIATE_PLAN'],
  address: Pick<WeaviateAddress, 'cloud' | 'loopback'>,
): boolean {
  return plan === 'flex' || plan === 'free' || (plan === 'auto' && (address.cloud || address.loopback));
}

/** What a month is billed by: the mean over its days. */
export interface BilledUsage {
  readonly dimensions: bigint;
  readonly storageBytes: bigint;
  /** How many days of the month the mean is of. */
  readonly days?: number;
}

/**
 * One month by list prices, with its parts: the larger of the plan's minimum and the price of the month's mean usage.
 * Small clusters pay the minimum, and the parts say so.
 */
export function estimateWeaviate(prices: WeaviatePrices, usage: BilledUsage): Estimate {
  if (prices.WEAVIATE_PLAN === 'free')
    return {
      ...monthlyEstimate([{ component: 'plan', micros: 0n, basis: 'free plan or sandbox (WEAVIATE_PLAN=free)' }]),
      minimum: false,
    };
  const gib = 1n << 30n;
  // Weaviate's price list says "from": region, compression and high availability only raise it.
  const read = `a "from" price and so a lower bound, read ${prices.WEAVIATE_PRICES_READ_ON}`;
  const mean = usage.days === undefined || usage.days < 2 ? '' : `, mean of ${usage.days} days,`;
  const parts = [
    {
      component: 'dimensions',
      micros: divideRounded(usage.dimensions * parseMicros(prices.WEAVIATE_PRICE_MILLION_DIMENSIONS_USD), 1_000_000n),
      basis: `${usage.dimensions} dimensions${mean} at ${prices.WEAVIATE_PRICE_MILLION_DIMENSIONS_USD} USD a million, ${read}`,
    },
    {
      component: 'storage',
      micros: divideRounded(usage.storageBytes * parseMicros(prices.WEAVIATE_PRICE_STORAGE_GIB_USD), gib),
      basis: `${usage.storageBytes} bytes (estimated)${mean} at ${prices.WEAVIATE_PRICE_STORAGE_GIB_USD} USD a GiB, ${read}`,
    },
    {
      component: 'backup',
      micros: divideRounded(usage.storageBytes * parseMicros(prices.WEAVIATE_PRICE_BACKUP_GIB_USD), gib),
      basis: `one backup of the same size at ${prices.WEAVIATE_PRICE_BACKUP_GIB_USD} USD a GiB, ${read}`,
    },
  ];
  const used = sumMicros(parts.map((part) => part.micros));
  const least = parseMicros(prices.WEAVIATE_PRICE_MINIMUM_USD);
  const minimum = used < least;
  if (minimum)
    parts.push({
      component: 'minimum',
      micros: least - used,
      basis: `up to the plan's minimum of ${prices.WEAVIATE_PRICE_MINIMUM_USD} USD a month, ${read}`,
    });
  return { ...monthlyEstimate(parts), minimum };
}
