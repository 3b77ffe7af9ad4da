import type { RevenueCohortRow } from '../contract/datasets.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Period } from '../money/days.ts';

export async function revenueCohorts(_db: Queryable, _period: Period, _today: string): Promise<RevenueCohortRow[]> {
  return [];
}
