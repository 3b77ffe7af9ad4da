import { z } from 'zod';
import { ADJUSTMENT_ACTIONS, INVOICE_KINDS, INVOICE_ORIGINS } from '../contract/billing.ts';
import { currencyDigits } from '../money/currency.ts';
import { formatMicros, parseMicros } from '../money/micros.ts';
import type { Adjustment } from './invoice.ts';

const amount = z.string().transform((text) => formatMicros(parseMicros(text)));
const native = z.string();

/** With the decimals of its currency: yen without cents, dinars with three. */
export function nativeText(amountText: string, currency: string): string {
  const digits = currencyDigits(currency);
  const text = formatMicros(parseMicros(amountText));
  const [whole = '0', fraction = ''] = text.split('.');
  if (digits === 0) return /[1-9]/.test(fraction) ? text : whole;
  return `${whole}.${fraction.padEnd(digits, '0')}`;
}
/** "1.08000000" → "1.08". */
const rate = z.string().transform((text) => text.replace(/\.?0+$/, ''));

const row = z.object({
  id: z.string(),
  series_id: z.string(),
  version: z.int(),
  action: z.enum(ADJUSTMENT_ACTIONS),
  replaces: z.string().nullable(),
  kind: z.enum(INVOICE_KINDS),
  provider: z.string(),
  component: z.string(),
  invoice_number: z.string().nullable(),
  line: z.int(),
  billing_date: z.string(),
  period_start: z.string(),
  period_end: z.string(),
  amount: native,
  currency: z.string(),
  fx_rate: rate.nullable(),
  amount_usd: amount.nullable(),
  tax_amount: native.nullable(),
  notes: z.string().nullable(),
  reason: z.string().nullable(),
  additional: z.boolean(),
  origin: z.enum(INVOICE_ORIGINS),
  demo: z.boolean(),
  created_by: z.string(),
  created_at: z.string(),
});

/** SQL: the columns of `manual_billing_adjustments a`, as text whatever type parsers the connection has. */
export const ADJUSTMENT_COLUMNS = `
  a.id::text AS id, a.series_id::text AS series_id, a.version, a.action, a.replaces::text AS replaces,
  a.kind, a.provider, a.component, a.invoice_number, a.line, a.billing_date::text AS billing_date,
  a.period_start::text AS period_start, a.period_end::text AS period_end, a.amount::text AS amount, a.currency,
  a.fx_rate::text AS fx_rate, a.amount_usd::text AS amount_usd, a.tax_amount::text AS tax_amount,
  a.notes, a.reason, a.additional, a.origin, a.demo, a.created_by,
  to_char(a.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created_at`;

/** Rows of `ADJUSTMENT_COLUMNS`. */
export function parseAdjustments(rows: readonly unknown[]): Adjustment[] {
  return z
    .array(row)
    .parse(rows)
    .map((one) => ({
      id: one.id,
      seriesId: one.series_id,
      version: one.version,
      action: one.action,
      replaces: one.replaces,
      kind: one.kind,
      provider: one.provider,
      component: one.component,
      invoiceNumber: one.invoice_number,
      line: one.line,
      billingDate: one.billing_date,
      periodStart: one.period_start,
      periodEnd: one.period_end,
      amount: nativeText(one.amount, one.currency),
      currency: one.currency,
      fxRate: one.fx_rate,
      amountUsd: one.amount_usd,
      taxAmount: one.tax_amount === null ? null : nativeText(one.tax_amount, one.currency),
      notes: one.notes,
      reason: one.reason,
      additional: one.additional,
      origin: one.origin,
      demo: one.demo,
      createdBy: one.created_by,
      createdAt: one.created_at,
    }));
}
