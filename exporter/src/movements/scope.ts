import type { MovementGroup } from '../contract/revenue-movements.ts';

/** Which part of MRR is asked for. */
export interface MovementScope {
  readonly plan?: string | undefined;
  readonly product?: string | undefined;
  readonly currency?: string | undefined;
  readonly customer?: string | undefined;
}

export interface GroupedScope extends MovementScope {
  readonly groupBy: MovementGroup;
  /** Groups beyond this many are one row. */
  readonly limit: number;
}
