import { z } from 'zod';
import type { Queryable } from '../database/queryable.ts';
import { correctionSchema, type VendorCorrection } from './corrections.ts';

const correctionRow = z.object({ vendor: z.string(), fields: correctionSchema });

/** What is remembered, by `correctionKey`. */
export async function loadCorrections(
  db: Queryable,
  vendors: readonly string[],
): Promise<ReadonlyMap<string, VendorCorrection>> {
  if (vendors.length === 0) return new Map();
  const { rows } = await db.query('SELECT vendor, fields FROM vendor_corrections WHERE vendor = ANY($1)', [vendors]);
  return new Map(
    z
      .array(correctionRow)
      .parse(rows)
      .map(({ vendor, fields }) => [vendor, fields]),
  );
}

/** Replaces what is remembered of the vendor; nothing to remember forgets it. */
export async function rememberCorrection(
  tx: Queryable,
  vendor: string,
  fields: VendorCorrection,
  { author, now }: { readonly author: string; readonly now: Date },
): Promise<void> {
  if (Object.keys(fields).length === 0) {
    await tx.query('DELETE FROM vendor_corrections WHERE vendor = $1', [vendor]);
    return;
  }
  await tx.query(
    `INSERT INTO vendor_corrections (vendor, fields, updated_by, updated_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (vendor) DO UPDATE SET fields = excluded.fields, updated_by = excluded.updated_by,
       updated_at = excluded.updated_at`,
    [vendor, JSON.stringify(fields), author, now],
  );
}

/**
 * Takes back what confirming mail `id` taught, where nothing was learnt since. What was remembered before it is not
 * stored: the next invoice is proposed as it is read.
 */
export async function forgetCorrection(tx: Queryable, vendor: string, id: string): Promise<void> {
  await tx.query(
    `DELETE FROM vendor_corrections c USING invoice_inbox i
     WHERE c.vendor = $1 AND i.id = $2::bigint AND c.updated_at = i.decided_at AND c.updated_by = i.decided_by`,
    [vendor, id],
  );
}
