import { z } from 'zod';
import { loadFxRates, rateOn } from '../../ledger/fx-rates.ts';
import { parseMicros } from '../../money/micros.ts';
import type { Queryable } from '../../database/queryable.ts';
import type { Day } from '../contract.ts';
import type { MrrSnapshot } from './snapshot.ts';

const micros = z
  .string()
  .nullable()
  .transform((text) => (text === null ? undefined : parseMicros(text)));

const row = z.object({
  mrr_usd: micros,
  mrr_at_risk_usd: micros,
  mrr_paused_usd: micros,
  mrr_trial_usd: micros,
  mrr_by_currency: z.record(z.string(), z.string()),
  fx_rates: z.record(z.string(), z.string()),
  subscriptions_by_status: z.record(z.string(), z.number()),
  active_subscriptions: z.number().nullable(),
  paying_customers: z.number().nullable(),
});

/**
 * The MRR of a day that is closed, without its customers; undefined while it is not. A day whose MRR is not known for
 * want of a rate is closed once there is one.
 */
export async function loadClosedSnapshot(db: Queryable, day: Day): Promise<MrrSnapshot | undefined> {
  const { rows } = await db.query(
    `SELECT mrr_usd::text AS mrr_usd, mrr_at_risk_usd::text AS mrr_at_risk_usd, mrr_paused_usd::text AS mrr_paused_usd,
       mrr_trial_usd::text AS mrr_trial_usd, mrr_by_currency, fx_rates, subscriptions_by_status, active_subscriptions,
       paying_customers
     FROM stripe_metrics WHERE recorded_at = $1::date AND NOT provisional AND NOT demo`,
    [day],
  );
  if (rows[0] === undefined) return undefined;
  const stored = row.parse(rows[0]);
  const unconverted = Object.entries(stored.mrr_by_currency)
    .filter(([currency, amount]) => currency !== 'USD' && !(currency in stored.fx_rates) && Number(amount) !== 0)
    .map(([currency]) => currency);
  const rates = await loadFxRates(db, unconverted);
  if (unconverted.some((currency) => rateOn(rates, currency, day) !== undefined)) return undefined;
  return {
    mrrUsd: stored.mrr_usd,
    atRiskUsd: stored.mrr_at_risk_usd,
    pausedUsd: stored.mrr_paused_usd,
    trialUsd: stored.mrr_trial_usd,
    byCurrency: stored.mrr_by_currency,
    fxRates: stored.fx_rates,
    customers: [],
    parts: [],
    planNames: new Map(),
    byStatus: stored.subscriptions_by_status,
    activeSubscriptions: stored.active_subscriptions ?? 0,
    payingCustomers: stored.paying_customers ?? undefined,
  };
}
