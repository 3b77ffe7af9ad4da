import { z } from 'zod';
import type { FxRateRow } from '../contract/reference-data.ts';
import type { Queryable } from '../database/queryable.ts';
import { convertUnconverted } from './convert-unconverted.ts';
import type { FxRate } from './fx-rates.ts';
import { takeLock } from '../database/locks.ts';
import { isoSql } from '../database/sql.ts';

const rateRows = z.array(
  z.object({
    currency: z.string(),
    day: z.string(),
    usdRate: z.string(),
    createdBy: z.string(),
    createdAt: z.string(),
  }),
);

const COLUMNS = `currency, day::text AS day, trim_scale(usd_rate)::text AS "usdRate", created_by AS "createdBy",
  ${isoSql('created_at')} AS "createdAt"`;

export interface RateFilter {
  readonly currency?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Newest first, at most 1000. */
export async function listRates(db: Queryable, { currency, from, to }: RateFilter): Promise<FxRateRow[]> {
  const { rows } = await db.query(
    `SELECT ${COLUMNS} FROM fx_rates r
     WHERE ($1::text IS NULL OR currency = $1)
       AND ($2::date IS NULL OR day >= $2::date) AND ($3::date IS NULL OR day < $3::date)
     ORDER BY r.day DESC, currency LIMIT 1000`,
    [currency ?? null, from ?? null, to ?? null],
  );
  return rateRows.parse(rows);
}

/**
 * Stores the rate of a day, and converts usage that waited for it. Amounts keep the rate that they were converted at,
 * so the past does not move.
 */
export async function putRate(
  tx: Queryable,
  { currency, day, usdRate }: FxRate,
  { now, by }: { readonly now: Date; readonly by: string },
): Promise<{ rows: FxRateRow[]; previous: string | null }> {
  await takeLock(tx, 'fxRates');
  const before = rateRows.parse(
    (
      await tx.query(`SELECT ${COLUMNS} FROM fx_rates WHERE currency = $1 AND day = $2::date AND source = 'operator'`, [
        currency,
        day,
      ])
    ).rows,
  );
  const { rows } = await tx.query(
    `INSERT INTO fx_rates AS r (currency, day, usd_rate, created_at, created_by) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (currency, day, source) DO UPDATE SET
       usd_rate = excluded.usd_rate, created_at = excluded.created_at, created_by = excluded.created_by
     WHERE r.usd_rate <> excluded.usd_rate
     RETURNING ${COLUMNS}`,
    [currency, day, usdRate, now, by],
  );
  const stored = rateRows.parse(rows);
  if (stored.length > 0) await convertUnconverted(tx);
  return { rows: stored.length > 0 ? stored : before, previous: before[0]?.usdRate ?? null };
}
