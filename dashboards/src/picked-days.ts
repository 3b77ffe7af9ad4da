import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  QueryVariableBuilder,
  VariableHide,
  VariableRefresh,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { FixedRange, PickerRange, ShownRangeQuery } from '../../exporter/src/contract/query.ts';
import { MARGINBOARD } from './panel-parts.ts';

/** Where each board with a range of its own on some panel opens. */
export const OPENS_AT = { business: 'now-30d', margins: 'now-90d' } as const;

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

export const counted = (text: string, n: number): string => text.replace('{n}', String(n));

/**
 * A hidden variable that says which days a panel shows. It is computed from the time range alone, so an address does
 * not carry it.
 */
export function shownRange(
  name: string,
  range: PickerRange,
  as: ShownRangeQuery['as'],
  words: ShownRangeQuery['words'],
): Builder<VariableModel> {
  const query: ShownRangeQuery = { kind: 'shown_range', range, as, words };
  const variable = new QueryVariableBuilder(name)
    .datasource(MARGINBOARD)
    .query({ ...query, refId: name })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .hide(VariableHide.HideVariable)
    .current({ text: words.start, value: words.start });
  return { build: () => ({ ...variable.build(), skipUrlSync: true }) };
}
