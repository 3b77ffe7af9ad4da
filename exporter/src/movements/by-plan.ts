import type { MrrByPlanRow } from '../contract/datasets.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Period } from '../money/days.ts';

export async function mrrByPlan(_db: Queryable, _period: Period, _limit: number): Promise<MrrByPlanRow[]> {
  return [];
}
