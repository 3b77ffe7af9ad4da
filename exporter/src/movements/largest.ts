import type { LargestMovementRow, ListedMovement } from '../contract/datasets.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Period } from '../money/days.ts';
import type { MovementScope } from './scope.ts';

export interface LargestScope extends MovementScope {
  readonly movement?: ListedMovement | undefined;
  readonly limit: number;
  /** Plans by their ids: a nickname may be a customer's name. */
  readonly plansById: boolean;
}

export async function largestMovements(
  _db: Queryable,
  _period: Period,
  _scope: LargestScope,
): Promise<LargestMovementRow[]> {
  return [];
}
