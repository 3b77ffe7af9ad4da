import { z } from 'zod';
import { ADJUSTMENT_ACTIONS, INVOICE_KINDS, INVOICE_ORIGINS } from '../contract/billing.ts';
import { formatMicros, parseMicros } from '../money/micros.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Adjustment } from './invoice.ts';

const amount = z.string().transform((text) => formatMicros(parseMicros(text)));
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
  amount,
  currency: z.string(),
  fx_rate: rate.nullable(),
  amount_usd: amount.nullable(),
  tax_amount: amount.nullable(),
  notes: z.string().nullable(),
  reason: z.string().nullable(),
  additional: z.boolean(),
  origin: z.enum(INVOICE_ORIGINS),
  demo: z.boolean(),
  created_by: z.string(),
  created_at: z.string(),
});

/** Columns as text, whatever type parsers the connection has. */
export const ADJUSTMENT_COLUMNS = `
  a.id::text AS id, a.series_id::text AS series_id, a.version, a.action, a.replaces::text AS replaces, a.kind, a.provider, a.component, a.invoice_number, a.line,
  a.billing_date::text AS billing_date, a.period_start::text AS period_start, a.period_end::text AS period_end, a.amount::text AS amount, a.currency,
  a.fx_rate::text AS fx_rate, a.amount_usd::text AS amount_usd, a.tax_amount::text AS tax_amount, a.notes, a.reason, a.additional, a.origin, a.demo, a.created_by,
  to_char(a.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created_at`;

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
      amount: one.amount,
      currency: one.currency,
      fxRate: one.fx_rate,
      amountUsd: one.amount_usd,
      taxAmount: one.tax_amount,
      notes: one.notes,
      reason: one.reason,
      additional: one.additional,
      origin: one.origin,
      demo: one.demo,
      createdBy: one.created_by,
      createdAt: one.created_at,
    }));
}

/** One version by its id. */
export async function loadAdjustment(db: Queryable, id: string): Promise<Adjustment | undefined> {
  const { rows } = await db.query(
    `SELECT ${ADJUSTMENT_COLUMNS} FROM manual_billing_adjustments a WHERE a.id = $1::bigint`,
    [id],
  );
  return parseAdjustments(rows)[0];
}

export async function newestOfSeries(db: Queryable, seriesId: string): Promise<Adjustment | undefined> {
  const { rows } = await db.query(
    `SELECT ${ADJUSTMENT_COLUMNS} FROM manual_billing_adjustments a WHERE a.series_id = $1::bigint ORDER BY a.version DESC LIMIT 1`,
    [seriesId],
  );
  return parseAdjustments(rows)[0];
}

/** What counts of these providers on any day of `[from, to)`, oldest first. */
export async function currentAdjustments(
  db: Queryable,
  providers: readonly string[],
  from: string,
  to: string,
): Promise<Adjustment[]> {
  const { rows } = await db.query(
    `SELECT ${ADJUSTMENT_COLUMNS} FROM current_billing_adjustments a WHERE a.provider = ANY($1) AND a.period_start < $3::date AND a.period_end > $2::date ORDER BY a.id`,
    [providers, from, to],
  );
  return parseAdjustments(rows);
}

/** The newest version of every invoice that has, or ever had, this number; voided ones too. */
export async function adjustmentsWithNumber(
  db: Queryable,
  provider: string,
  invoiceNumber: string,
): Promise<Adjustment[]> {
  const { rows } = await db.query(
    `SELECT ${ADJUSTMENT_COLUMNS} FROM manual_billing_adjustments a
     WHERE a.series_id IN (SELECT series_id FROM manual_billing_adjustments WHERE provider = $1 AND invoice_number = $2)
       AND NOT EXISTS (SELECT 1 FROM manual_billing_adjustments later WHERE later.replaces = a.id)
     ORDER BY a.id`,
    [provider, invoiceNumber],
  );
  return parseAdjustments(rows);
}

/** A version to store; a first version has no `seriesId` yet, its own id becomes it. */
export type NewVersion = Omit<Adjustment, 'id' | 'seriesId'> & { readonly seriesId: string | null };

const INSERT = `
WITH next AS (SELECT nextval(pg_get_serial_sequence('manual_billing_adjustments', 'id')) AS id),
a AS (
  INSERT INTO manual_billing_adjustments (id, series_id, version, action, replaces, kind, provider, component, invoice_number, line, billing_date, period_start, period_end,
    amount, currency, fx_rate, amount_usd, tax_amount, notes, reason, additional, origin, demo, created_by, created_at)
  OVERRIDING SYSTEM VALUE
  SELECT next.id, coalesce($1::bigint, next.id), $2, $3, $4::bigint, $5, $6, $7, $8, $9, $10::date, $11::date, $12::date,
    $13::numeric, $14, $15::numeric, $16::numeric, $17::numeric, $18, $19, $20, $21, $22, $23, $24::timestamptz
  FROM next
  RETURNING *
)
SELECT ${ADJUSTMENT_COLUMNS} FROM a`;

export async function insertVersion(tx: Queryable, version: NewVersion): Promise<Adjustment> {
  const { rows } = await tx.query(INSERT, [
    version.seriesId,
    version.version,
    version.action,
    version.replaces,
    version.kind,
    version.provider,
    version.component,
    version.invoiceNumber,
    version.line,
    version.billingDate,
    version.periodStart,
    version.periodEnd,
    version.amount,
    version.currency,
    version.fxRate,
    version.amountUsd,
    version.taxAmount,
    version.notes,
    version.reason,
    version.additional,
    version.origin,
    version.demo,
    version.createdBy,
    version.createdAt,
  ]);
  const [stored] = parseAdjustments(rows);
  if (stored === undefined) throw new Error('the version was not stored');
  return stored;
}
