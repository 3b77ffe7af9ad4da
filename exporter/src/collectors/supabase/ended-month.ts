import { z } from 'zod';
import { storedParts } from '../../ledger/complete-months.ts';
import type { EstimatePart } from '../../ledger/monthly-estimate.ts';
import { monthStart } from '../../money/days.ts';
import type { CollectContext } from '../contract.ts';
import { isFree } from './estimate.ts';

const storedRows = z.array(z.object({ parts: storedParts }));

/**
 * Plan, compute and add-ons of a month that has ended, as the newest reading of that month priced them. The first run
 * of a new month can only read the present account: an instance that was resized on the 1st would price the month
 * before at its new size. Undefined for the running month, and where no reading with a plan and its compute is stored.
 */
export async function partsOfEndedMonth(
  { db, today }: Pick<CollectContext, 'db' | 'today'>,
  day: string,
): Promise<readonly EstimatePart[] | undefined> {
  if (monthStart(day) === monthStart(today)) return undefined;
  const { rows } = await db.query(
    `SELECT cost_parts AS parts FROM supabase_metrics
     WHERE recorded_at >= $1::date AND recorded_at <= $2::date AND cost_source = 'estimate' AND plan IS NOT NULL
       AND NOT demo
     ORDER BY recorded_at DESC LIMIT 1`,
    [monthStart(day), day],
  );
  const parts = storedRows.parse(rows)[0]?.parts ?? [];
  // A paid plan always has a compute size: without it the add-ons could not be read then.
  const isWhole = parts.some(({ component }) => component === 'compute') || isFree(parts);
  return isWhole ? parts : undefined;
}
