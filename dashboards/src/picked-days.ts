import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { FixedRange, PickerRange, ShownRangeQuery } from '../../exporter/src/contract/query.ts';
import { hiddenVariable } from './hidden-variable.ts';

/** Where each board with a range of its own on some panel opens. */
export const OPENS_AT = {
  business: 'now-30d',
  // Whole months, the running one included.
  revenue: 'now-11M/M',
  margins: 'now-90d',
  costs: 'now-90d',
  llm: 'now-30d',
} as const;

/** A range of the panel's own until the time picker is moved, and what the picker says afterwards. */
const untilPicked = (board: keyof typeof OPENS_AT, start: FixedRange): PickerRange => ({
  kind: 'picker',
  opensAt: OPENS_AT[board],
  start,
});

export const THIRTY_DAYS = untilPicked('business', { kind: 'days', days: 30 });
export const SEVEN_DAYS = untilPicked('business', { kind: 'days', days: 7 });
export const SIX_MONTHS = untilPicked('business', { kind: 'months', months: 6 });
/** The default of the API: six months of complete days for the cards, thirty days for their trend. */
export const API_DEFAULT = untilPicked('business', { kind: 'all' });
export const MARGINS_THIRTY_DAYS = untilPicked('margins', { kind: 'days', days: 30 });
export const MARGINS_API_DEFAULT = untilPicked('margins', { kind: 'all' });

export const COSTS_SIX_MONTHS = untilPicked('costs', { kind: 'months', months: 6 });
/** The defaults of the API: six months of complete days for the summary, a year for missing invoices. */
export const COSTS_API_DEFAULT = untilPicked('costs', { kind: 'all' });
export const LLM_SIX_MONTHS = untilPicked('llm', { kind: 'months', months: 6 });
export const TWELVE_COHORTS = untilPicked('revenue', { kind: 'months', months: 12 });
export const TWO_DAYS = untilPicked('revenue', { kind: 'days', days: 2 });

export const counted = (text: string, n: number): string => text.replace('{n}', String(n));

/** A hidden variable that says which days a panel shows, computed from the time range alone. */
export function shownRange(
  name: string,
  range: PickerRange,
  as: ShownRangeQuery['as'],
  words: ShownRangeQuery['words'],
): Builder<VariableModel> {
  return hiddenVariable(name, { kind: 'shown_range', range, as, words }, words.start);
}
