import { z } from 'zod';
import { PROVIDERS, type InvoiceOnlyProvider } from '../contract/providers.ts';
import type { Queryable } from '../database/queryable.ts';
import { daysOf, monthStart, nextMonthStart } from '../money/days.ts';
import { monthlyEstimate, pricedPart, replaceEstimates } from './monthly-estimate.ts';

/** `cost_parts` of a provider's table, as an estimate was stored. */
export const storedParts = z.array(z.object({ component: z.string(), monthlyUsd: z.string(), basis: z.string() }));

const storedRow = z.object({ day: z.string(), parts: storedParts });

/**
 * Closes the newest month before the one of `first`, the oldest day of a run: where nothing ran on its last days, its
 * bill is still the one of the whole month, so that they get their share of its last estimate, and no day of it stays
 * provisional. Writes nothing where the month is closed already. Returns the number of ledger rows that changed.
 */
export async function completeMonth(
  tx: Queryable,
  provider: InvoiceOnlyProvider,
  first: string,
  asOf: Date,
): Promise<number> {
  const { table } = PROVIDERS[provider];
  await tx.query(`UPDATE ${table} SET provisional = false WHERE provisional AND NOT demo AND recorded_at < $1::date`, [
    first,
  ]);
  const { rows } = await tx.query(
    `SELECT recorded_at::text AS day, cost_parts AS parts FROM ${table}
     WHERE recorded_at < $1::date AND cost_source = 'estimate' AND cost_parts <> '[]' AND NOT demo
     ORDER BY recorded_at DESC LIMIT 1`,
    [monthStart(first)],
  );
  const [newest] = z.array(storedRow).parse(rows);
  if (newest === undefined) return 0;
  const estimate = monthlyEstimate(newest.parts.map(pricedPart));
  const days = daysOf(newest.day, nextMonthStart(newest.day));
  return replaceEstimates(
    tx,
    provider,
    days.map((day) => ({ day, provisional: false, estimate })),
    asOf,
  );
}
