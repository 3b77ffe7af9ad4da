import type { ShownRangeQuery } from '../../../exporter/src/contract/query.ts';
import { addDays, dayOf, firstDay, monthOf } from '../shared/days.ts';
import { isRecord } from '../shared/problem.ts';
import type { Clock, Days } from './days.ts';
import { lastCount, pickedDays } from './picked-range.ts';

/**
 * Grafana ignores an override that is no count of time and draws the picker's range. Every override ends now, so none
 * holds for "Previous month".
 */
const NO_OVERRIDE = 'none';

const reachesThisMonth = ({ to }: Days, { nowMs }: Clock): boolean => to > firstDay(monthOf(dayOf(nowMs)));

/** Boards are provisioned; a query of this kind has no editor. */
export const isShownRange = (query: unknown): query is ShownRangeQuery =>
  isRecord(query) && query['kind'] === 'shown_range' && isRecord(query['range']) && isRecord(query['words']);

/** The value of a variable that says which days are shown; no request is needed. */
export function shownRange({ range, as, words }: ShownRangeQuery, clock: Clock): string {
  const days = pickedDays(range, clock);
  if (days === undefined) return words.start;
  if (as === 'first') return days.from;
  if (as === 'axis') return reachesThisMonth(days, clock) ? `${monthsSince(days.from, clock)}M` : NO_OVERRIDE;
  const count = lastCount(range, clock);
  const counted = range.start.kind === 'months' ? words.months : words.days;
  if (count !== undefined && count > 1 && counted !== undefined) return counted.replace('{n}', String(count));
  if (range.start.kind === 'months') return inMonths(days);
  // These figures end with the last complete day, which no range says.
  if (words.since !== undefined && days.to > dayOf(clock.nowMs)) return words.since.replace('{day}', days.from);
  return inDays(days);
}

const lastOf = ({ to }: Days): string => addDays(to, -1);

function inMonths(days: Days): string {
  const [first, last] = [monthOf(days.from), monthOf(lastOf(days))];
  return first === last ? first : `${first} – ${last}`;
}

/** A whole month by its name, else the first and the last day. */
function inDays(days: Days): string {
  const last = lastOf(days);
  if (days.from.endsWith('-01') && days.to.endsWith('-01') && monthOf(days.from) === monthOf(last))
    return monthOf(days.from);
  return days.from === last ? last : `${days.from} – ${last}`;
}

function monthsSince(day: string, { nowMs }: Clock): number {
  const now = new Date(nowMs);
  const months =
    (now.getUTCFullYear() - Number(day.slice(0, 4))) * 12 + now.getUTCMonth() + 1 - Number(day.slice(5, 7));
  return Math.max(1, months + 1);
}
