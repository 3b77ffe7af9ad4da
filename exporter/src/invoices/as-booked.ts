import type { Queryable } from '../database/queryable.ts';
import type { Adjustment } from './invoice.ts';
import { invoiceLedgerRows } from './ledger.ts';
import { ledgerPlace } from '../ledger/ledger-key.ts';
import { ADJUSTMENT_COLUMNS, parseAdjustments } from './store.ts';

/** The invoices that counted at the end of the UTC day `asOf`, on any day of `[from, to)`. */
export async function adjustmentsAsOf(db: Queryable, asOf: string, from: string, to: string): Promise<Adjustment[]> {
  const { rows } = await db.query(
    `SELECT ${ADJUSTMENT_COLUMNS} FROM manual_billing_adjustments a
     WHERE a.action <> 'void' AND a.created_at < ($1::date + 1)::timestamp AT TIME ZONE 'UTC' AND a.period_start < $3::date AND a.period_end > $2::date
       AND NOT EXISTS (SELECT 1 FROM manual_billing_adjustments later WHERE later.replaces = a.id AND later.created_at < ($1::date + 1)::timestamp AT TIME ZONE 'UTC')
     ORDER BY a.id`,
    [asOf, from, to],
  );
  return parseAdjustments(rows);
}

/** The `invoice` rows that the ledger had then. */
export function bookedLedger(
  invoices: readonly Adjustment[],
): { provider: string; day: string; component: string; amountUsd: string | null; currency: string }[] {
  const byProvider = Map.groupBy(invoices, ({ provider, component }) => ledgerPlace(provider, component).provider);
  return [...byProvider].flatMap(([provider, own]) =>
    invoiceLedgerRows(own).map(({ day, component, amountUsd, currency }) => ({
      provider,
      day,
      component,
      amountUsd,
      currency: currency ?? 'USD',
    })),
  );
}

/**
 * SQL: `booked`, the same columns as `effective_costs` (as far as sums need them), by the same rules, with the invoices of
 * a moment in place of the present ones. $1 from, $2 to, $4 the rows of `bookedLedger` as JSON, $5 the day: what a
 * provider says of later days was not known then; what it says of earlier ones is taken as it is known now.
 */
export const BOOKED_COSTS = `
ledger AS (
  SELECT day, provider, component, source, amount_usd FROM component_costs
  WHERE day >= $1::date AND day < $2::date AND source <> 'invoice' AND (day <= $5::date OR source = 'fixed')
  UNION ALL
  SELECT day, provider, component, 'invoice', "amountUsd" FROM jsonb_to_recordset($4::jsonb) AS i(day date, provider text, component text, "amountUsd" numeric)
  WHERE day >= $1::date AND day < $2::date
), ranked AS (
  SELECT l.*, cost_source_rank(source) AS rank,
    min(cost_source_rank(source)) FILTER (WHERE component = 'all') OVER (PARTITION BY day, provider) AS rank_all,
    min(cost_source_rank(source)) FILTER (WHERE component <> 'all') OVER (PARTITION BY day, provider) AS rank_parts,
    min(cost_source_rank(source)) OVER (PARTITION BY day, provider, component) AS rank_component
  FROM ledger l
), booked AS (
  SELECT day, provider, component, source, amount_usd FROM ranked
  WHERE rank = rank_component AND CASE WHEN component = 'all' THEN rank_parts IS NULL OR rank <= rank_parts WHEN rank_all IS NULL THEN true WHEN rank = 1 THEN true ELSE rank_parts < rank_all END
)`;
