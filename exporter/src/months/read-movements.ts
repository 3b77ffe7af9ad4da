import type { MonthMovements } from '../contract/months.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Period } from '../money/days.ts';
import { movementsByMonth } from '../movements/movements.ts';

/** How MRR moved over the days of one month; null while nothing is known of it. */
export async function readMovements(db: Queryable, period: Period, today: string): Promise<MonthMovements | null> {
  if (period.to <= period.from) return null;
  const [row] = await movementsByMonth(db, period, { groupBy: 'none', limit: 1 }, today);
  if (row === undefined || row.closingUsd === null) return null;
  return {
    openingUsd: row.openingUsd,
    newUsd: row.newUsd,
    expansionUsd: row.expansionUsd,
    contractionUsd: row.contractionUsd,
    churnUsd: row.churnUsd,
    reactivationUsd: row.reactivationUsd,
    rateChangeUsd: row.rateChangeUsd,
    correctionUsd: row.correctionUsd,
    closingUsd: row.closingUsd,
  };
}
