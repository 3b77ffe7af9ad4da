import type { MovementGroup } from '../contract/revenue-movements.ts';

/** Which part of MRR is asked for. */
export interface MovementScope {
  readonly plan?: string | undefined;
  readonly product?: string | undefined;
  readonly currency?: string | undefined;
  readonly customer?: string | undefined;
}

/**
 * `as_booked`: what each day said when it was closed. `restated`: with every rate and subscription that is known now.
 */
export const MOVEMENT_VIEWS = ['as_booked', 'restated'] as const;

export interface GroupedScope extends MovementScope {
  readonly groupBy: MovementGroup;
  /** Groups beyond this many are one row. */
  readonly limit: number;
  /** As booked where left out. */
  readonly view?: (typeof MOVEMENT_VIEWS)[number] | undefined;
}
