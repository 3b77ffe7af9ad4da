import { invoiceLedgerRows } from '../invoices/ledger.ts';
import { ledgerPlace } from '../ledger/ledger-key.ts';
import { addDays, nextMonthStart } from '../money/days.ts';
import { formatMicros, parseMicros } from '../money/micros.ts';
import { convert } from '../ledger/fx-rates.ts';
import type { LedgerRow } from '../ledger/replace-rows.ts';
import { closedMonth, notAfterNow, type DemoPeriod } from './period.ts';

/** A row of `manual_billing_adjustments`. */
export interface AdjustmentRow {
  readonly id: number;
  readonly series_id: number;
  readonly version: number;
  readonly action: 'entry' | 'correction' | 'void';
  readonly replaces: number | null;
  readonly kind: 'invoice' | 'credit';
  readonly provider: string;
  readonly component: string;
  readonly invoice_number: string | null;
  readonly line: number;
  readonly billing_date: string;
  readonly period_start: string;
  readonly period_end: string;
  readonly amount: string;
  readonly currency: string;
  readonly fx_rate: string | null;
  readonly amount_usd: string;
  readonly tax_amount: string | null;
  readonly notes: string | null;
  readonly reason: string | null;
  readonly additional: boolean;
  readonly origin: 'form' | 'api' | 'import';
  readonly demo: true;
  readonly created_by: string;
  readonly created_at: string;
}

const ADMIN = 'admin@example.com';
const SUPABASE = ['25.00', '25.00', '27.84', '29.10', '31.55', '33.20'] as const;
const WEAVIATE = ['45.00', '45.00', '45.00', '46.12', '47.80', '49.35'] as const;
export const EUR_RATE = '1.08000000';
const IN_EUROS = { currency: 'EUR', fx_rate: EUR_RATE } as const;

type Statement = Partial<Omit<AdjustmentRow, 'id' | 'series_id' | 'version' | 'action' | 'replaces'>> &
  Pick<AdjustmentRow, 'provider' | 'amount' | 'invoice_number'>;

/**
 * What an administrator typed in over six months: an invoice a month and vendor, one amount corrected, one invoice
 * entered twice and voided, a credit, a vendor of their own that bills in euros and once a lot, and one that is still
 * missing.
 */
export function demoInvoices(period: DemoPeriod): AdjustmentRow[] {
  const rows: AdjustmentRow[] = [];
  const enter = (month: string, statement: Statement): AdjustmentRow => {
    const id = rows.length + 1;
    const row: AdjustmentRow = {
      ...stated(period, month, statement),
      id,
      series_id: id,
      version: 1,
      action: 'entry',
      replaces: null,
    };
    rows.push(row);
    return row;
  };
  const follow = (
    before: AdjustmentRow,
    daysLater: number,
    changes: Partial<AdjustmentRow> & Pick<AdjustmentRow, 'action'>,
  ): void => {
    const at = `${addDays(before.created_at.slice(0, 10), daysLater)}T10:12:00Z`;
    rows.push({
      ...before,
      reason: null,
      ...changes,
      id: rows.length + 1,
      version: before.version + 1,
      replaces: before.id,
      created_at: notAfterNow(period, at),
    });
  };
  for (const [index, month] of period.closedMonths.entries()) {
    const label = month.slice(0, 7).replace('-', '');
    const mistyped = month === closedMonth(period, 2);
    const supabase = enter(month, {
      provider: 'supabase',
      amount: mistyped ? '315.50' : (SUPABASE[index] ?? '25.00'),
      invoice_number: `SB-${label}`,
      origin: 'form',
    });
    if (mistyped)
      follow(supabase, 6, {
        action: 'correction',
        amount: SUPABASE[index] ?? '25.00',
        amount_usd: SUPABASE[index] ?? '25.00',
        notes: 'The amount had its point in the wrong place.',
      });
    if (!mistyped)
      enter(month, {
        provider: 'weaviate',
        amount: WEAVIATE[index] ?? '45.00',
        invoice_number: `WV-${label}`,
        origin: 'import',
      });
    enter(month, {
      provider: 'secops',
      ...IN_EUROS,
      amount: '38.00',
      tax_amount: '7.22',
      invoice_number: `SO-${label}`,
      notes: 'Monitoring retainer',
    });
  }
  const doubled = enter(closedMonth(period, 4), {
    provider: 'weaviate',
    amount: '45.00',
    invoice_number: null,
    additional: true,
    origin: 'form',
  });
  follow(doubled, 1, { action: 'void', reason: 'Entered twice: the imported invoice of this month is the same.' });
  enter(closedMonth(period, 1), {
    provider: 'supabase',
    kind: 'credit',
    amount: '-5.00',
    invoice_number: 'SB-CREDIT-1',
    notes: 'Credit for an outage',
  });
  enter(closedMonth(period, 3), {
    provider: 'secops',
    ...IN_EUROS,
    amount: '6400.00',
    tax_amount: '1216.00',
    invoice_number: 'SO-AUDIT',
    notes: 'Yearly penetration test',
  });
  return rows;
}

/** The ledger of the invoices that count, by ledger provider: their newest version, unless it is void. */
export function invoiceLedger(rows: readonly AdjustmentRow[]): Map<string, LedgerRow[]> {
  const replaced = new Set(rows.map(({ replaces }) => replaces));
  const counting = rows
    .filter(({ id, action }) => action !== 'void' && !replaced.has(id))
    .map((row) => ({
      provider: row.provider,
      component: row.component,
      periodStart: row.period_start,
      periodEnd: row.period_end,
      amount: row.amount,
      amountUsd: row.amount_usd,
      currency: row.currency,
      fxRate: row.fx_rate,
      demo: row.demo,
    }));
  const byProvider = Map.groupBy(counting, ({ provider, component }) => ledgerPlace(provider, component).provider);
  return new Map([...byProvider].map(([provider, invoices]) => [provider, invoiceLedgerRows(invoices)]));
}

function stated(
  period: DemoPeriod,
  month: string,
  statement: Statement,
): Omit<AdjustmentRow, 'id' | 'series_id' | 'version' | 'action' | 'replaces'> {
  const entered = notAfterNow(period, `${addDays(nextMonthStart(month), 1)}T09:04:00Z`);
  const rate = statement.fx_rate ?? null;
  return {
    kind: 'invoice',
    component: 'all',
    line: 0,
    billing_date: nextMonthStart(month),
    period_start: month,
    period_end: nextMonthStart(month),
    currency: 'USD',
    fx_rate: null,
    tax_amount: null,
    notes: null,
    reason: null,
    additional: false,
    origin: 'api',
    demo: true,
    created_by: ADMIN,
    created_at: entered,
    amount_usd: rate === null ? statement.amount : formatMicros(convert(parseMicros(statement.amount), rate)),
    ...statement,
  };
}
