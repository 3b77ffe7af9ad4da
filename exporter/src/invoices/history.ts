import { z } from 'zod';
import type { BillingAdjustmentRow } from '../contract/billing.ts';
import type { Adjustment } from './invoice.ts';
import type { Stored } from './service.ts';
import { ADJUSTMENT_COLUMNS, parseAdjustments } from './adjustment-row.ts';
import type { Queryable } from '../database/queryable.ts';

export interface HistoryRequest {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly provider?: string | undefined;
  readonly current: boolean;
  readonly limit: number;
  /** Only rows with a smaller id. */
  readonly before?: string | undefined;
}

const state = z.object({ is_current: z.boolean(), is_voided: z.boolean(), has_document: z.boolean() });

const HISTORY = `
SELECT ${ADJUSTMENT_COLUMNS}, (newest.id = a.id AND newest.action <> 'void') AS is_current,
  newest.action = 'void' AS is_voided,
  EXISTS (SELECT 1 FROM invoice_document_links l WHERE l.series_id = a.series_id) AS has_document
FROM manual_billing_adjustments a
CROSS JOIN LATERAL (
  SELECT id, action FROM manual_billing_adjustments n WHERE n.series_id = a.series_id ORDER BY version DESC LIMIT 1
) newest
WHERE ($1::date IS NULL OR a.period_end > $1::date) AND ($2::date IS NULL OR a.period_start < $2::date)
  AND ($3::text IS NULL OR a.provider = $3)
  AND (NOT $4::boolean OR (newest.id = a.id AND newest.action <> 'void')) AND ($5::bigint IS NULL OR a.id < $5::bigint)
ORDER BY a.id DESC LIMIT $6`;

/** Versions whose period touches `[from, to)`, newest first. */
export async function adjustmentHistory(
  db: Queryable,
  { from, to, provider, current, limit, before }: HistoryRequest,
): Promise<{ rows: BillingAdjustmentRow[]; next: string | null }> {
  const { rows } = await db.query(HISTORY, [
    from ?? null,
    to ?? null,
    provider ?? null,
    current,
    before ?? null,
    limit + 1,
  ]);
  const states = z.array(state).parse(rows);
  const all = parseAdjustments(rows).map((row, index) =>
    adjustmentRow(row, {
      current: states[index]?.is_current ?? false,
      voided: states[index]?.is_voided ?? false,
      hasDocument: states[index]?.has_document ?? false,
    }),
  );
  const page = all.slice(0, limit);
  return { rows: page, next: all.length > limit ? (page.at(-1)?.id ?? null) : null };
}

/** The versions as they are just after they were stored. */
export function storedRows({ rows, documented }: Stored): BillingAdjustmentRow[] {
  return rows.map((row) => {
    const voided = row.action === 'void';
    return adjustmentRow(row, { current: !voided, voided, hasDocument: documented.has(row.seriesId) });
  });
}

type State = Pick<BillingAdjustmentRow, 'current' | 'voided' | 'hasDocument'>;

function adjustmentRow({ demo: _, ...row }: Adjustment, state: State): BillingAdjustmentRow {
  return { ...row, ...state };
}
