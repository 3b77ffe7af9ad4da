import { z } from 'zod';
import type { MissingInvoiceRow } from '../contract/billing.ts';
import { INVOICE_ONLY_PROVIDERS } from '../contract/providers.ts';
import { addMonths, monthStart } from '../money/days.ts';
import type { SampleSource } from '../metrics/index.ts';
import type { Queryable } from '../database/queryable.ts';
import { invoicedProvidersAt } from '../ledger/ledger-key.ts';

export interface MissingRequest {
  /** Months that end before the month of `today` are closed. */
  readonly today: string;
  /** Months of `[from, to)`; the twelve closed months when left out, and never more. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly provider?: string | undefined;
}

const MAX_MONTHS = 12;

// $1 first month, $2 month after the last, $3 provider or null, $4 vendors of LLM usage, $5 providers without a
// billing API.
// Without a billing API an invoice is expected from the month in which the provider first cost something. Any other
// vendor is expected while it was invoiced in two of the three months before: one that was paid once, or left, is not
// asked for.
const MISSING = `
WITH months AS (
  SELECT m::date AS month
  FROM generate_series($1::date::timestamp, $2::date::timestamp - interval '1 month', '1 month') AS m
), billed AS (
  SELECT DISTINCT a.provider, m::date AS month
  FROM generate_series($1::date::timestamp - interval '3 months', $2::date::timestamp - interval '1 month',
    '1 month') AS m
  JOIN current_billing_adjustments a
    ON a.kind = 'invoice' AND a.period_start < (m + interval '1 month')::date AND a.period_end > m::date
), unpublished AS (
  SELECT provider, date_trunc('month', min(day)::timestamp)::date AS since FROM (
    SELECT provider, day FROM component_costs WHERE provider = ANY($5) AND source = 'estimate' AND amount_usd > 0
    UNION ALL
    SELECT provider, period_start FROM current_billing_adjustments
    WHERE provider = ANY($5) AND kind = 'invoice') known
  GROUP BY provider
), expected AS (
  SELECT u.provider, m.month FROM unpublished u JOIN months m ON m.month >= u.since
  UNION ALL
  SELECT b.provider, m.month
  FROM billed b JOIN months m ON b.month < m.month AND b.month >= (m.month - interval '3 months')::date
  WHERE b.provider <> ALL($5) GROUP BY b.provider, m.month HAVING count(*) >= 2
)
SELECT e.provider, to_char(e.month, 'YYYY-MM') AS month FROM expected e
WHERE ($3::text IS NULL OR e.provider = $3)
  AND NOT EXISTS (SELECT 1 FROM billed b WHERE b.provider = e.provider AND b.month = e.month)
  AND NOT EXISTS (
    SELECT 1 FROM component_costs c
    WHERE c.provider = CASE WHEN e.provider = ANY($4) THEN 'llm' ELSE e.provider END
      AND c.source IN ('api_invoice', 'api_usage') AND c.day >= e.month
        AND c.day < (e.month + interval '1 month')::date)
ORDER BY e.month, e.provider`;

const row = z.object({ provider: z.string(), month: z.string() });

/** Closed months without an invoice of a provider that is known only by its invoices; oldest first. */
export async function missingInvoices(
  db: Queryable,
  { today, from, to, provider }: MissingRequest,
): Promise<MissingInvoiceRow[]> {
  const closed = monthStart(today);
  const earliest = addMonths(closed, -MAX_MONTHS);
  const first = from === undefined || from < earliest ? earliest : monthStart(from);
  // A month that the period touches counts: its last day is before `to`.
  const touched = to === undefined ? closed : addMonths(to, to === monthStart(to) ? 0 : 1);
  const end = touched < closed ? touched : closed;
  if (first >= end) return [];
  const { rows } = await db.query(MISSING, [
    first,
    end,
    provider ?? null,
    invoicedProvidersAt('llm'),
    INVOICE_ONLY_PROVIDERS,
  ]);
  return z.array(row).parse(rows);
}

/** `invoice_missing`, for the alert. */
export const missingInvoiceSamples: SampleSource = async (db, today) =>
  (await missingInvoices(db, { today })).map(({ provider, month }) => ({
    name: 'invoice_missing',
    labels: { provider, month },
    value: 1,
  }));
