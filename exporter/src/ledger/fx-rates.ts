import { divideRounded, type Micros } from '../money/micros.ts';
import type { Queryable } from '../database/queryable.ts';

/** A stored rate: 1 unit of `currency` = `usdRate` USD, valid from `day` until a later row. */
export interface FxRate {
  readonly currency: string;
  readonly day: string;
  /** Decimal string with up to sixteen decimals, as many as a rupiah needs. */
  readonly usdRate: string;
  /** Who says so. Of one day an operator's rate wins; Stripe's only fill what nobody else has. */
  readonly source?: 'operator' | 'ecb' | 'stripe';
}

/** All stored rates of `currencies`, oldest first. */
export async function loadFxRates(db: Queryable, currencies: readonly string[]): Promise<FxRate[]> {
  const result = await db.query<Required<Pick<FxRate, 'currency' | 'day' | 'source'>> & { usd_rate: string }>(
    `SELECT currency, day::text AS day, trim_scale(usd_rate)::text AS usd_rate, source FROM fx_rates
     WHERE currency = ANY($1) ORDER BY currency, day, source`,
    [currencies],
  );
  return result.rows.map((row) => ({
    currency: row.currency,
    day: row.day,
    usdRate: row.usd_rate,
    source: row.source,
  }));
}

/** The rate in force on a day: "1" for USD, undefined where none is stored. Never guesses from a later day. */
export function rateOn(rates: readonly FxRate[], currency: string, day: string): string | undefined {
  if (currency === 'USD') return '1';
  const inForce = rates.filter((rate) => rate.currency === currency && rate.day <= day);
  return (inForce.findLast(({ source }) => source !== 'stripe') ?? inForce.at(-1))?.usdRate;
}

export const RATE_DECIMALS = 16;
const RATE_SCALE = 10n ** BigInt(RATE_DECIMALS);

/** `amount` of a currency in USD at a decimal rate of up to sixteen decimals, rounded once to micro-units. */
export function convert(amount: Micros, usdRate: string): Micros {
  const [whole = '0', fraction = ''] = usdRate.split('.');
  if (!/^\d+$/.test(whole) || !/^\d{0,16}$/.test(fraction))
    throw new RangeError('an exchange rate has at most sixteen decimals');
  const rate = BigInt(whole) * RATE_SCALE + BigInt(fraction.padEnd(RATE_DECIMALS, '0'));
  return divideRounded(amount * rate, RATE_SCALE);
}
