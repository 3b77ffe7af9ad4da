import { formatMicros, type Micros } from '../../money/micros.ts';
import type { Queryable } from '../../database/queryable.ts';
import type { Day } from '../contract.ts';
import type { MrrSnapshot } from './snapshot.ts';

/**
 * MRR of one day in its three places; a repeated run of the day takes the place of the one before. Returns changed
 * rows.
 */
export async function storeSnapshot(
  tx: Queryable,
  day: Day,
  snapshot: MrrSnapshot,
  asOf: Date,
  provisional: boolean,
): Promise<number> {
  const usd = [snapshot.mrrUsd, snapshot.atRiskUsd, snapshot.pausedUsd, snapshot.trialUsd].map(amount);
  const metrics = await tx.query(METRICS, [
    day,
    ...usd,
    JSON.stringify(snapshot.byCurrency),
    JSON.stringify(snapshot.fxRates),
    snapshot.activeSubscriptions,
    JSON.stringify(snapshot.byStatus),
    snapshot.payingCustomers ?? null,
    asOf,
    provisional,
  ]);
  const daily = await tx.query(DAILY, [day, ...usd, provisional]);
  const customers = await tx.query<{ changed: string }>(CUSTOMERS, [
    day,
    snapshot.customers.map(({ customer }) => customer),
    snapshot.customers.map(({ mrrUsd }) => formatMicros(mrrUsd)),
  ]);
  return (metrics.rowCount ?? 0) + (daily.rowCount ?? 0) + Number(customers.rows[0]?.changed ?? 0);
}

function amount(value: Micros | undefined): string | null {
  return value === undefined ? null : formatMicros(value);
}

const METRICS = `
INSERT INTO stripe_metrics AS m (recorded_at, mrr_usd, mrr_at_risk_usd, mrr_paused_usd, mrr_trial_usd,
  mrr_by_currency, fx_rates, active_subscriptions, subscriptions_by_status, paying_customers, as_of, provisional, demo, collected_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, false, now())
ON CONFLICT (recorded_at) DO UPDATE SET mrr_usd = excluded.mrr_usd, mrr_at_risk_usd = excluded.mrr_at_risk_usd,
  mrr_paused_usd = excluded.mrr_paused_usd, mrr_trial_usd = excluded.mrr_trial_usd,
  mrr_by_currency = excluded.mrr_by_currency, fx_rates = excluded.fx_rates,
  active_subscriptions = excluded.active_subscriptions, subscriptions_by_status = excluded.subscriptions_by_status,
  paying_customers = excluded.paying_customers, as_of = excluded.as_of, provisional = excluded.provisional,
  demo = false, collected_at = now()
WHERE (m.mrr_usd, m.mrr_at_risk_usd, m.mrr_paused_usd, m.mrr_trial_usd, m.mrr_by_currency, m.fx_rates, m.active_subscriptions,
  m.subscriptions_by_status, m.paying_customers, m.provisional, m.demo)
  IS DISTINCT FROM (excluded.mrr_usd, excluded.mrr_at_risk_usd, excluded.mrr_paused_usd, excluded.mrr_trial_usd, excluded.mrr_by_currency,
    excluded.fx_rates, excluded.active_subscriptions, excluded.subscriptions_by_status, excluded.paying_customers,
    excluded.provisional, false)`;

const PROVISIONAL = 'excluded.provisional OR (r.provisional AND r.recognised_usd IS NOT NULL AND NOT r.demo)';

// The row's own mark of being provisional stays until its revenue was computed after the day's end.
const DAILY = `
INSERT INTO revenue_daily AS r (day, mrr_usd, mrr_at_risk_usd, mrr_paused_usd, mrr_trial_usd, provisional, demo,
  updated_at)
VALUES ($1, $2, $3, $4, $5, $6, false, now())
ON CONFLICT (day) DO UPDATE SET mrr_usd = excluded.mrr_usd, mrr_at_risk_usd = excluded.mrr_at_risk_usd,
  mrr_paused_usd = excluded.mrr_paused_usd, mrr_trial_usd = excluded.mrr_trial_usd,
  provisional = ${PROVISIONAL}, demo = false, updated_at = now()
WHERE (r.mrr_usd, r.mrr_at_risk_usd, r.mrr_paused_usd, r.mrr_trial_usd, r.provisional, r.demo)
  IS DISTINCT FROM (excluded.mrr_usd, excluded.mrr_at_risk_usd, excluded.mrr_paused_usd, excluded.mrr_trial_usd,
    ${PROVISIONAL}, false)`;

const CUSTOMERS = `
WITH input AS (
  SELECT customer, mrr_usd FROM unnest($2::text[], $3::numeric[]) AS u(customer, mrr_usd)
), gone AS (
  DELETE FROM mrr_by_customer c WHERE c.day = $1 AND NOT EXISTS (SELECT 1 FROM input i WHERE i.customer = c.customer)
    RETURNING 1
), written AS (
  INSERT INTO mrr_by_customer AS c (day, customer, mrr_usd) SELECT $1::date, customer, mrr_usd FROM input
    ORDER BY customer
  ON CONFLICT (day, customer) DO UPDATE SET mrr_usd = excluded.mrr_usd WHERE c.mrr_usd IS DISTINCT FROM excluded.mrr_usd
  RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written) AS changed`;
