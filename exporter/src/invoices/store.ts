import type { Queryable } from '../database/queryable.ts';
import { ADJUSTMENT_COLUMNS, parseAdjustments } from './adjustment-row.ts';
import type { Adjustment } from './invoice.ts';

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
    `SELECT ${ADJUSTMENT_COLUMNS} FROM manual_billing_adjustments a
     WHERE a.series_id = $1::bigint ORDER BY a.version DESC LIMIT 1`,
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
    `SELECT ${ADJUSTMENT_COLUMNS} FROM current_billing_adjustments a
     WHERE a.provider = ANY($1) AND a.period_start < $3::date AND a.period_end > $2::date ORDER BY a.id`,
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

/** The newest version of every invoice of these providers; voided ones too. */
export async function newestAdjustments(db: Queryable, providers: readonly string[]): Promise<Adjustment[]> {
  if (providers.length === 0) return [];
  const { rows } = await db.query(
    `SELECT ${ADJUSTMENT_COLUMNS} FROM manual_billing_adjustments a
     WHERE a.provider = ANY($1)
       AND NOT EXISTS (SELECT 1 FROM manual_billing_adjustments later WHERE later.replaces = a.id)
     ORDER BY a.id`,
    [providers],
  );
  return parseAdjustments(rows);
}

/** The invoices that counted at the end of the UTC day `asOf`, on any day of `[from, to)`. */
export async function adjustmentsAsOf(db: Queryable, asOf: string, from: string, to: string): Promise<Adjustment[]> {
  const { rows } = await db.query(
    `SELECT ${ADJUSTMENT_COLUMNS} FROM manual_billing_adjustments a
     WHERE a.action <> 'void' AND a.created_at < ($1::date + 1)::timestamp AT TIME ZONE 'UTC'
       AND a.period_start < $3::date AND a.period_end > $2::date
       AND NOT EXISTS (
         SELECT 1 FROM manual_billing_adjustments later
         WHERE later.replaces = a.id AND later.created_at < ($1::date + 1)::timestamp AT TIME ZONE 'UTC')
     ORDER BY a.id`,
    [asOf, from, to],
  );
  return parseAdjustments(rows);
}

/**
 * Every version of the invoices of which any version touches `[from, to)`: one array a series, oldest version first.
 */
export async function adjustmentSeries(db: Queryable, from: string, to: string): Promise<Adjustment[][]> {
  const { rows } = await db.query(
    `SELECT ${ADJUSTMENT_COLUMNS} FROM manual_billing_adjustments a
     WHERE a.series_id IN (
       SELECT series_id FROM manual_billing_adjustments WHERE period_start < $2::date AND period_end > $1::date)
     ORDER BY a.series_id, a.version`,
    [from, to],
  );
  return [...Map.groupBy(parseAdjustments(rows), ({ seriesId }) => seriesId).values()];
}

/** A version to store; a first version has no `seriesId` yet, its own id becomes it. */
export type NewVersion = Omit<Adjustment, 'id' | 'seriesId'> & { readonly seriesId: string | null };

const INSERT = `
WITH next AS (SELECT nextval(pg_get_serial_sequence('manual_billing_adjustments', 'id')) AS id),
a AS (
  INSERT INTO manual_billing_adjustments (id, series_id, version, action, replaces, kind, provider, component,
    invoice_number, line, billing_date, period_start, period_end, amount, currency, fx_rate, amount_usd, tax_amount,
    notes, reason, additional, origin, demo, created_by, created_at)
  OVERRIDING SYSTEM VALUE
  SELECT next.id, coalesce($1::bigint, next.id), $2, $3, $4::bigint, $5, $6, $7, $8, $9, $10::date, $11::date,
    $12::date,
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
