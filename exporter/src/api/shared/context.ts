import { z } from 'zod';
import type { MissingInvoiceRow } from '../../contract/billing.ts';
import type { ApiWarning, Coverage, Envelope, LastSync } from '../../contract/datasets.ts';
import { SYNC_OUTCOMES } from '../../contract/outcomes.ts';
import { COLLECTOR_NAMES, COST_SOURCES, type CollectorName } from '../../contract/providers.ts';
import { missingInvoices } from '../../invoices/missing.ts';
import { splitByWeight } from '../../money/allocation.ts';
import { parseMicros, sumMicros, type Micros } from '../../money/micros.ts';
import { enabledCollectors, type ApiDeps } from '../deps.ts';
import { isoSql, ratio } from './format.ts';
import type { Period } from './period.ts';
import { warningsOf } from './warnings.ts';

const amount = z.string().transform(parseMicros);

const contextRow = z.object({
  sources: z.array(z.object({ source: z.enum(COST_SOURCES), amount })),
  known_providers: z.array(z.string()),
  has_revenue: z.boolean(),
  unconverted: z.array(z.object({ provider: z.string(), currency: z.string(), days: z.int() })),
  unpriced_tokens: z.string(),
  unpriced_models: z.array(z.string()),
  demo: z.boolean(),
  collectors: z.array(z.object({ collector: z.enum(COLLECTOR_NAMES), data_day: z.string().nullable(), success_at: z.string().nullable() })),
  newest_data_day: z.string().nullable(),
  last_sync: z.object({ started_at: z.string(), finished_at: z.string(), outcome: z.enum(SYNC_OUTCOMES) }).nullable(),
  changed_at: z.string().nullable(),
});
/** Everything that is asked of the database about a period. */
export interface ContextRow extends z.output<typeof contextRow> {
  readonly missing_invoices: readonly MissingInvoiceRow[];
}

/** What is known about the figures of a period: how good they are, and how far they go. */
export interface FigureContext extends Omit<Envelope, 'from' | 'to' | 'warnings'> {
  readonly facts: ContextRow;
  readonly enabled: readonly CollectorName[];
  readonly lastSync: LastSync | null;
  /** Warnings about the period; a feature adds its own. */
  readonly warnings: readonly ApiWarning[];
}

export interface ContextRequest extends Period {
  readonly today: string;
  readonly now: Date;
  /** Only this provider's costs count for coverage (`llm` for figures of usage). */
  readonly provider?: string | undefined;
  /** The figures include revenue: its absence is worth a warning. */
  readonly revenue?: boolean | undefined;
}

/** Everything that stands beside the figures. */
export async function figureContext(deps: Pick<ApiDeps, 'readPool' | 'collectors'>, request: ContextRequest): Promise<FigureContext> {
  const [{ rows }, missing] = await Promise.all([
    deps.readPool.query(CONTEXT, [request.from, request.to, request.today, COLLECTOR_NAMES, request.provider ?? null]),
    missingInvoices(deps.readPool, request),
  ]);
  const facts: ContextRow = { ...contextRow.parse(rows[0]), missing_invoices: missing };
  const enabled = enabledCollectors(deps);
  const newest = facts.collectors.map(({ collector, data_day: day }) => ({ collector, day }));
  const lastCompleteDay = lastComplete(newest, enabled, facts.newest_data_day);
  return {
    facts,
    enabled,
    lastCompleteDay,
    asOf: facts.changed_at,
    coverage: coverageOf(facts.sources),
    lastSync: facts.last_sync && { startedAt: facts.last_sync.started_at, finishedAt: facts.last_sync.finished_at, outcome: facts.last_sync.outcome },
    warnings: warningsOf(facts, { ...request, enabled, lastCompleteDay, settings: deps.collectors.settings() }),
  };
}

export function envelopeOf(period: Period, context: FigureContext, more: readonly ApiWarning[] = []): Envelope {
  const { asOf, lastCompleteDay, coverage, warnings } = context;
  return { from: period.from, to: period.to, asOf, lastCompleteDay, coverage, warnings: [...warnings, ...more] };
}

/**
 * The last day for which every enabled source is complete: the earliest of their newest complete days. A source that
 * has never succeeded has none and gets a warning instead. Without any collector (invoices only, demonstration) the newest closed day with figures.
 */
export function lastComplete(newest: readonly { readonly collector: string; readonly day: string | null }[], enabled: readonly string[], anything: string | null): string | null {
  const days = newest.flatMap(({ collector, day }) => (enabled.includes(collector) && day !== null ? [day] : []));
  return days.length === 0 ? anything : days.reduce((a, b) => (a < b ? a : b));
}

/** Shares that add up to exactly 1; with credits in the period, plain quotients. */
export function coverageOf(sources: readonly { readonly source: keyof Coverage; readonly amount: Micros }[]): Coverage | null {
  const total = sumMicros(sources.map((source) => source.amount));
  if (total === 0n) return null;
  const weights = new Map(sources.map((source) => [source.source, source.amount]));
  const shares = sources.some((source) => source.amount < 0n) ? undefined : splitByWeight(1_000_000n, weights);
  const share = (source: keyof Coverage): number => (shares === undefined ? (ratio(weights.get(source) ?? 0n, total) ?? 0) : Number(shares.get(source) ?? 0n) / 1e6);
  return { invoice: share('invoice'), api_invoice: share('api_invoice'), api_usage: share('api_usage'), fixed: share('fixed'), estimate: share('estimate') };
}

// $1 from, $2 to, $3 today, $4 collectors, $5 provider or null.
const CONTEXT = `
WITH costs AS (
  SELECT provider, source, amount_usd, currency, day FROM effective_costs
  WHERE day >= $1::date AND day < $2::date AND ($5::text IS NULL OR provider = $5)
), unconverted AS (
  SELECT provider, currency, day FROM costs WHERE amount_usd IS NULL AND currency <> 'USD'
  UNION
  -- An invoice without a rate stands beside converted ones in one ledger row, where it does not show.
  SELECT a.provider, a.currency, d::date FROM current_billing_adjustments a
  CROSS JOIN generate_series(greatest(a.period_start, $1::date)::timestamp, least(a.period_end, $2::date)::timestamp - interval '1 day', '1 day') AS d
  WHERE a.amount_usd IS NULL AND ($5::text IS NULL OR a.provider = $5)
), unpriced AS (
  SELECT model, sum(unpriced_tokens) AS tokens FROM llm_model_day
  WHERE day >= $1::date AND day < $2::date AND unpriced_tokens > 0 GROUP BY model
)
SELECT
  coalesce((SELECT json_agg(json_build_object('source', source, 'amount', amount::text)) FROM (
    SELECT source, sum(amount_usd) AS amount FROM costs WHERE amount_usd IS NOT NULL GROUP BY source ORDER BY source) s), '[]') AS sources,
  coalesce((SELECT json_agg(DISTINCT provider) FROM costs WHERE amount_usd IS NOT NULL), '[]') AS known_providers,
  EXISTS (SELECT 1 FROM revenue_daily WHERE recognised_usd IS NOT NULL AND day >= $1::date AND day < $2::date) AS has_revenue,
  coalesce((SELECT json_agg(json_build_object('provider', provider, 'currency', currency, 'days', days)) FROM (
    SELECT provider, currency, count(DISTINCT day)::int AS days FROM unconverted GROUP BY 1, 2 ORDER BY 1, 2) u), '[]') AS unconverted,
  coalesce((SELECT sum(tokens) FROM unpriced), 0)::text AS unpriced_tokens,
  coalesce((SELECT json_agg(model) FROM (SELECT model FROM unpriced ORDER BY tokens DESC, model LIMIT 5) m), '[]') AS unpriced_models,
  EXISTS (SELECT 1 FROM component_costs WHERE demo AND day >= $1::date AND day < $2::date)
    OR EXISTS (SELECT 1 FROM revenue_daily WHERE demo AND day >= $1::date AND day < $2::date) AS demo,
  (SELECT json_agg(json_build_object('collector', c.collector, 'data_day', s.day, 'success_at', ${isoSql('s.finished_at')}))
    FROM unnest($4::text[]) AS c(collector) LEFT JOIN LATERAL (
      SELECT day, finished_at FROM metrics_sync_logs WHERE collector = c.collector AND outcome = 'succeeded' ORDER BY day DESC, id DESC LIMIT 1) s ON true) AS collectors,
  greatest(
    (SELECT max(day) FROM component_costs WHERE day < $3::date AND NOT provisional),
    (SELECT max(day) FROM revenue_daily WHERE day < $3::date AND NOT provisional))::text AS newest_data_day,
  (SELECT json_build_object('started_at', ${isoSql('started_at')}, 'finished_at', ${isoSql('finished_at')}, 'outcome', outcome)
    FROM sync_runs WHERE finished_at IS NOT NULL ORDER BY started_at DESC LIMIT 1) AS last_sync,
  ${isoSql(`greatest(
    (SELECT max(finished_at) FROM sync_runs), (SELECT max(created_at) FROM manual_billing_adjustments), (SELECT max(applied_at) FROM llm_repricings), (SELECT max(finished_at) FROM metrics_sync_logs WHERE finished_at IS NOT NULL AND id > (SELECT max(id) - 100 FROM metrics_sync_logs)))`)} AS changed_at`;
