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

export interface NumberedAdjustment {
  /** The number that it has, or had in an earlier version, as `numberKey` makes it comparable. */
  readonly key: string;
  readonly newest: Adjustment;
}

/** The newest version of every invoice that has, or ever had, one of these numbers; voided ones too. Oldest first. */
export async function adjustmentsWithNumbers(db: Queryable, keys: readonly string[]): Promise<NumberedAdjustment[]> {
  if (keys.length === 0) return [];
  const { rows } = await db.query<{ number_key: string }>(
    `SELECT ${ADJUSTMENT_COLUMNS}, numbered.number_key
     FROM (
       SELECT DISTINCT series_id, invoice_number_key(invoice_number) AS number_key FROM manual_billing_adjustments
       WHERE invoice_number IS NOT NULL AND invoice_number_key(invoice_number) = ANY($1)
     ) numbered
     JOIN manual_billing_adjustments a ON a.series_id = numbered.series_id
     WHERE NOT EXISTS (SELECT 1 FROM manual_billing_adjustments later WHERE later.replaces = a.id)
     ORDER BY a.id`,
    [keys],
  );
  const found = parseAdjustments(rows);
  return rows.flatMap(({ number_key: key }, index) => {
    const newest = found[index];
    return newest === undefined ? [] : [{ key, newest }];
  });
}

/** What counts of any vendor on any day of `[from, to)`, oldest first. */
export async function currentAdjustmentsOfAll(db: Queryable, from: string, to: string): Promise<Adjustment[]> {
  const { rows } = await db.query(
    `SELECT ${ADJUSTMENT_COLUMNS} FROM current_billing_adjustments a
     WHERE a.period_start < $2::date AND a.period_end > $1::date ORDER BY a.id`,
    [from, to],
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
WITH input AS (
  SELECT nextval(pg_get_serial_sequence('manual_billing_adjustments', 'id')) AS id, sorted.* FROM (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(
      "place" int, "seriesId" bigint, "version" int, "action" text, "replaces" bigint, "kind" text, "provider" text,
      "component" text, "invoiceNumber" text, "line" int, "billingDate" date, "periodStart" date, "periodEnd" date,
      "amount" numeric, "currency" text, "fxRate" numeric, "amountUsd" numeric, "taxAmount" numeric, "notes" text,
      "reason" text, "additional" boolean, "origin" text, "demo" boolean, "createdBy" text, "createdAt" timestamptz)
    ORDER BY "place") sorted
), a AS (
  INSERT INTO manual_billing_adjustments (id, series_id, version, action, replaces, kind, provider, component,
    invoice_number, line, billing_date, period_start, period_end, amount, currency, fx_rate, amount_usd, tax_amount,
    notes, reason, additional, origin, demo, created_by, created_at)
  OVERRIDING SYSTEM VALUE
  SELECT id, coalesce("seriesId", id), "version", "action", "replaces", "kind", "provider", "component",
    "invoiceNumber", "line", "billingDate", "periodStart", "periodEnd", "amount", "currency", "fxRate", "amountUsd",
    "taxAmount", "notes", "reason", "additional", "origin", "demo", "createdBy", "createdAt"
  FROM input
  RETURNING *
)
SELECT ${ADJUSTMENT_COLUMNS} FROM a ORDER BY a.id`;

/** Stores the versions in one statement; the rows come back in the same order. */
export async function insertVersions(tx: Queryable, versions: readonly NewVersion[]): Promise<Adjustment[]> {
  const { rows } = await tx.query(INSERT, [JSON.stringify(versions.map((one, place) => ({ ...one, place })))]);
  const stored = parseAdjustments(rows);
  if (stored.length !== versions.length) throw new Error('the versions were not stored');
  return stored;
}

export async function insertVersion(tx: Queryable, version: NewVersion): Promise<Adjustment> {
  const [stored] = await insertVersions(tx, [version]);
  if (stored === undefined) throw new Error('the version was not stored');
  return stored;
}
