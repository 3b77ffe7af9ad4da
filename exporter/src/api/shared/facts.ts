import { z } from 'zod';
import type { MissingInvoiceRow } from '../../contract/billing.ts';
import { SYNC_OUTCOMES } from '../../contract/outcomes.ts';
import { COLLECTOR_NAMES, COST_SOURCES } from '../../contract/providers.ts';
import { missingInvoices } from '../../invoices/missing.ts';
import { parseMicros } from '../../money/micros.ts';
import type { Queryable } from '../../database/queryable.ts';
import { isoSql } from '../../database/sql.ts';
import type { Period } from './period.ts';
import { LAST_RUNS } from '../../runner/last-runs.ts';

const syncState = z.object({
  collectors: z.array(
    z.object({
      collector: z.enum(COLLECTOR_NAMES),
      data_day: z.string().nullable(),
      success_at: z.string().nullable(),
    }),
  ),
  newest_data_day: z.string().nullable(),
  last_sync: z.object({ started_at: z.string(), finished_at: z.string(), outcome: z.enum(SYNC_OUTCOMES) }).nullable(),
  changed_at: z.string().nullable(),
});
/** How far the data go, whatever the period: one reading serves every panel. */
export type SyncState = z.output<typeof syncState>;

// $1 collectors, $2 today.
const STATE = `
SELECT
  (SELECT json_agg(json_build_object(
      'collector', c.collector, 'data_day', success.day, 'success_at', ${isoSql('success.finished_at')}))
    FROM ${LAST_RUNS}) AS collectors,
  greatest(
    (SELECT max(day) FROM component_costs WHERE day < $2::date AND NOT provisional),
    (SELECT max(day) FROM revenue_daily WHERE day < $2::date AND NOT provisional))::text AS newest_data_day,
  (SELECT json_build_object('started_at', ${isoSql('started_at')}, 'finished_at', ${isoSql('finished_at')},
    'outcome', outcome)
    FROM sync_runs WHERE finished_at IS NOT NULL ORDER BY started_at DESC LIMIT 1) AS last_sync,
  ${isoSql(`greatest(
    (SELECT max(finished_at) FROM sync_runs), (SELECT max(created_at) FROM manual_billing_adjustments),
    (SELECT max(applied_at) FROM llm_repricings),
    (SELECT max(finished_at) FROM metrics_sync_logs WHERE finished_at IS NOT NULL
      AND id > (SELECT max(id) - 100 FROM metrics_sync_logs)))`)} AS changed_at`;

export async function readSyncState(db: Queryable, today: string): Promise<SyncState> {
  const { rows } = await db.query(STATE, [COLLECTOR_NAMES, today]);
  return syncState.parse(rows[0]);
}

const periodFacts = z.object({
  costs: z.array(
    z.object({
      provider: z.string(),
      source: z.enum(COST_SOURCES),
      amount: z.string().transform(parseMicros),
      since: z.string(),
    }),
  ),
  has_revenue: z.boolean(),
  unconverted: z.array(z.object({ provider: z.string(), currency: z.string(), days: z.int() })),
  unpriced_tokens: z.string(),
  unpriced_models: z.array(z.string()),
  demo: z.boolean(),
});
/**
 * What the period cost, by provider and source that counts, since its first day with a known amount; and how good its
 * figures are.
 */
export interface PeriodFacts extends z.output<typeof periodFacts> {
  readonly missing_invoices: readonly MissingInvoiceRow[];
}

/** Everything that the provenance of a period is derived from. */
export interface ProvenanceFacts extends PeriodFacts, SyncState {}

// $1 from, $2 to, $3 provider or null.
const FACTS = `
WITH costs AS (
  SELECT provider, source, amount_usd, currency, day FROM effective_costs
  WHERE day >= $1::date AND day < $2::date AND ($3::text IS NULL OR provider = $3)
), unconverted AS (
  SELECT provider, currency, day FROM costs WHERE amount_usd IS NULL AND currency <> 'USD'
  UNION
  -- An invoice without a rate stands beside converted ones in one ledger row, where it does not show.
  SELECT a.provider, a.currency, d::date FROM current_billing_adjustments a
  CROSS JOIN generate_series(greatest(a.period_start, $1::date)::timestamp,
    least(a.period_end, $2::date)::timestamp - interval '1 day', '1 day') AS d
  WHERE a.amount_usd IS NULL AND ($3::text IS NULL OR a.provider = $3)
  UNION
  SELECT 'stripe', by_currency.currency, r.day FROM revenue_daily r
  CROSS JOIN jsonb_each(r.unconverted) AS figure
  CROSS JOIN jsonb_object_keys(figure.value) AS by_currency(currency)
  WHERE r.day >= $1::date AND r.day < $2::date AND $3::text IS NULL
  UNION
  SELECT 'stripe', mrr.currency, m.recorded_at FROM stripe_metrics m
  CROSS JOIN jsonb_each_text(m.mrr_by_currency) AS mrr(currency, amount)
  WHERE m.recorded_at >= $1::date AND m.recorded_at < $2::date AND $3::text IS NULL
    AND mrr.currency <> 'USD' AND NOT m.fx_rates ? mrr.currency AND mrr.amount::numeric <> 0
), unpriced AS (
  SELECT model, sum(unpriced_tokens) AS tokens FROM llm_model_day
  WHERE day >= $1::date AND day < $2::date AND unpriced_tokens > 0 GROUP BY model
)
SELECT
  coalesce((SELECT json_agg(json_build_object('provider', provider, 'source', source, 'amount', amount::text,
    'since', since)) FROM (
    SELECT provider, source, sum(amount_usd) AS amount, min(day)::text AS since FROM costs WHERE amount_usd IS NOT NULL
      GROUP BY 1, 2 ORDER BY 1, 2) s), '[]') AS costs,
  EXISTS (SELECT 1 FROM revenue_daily WHERE recognised_usd IS NOT NULL AND day >= $1::date
    AND day < $2::date) AS has_revenue,
  coalesce((SELECT json_agg(json_build_object('provider', provider, 'currency', currency, 'days', days)) FROM (
    SELECT provider, currency, count(DISTINCT day)::int AS days FROM unconverted GROUP BY 1, 2 ORDER BY 1, 2) u),
      '[]') AS unconverted,
  coalesce((SELECT sum(tokens) FROM unpriced), 0)::text AS unpriced_tokens,
  coalesce((SELECT json_agg(model) FROM (SELECT model FROM unpriced ORDER BY tokens DESC, model LIMIT 5) m),
    '[]') AS unpriced_models,
  EXISTS (SELECT 1 FROM component_costs WHERE demo AND day >= $1::date AND day < $2::date)
    OR EXISTS (SELECT 1 FROM revenue_daily WHERE demo AND day >= $1::date AND day < $2::date) AS demo`;

export interface FactsRequest extends Period {
  /** Only this provider's costs count for coverage (`llm` for figures of usage). */
  readonly provider?: string | undefined;
}

export async function readPeriodFacts(
  db: Queryable,
  request: FactsRequest & { readonly today: string },
): Promise<PeriodFacts> {
  const { rows } = await db.query(FACTS, [request.from, request.to, request.provider ?? null]);
  return { ...periodFacts.parse(rows[0]), missing_invoices: await missingInvoices(db, request) };
}
