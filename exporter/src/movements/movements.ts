import type { MrrMovementRow, MrrWaterfallRow } from '../contract/datasets.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Period } from '../money/days.ts';
import type { GroupedScope } from './scope.ts';

export async function movementsByDay(_db: Queryable, _period: Period, _scope: GroupedScope): Promise<MrrMovementRow[]> {
  return [];
}
export async function movementsByMonth(
  _db: Queryable,
  _period: Period,
  _scope: GroupedScope,
  _today: string,
): Promise<MrrWaterfallRow[]> {
  return [];
}
