import type { Queryable } from '../database/queryable.ts';

/**
 * Converts usage in another currency that was stored before a rate for its day was: such an amount was never
 * converted, so that nothing is restated. Amounts that have a rate keep it. Returns the number of ledger rows.
 */
export async function convertUnconverted(tx: Queryable): Promise<number> {
  const ledger = await tx.query(CONVERT_LEDGER);
  await tx.query(CONVERT_TWILIO);
  return ledger.rowCount ?? 0;
}

/**
 * SQL: the rate in force, as `rateOn()` chooses it: Stripe's only where nobody else has one, an operator's first of a
 * day.
 */
export const rateInForce = (currency: string, day: string): string =>
  `(SELECT usd_rate FROM fx_rates r WHERE r.currency = ${currency} AND r.day <= ${day}
    ORDER BY r.source = 'stripe', r.day DESC, r.source = 'operator' DESC LIMIT 1)`;

const CONVERT_LEDGER = `
WITH rated AS MATERIALIZED (
  SELECT day, provider, component, source, ${rateInForce('c.currency', 'c.day')} AS rate
  FROM component_costs c
  WHERE source = 'api_usage' AND amount_usd IS NULL AND amount_native IS NOT NULL AND currency <> 'USD'
  ORDER BY day, provider, component, source
)
UPDATE component_costs c SET amount_usd = round(c.amount_native * rated.rate, 6), fx_rate = rated.rate, updated_at = now()
FROM rated
WHERE rated.rate IS NOT NULL AND c.amount_usd IS NULL AND c.day = rated.day AND c.provider = rated.provider
  AND c.component = rated.component AND c.source = rated.source`;

const CONVERT_TWILIO = `
UPDATE twilio_metrics m SET cost_usd = c.amount_usd
FROM component_costs c
WHERE m.cost_usd IS NULL AND m.cost_native IS NOT NULL AND c.amount_usd IS NOT NULL AND c.day = m.recorded_at
  AND c.provider = 'twilio' AND c.component = 'all' AND c.source = 'api_usage'`;
