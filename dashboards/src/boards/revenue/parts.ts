import type { QueryFilters, QueryRange } from '../../../../exporter/src/contract/query.ts';

/** The month that is looked into. */
export const CHOSEN_MONTH: QueryRange = { kind: 'month', month: '$month' };
/** The choices at the top of the board. */
export const CHOSEN: QueryFilters = { plan: '$plan', customer: '$customer' };
