import type { Queryable } from '../database/queryable.ts';
import { rateInForce } from '../ledger/convert-unconverted.ts';
import { loadFxRates, rateOn } from '../ledger/fx-rates.ts';
import type { Boundary, Bucket } from './buckets.ts';

/**
 * SQL: the movements with what is known now. Every amount is at the rate that is in force for its day, and a
 * subscription that could not be read for a while was there all along, so that only settings and plans are corrections.
 */
export const RESTATED_MOVEMENTS = `(
  SELECT m.day, m.customer, m.plan, m.product, m.currency, m.kind, m.amount, m.customers,
    CASE WHEN m.currency IN ('USD', '') THEN m.amount ELSE round(m.amount * r.rate, 9) END AS amount_usd
  FROM mrr_movements m LEFT JOIN (
    SELECT day, currency, ${rateInForce('p.currency', 'p.day')} AS rate
    FROM (SELECT DISTINCT day, currency FROM mrr_movements WHERE currency NOT IN ('USD', '')) p
  ) r USING (day, currency)
  WHERE m.reason NOT IN ('unread', 'read_again', 'rate_found')
) AS mrr_movements`;

/** The boundaries at the rates that are in force for their days now. */
export async function restateRates(db: Queryable, buckets: readonly Bucket[]): Promise<Bucket[]> {
  const { rows } = await db.query<{ currency: string }>(
    "SELECT DISTINCT currency FROM mrr_movements WHERE currency NOT IN ('USD', '')",
  );
  const currencies = rows.map(({ currency }) => currency);
  const rates = await loadFxRates(db, currencies);
  const restated = (boundary: Boundary | null): Boundary | null =>
    boundary && {
      day: boundary.day,
      rates: new Map(
        currencies.flatMap((currency): [string, string][] => {
          const rate = rateOn(rates, currency, boundary.day);
          return rate === undefined ? [] : [[currency, rate]];
        }),
      ),
    };
  return buckets.map((bucket) => ({ ...bucket, opens: restated(bucket.opens), closes: restated(bucket.closes) }));
}
