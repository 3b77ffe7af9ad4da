import { z } from 'zod';
import type { MissingInvoiceRow } from '../contract/billing.ts';
import { INVOICE_ONLY_PROVIDERS } from '../contract/providers.ts';
import { addDays, addMonths, monthStart, type Period } from '../money/days.ts';
import type { SampleSource } from '../metrics/index.ts';
import type { Queryable } from '../database/queryable.ts';
import { invoicedProvidersAt } from '../ledger/ledger-key.ts';
import { uncoveredStretches } from './uncovered-days.ts';

export interface MissingRequest {
  /** Months that end before the month of `today` are closed. */
  readonly today: string;
  /** Stretches that touch `[from, to)`; those of the twelve closed months when left out, and never more. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly provider?: string | undefined;
}

const MAX_MONTHS = 12;
/** Its estimate is 0 with WEAVIATE_PLAN=free alone; Supabase's may be arithmetic that does not know the plan. */
const ZERO_IS_FREE = ['weaviate'];
/** Whether a vendor is expected depends on the three months before. */
const MONTHS_BEFORE = 4;

// $1 first day, $2 providers without a billing API, $3 provider or null, $4 vendors of LLM usage, $5 providers whose
// estimate of 0 is a free plan, so that no invoice of these days will come.
// An invoice of one component leaves open what else the provider costs: its days are invoiced only where no fixed price
// or estimate of the whole provider counts.
const KNOWN = `
WITH invoices AS (
  SELECT provider, component, period_start, period_end FROM current_billing_adjustments
  WHERE kind = 'invoice' AND ($3::text IS NULL OR provider = $3)
), recent AS (
  SELECT DISTINCT provider, component, period_start, period_end FROM invoices WHERE period_end > $1::date
), vendors AS (
  SELECT DISTINCT provider FROM recent
)
SELECT 'invoiced' AS what, provider, period_start::text AS "from", period_end::text AS "to" FROM recent
WHERE component = 'all'
UNION ALL
SELECT DISTINCT 'invoiced', r.provider, d.day::date::text, (d.day::date + 1)::text
FROM recent r
CROSS JOIN generate_series(
  greatest(r.period_start, $1::date)::timestamp, r.period_end::timestamp - interval '1 day', '1 day') AS d(day)
WHERE r.component <> 'all' AND NOT EXISTS (
  SELECT 1 FROM component_costs c
  WHERE c.provider = r.provider AND c.component = 'all' AND c.source IN ('fixed', 'estimate') AND c.amount_usd <> 0
    AND c.day = d.day::date)
UNION ALL
SELECT DISTINCT 'told', v.provider, date_trunc('month', c.day::timestamp)::date::text,
  (date_trunc('month', c.day::timestamp) + interval '1 month')::date::text
FROM vendors v
JOIN component_costs c ON c.provider = CASE WHEN v.provider = ANY($4) THEN 'llm' ELSE v.provider END
WHERE c.source IN ('api_invoice', 'api_usage') AND c.day >= $1::date
UNION ALL
SELECT 'invoiced', provider, day::text, (day + 1)::text FROM component_costs
WHERE provider = ANY($5) AND source = 'estimate' AND amount_usd = 0 AND day >= $1::date
  AND ($3::text IS NULL OR provider = $3)
UNION ALL
SELECT 'since', provider, min(day)::text, min(day)::text FROM (
  SELECT provider, day FROM component_costs
  WHERE provider = ANY($2) AND source = 'estimate' AND amount_usd > 0 AND ($3::text IS NULL OR provider = $3)
  UNION ALL
  SELECT provider, period_start FROM invoices WHERE provider = ANY($2)) first
GROUP BY provider`;

const knownRow = z.object({
  what: z.enum(['invoiced', 'told', 'since']),
  provider: z.string(),
  from: z.string(),
  to: z.string(),
});

/**
 * Stretches of days without an invoice of a provider that is known only by its invoices, at most a month each; oldest
 * first. Without a billing API an invoice is expected from the day on which the provider first cost something. Any
 * other vendor is expected while it was invoiced in two of the three months before: one that was paid once, or left, is
 * not asked for.
 */
export async function missingInvoices(
  db: Queryable,
  { today, from, to, provider }: MissingRequest,
): Promise<MissingInvoiceRow[]> {
  const earliest = addMonths(today, -MAX_MONTHS);
  const { rows } = await db.query(KNOWN, [
    addMonths(earliest, -MONTHS_BEFORE),
    INVOICE_ONLY_PROVIDERS,
    provider ?? null,
    invoicedProvidersAt('llm'),
    ZERO_IS_FREE,
  ]);
  const byProvider = Map.groupBy(z.array(knownRow).parse(rows), (row) => row.provider);
  return [...byProvider]
    .flatMap(([vendor, known]) => {
      const of = (what: 'invoiced' | 'told'): Period[] => known.filter((row) => row.what === what);
      const since = known.find(({ what }) => what === 'since')?.from;
      return uncoveredStretches(
        {
          invoiced: of('invoiced'),
          told: of('told'),
          since: since === undefined ? null : since > earliest ? since : earliest,
        },
        today,
      ).map((stretch) => ({ provider: vendor, month: stretch.from.slice(0, 7), ...stretch }));
    })
    .filter((row) => row.to > earliest && (from === undefined || row.to > from) && (to === undefined || row.from < to))
    .sort((a, b) => (a.from === b.from ? (a.provider < b.provider ? -1 : 1) : a.from < b.from ? -1 : 1));
}

/** "2026-07-09 to 2026-08-08", for a person: both days included. A calendar month is named as one: "2026-07". */
export function stretchText({ from, to }: Period): string {
  return from === monthStart(from) && to === addMonths(from, 1) ? from.slice(0, 7) : `${from} to ${addDays(to, -1)}`;
}

/** `invoice_missing`, for the alert. */
export const missingInvoiceSamples: SampleSource = async (db, today) =>
  (await missingInvoices(db, { today })).map(({ provider, month, from, to }) => ({
    name: 'invoice_missing',
    labels: { provider, month, from, to },
    value: 1,
  }));
