import { describe, expect, it } from 'vitest';
import type { PickerRange, ShownRangeQuery } from '../../../exporter/src/contract/query.ts';
import type { Clock } from './days.ts';
import { daysOf } from './request.ts';
import { isShownRange, shownRange } from './shown-range.ts';

const at = (iso: string): number => Date.parse(iso);
const NOW = at('2026-11-28T10:30:00Z');
const back = (days: number): number => NOW - days * 86_400_000;
const relative = (from: string, fromMs: number, to = 'now', toMs = NOW): Clock => ({
  fromMs,
  toMs,
  nowMs: NOW,
  raw: { from, to },
});
const dates = (from: string, to: string): Clock => ({ fromMs: at(from), toMs: at(to), nowMs: NOW });

const WEEK: PickerRange = { kind: 'picker', opensAt: 'now-30d', start: { kind: 'days', days: 7 } };
const MONTHS: PickerRange = { kind: 'picker', opensAt: 'now-30d', start: { kind: 'months', months: 6 } };
const TOTALS: PickerRange = { kind: 'picker', opensAt: 'now-30d', start: { kind: 'all' } };
const OPENED = relative('now-30d', back(30));
const MARCH = dates('2026-03-01T00:00:00Z', '2026-03-31T23:59:59Z');

const title = (range: PickerRange, more: Partial<ShownRangeQuery['words']> = {}): ShownRangeQuery => ({
  kind: 'shown_range',
  range,
  as: 'title',
  words: { start: 'as it opens', days: '{n} days', months: '{n} months', ...more },
});

describe('while the picker stands where the board opens', () => {
  it.each<[PickerRange]>([[WEEK], [MONTHS], [TOTALS]])('%j asks for what it starts with', (range) => {
    expect(daysOf(range, OPENED)).toEqual(daysOf(range.start, OPENED));
    expect(shownRange(title(range), OPENED)).toBe('as it opens');
    // Another range of the same days is a choice, and says so.
    expect(shownRange(title(range), dates('2026-10-29T10:30:00Z', '2026-11-28T10:30:00Z'))).not.toBe('as it opens');
  });
});

describe('a picker that has been moved', () => {
  it.each<[string, Clock, string, string, string]>([
    ['March', MARCH, '2026-03-01', '2026-04-01', '2026-03'],
    ['March to midnight', dates('2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z'), '2026-03-01', '2026-04-01', '2026-03'],
    [
      'a part',
      dates('2026-03-05T08:00:00Z', '2026-03-09T09:00:00Z'),
      '2026-03-05',
      '2026-03-10',
      '2026-03-05 – 2026-03-09',
    ],
    ['the last 90 days', relative('now-90d', back(90)), '2026-08-31', '2026-11-29', '90 days'],
    ['the last hours', relative('now-3h', NOW - 10_800_000), '2026-11-28', '2026-11-29', '2026-11-28'],
    [
      'this month, whose last days are still to come',
      relative('now/M', at('2026-11-01T00:00:00Z'), 'now/M', at('2026-11-30T23:59:59Z')),
      '2026-11-01',
      '2026-11-29',
      '2026-11-01 – 2026-11-28',
    ],
  ])('%s: its days, and its name', (_, clock, from, to, name) => {
    expect(daysOf(WEEK, clock)).toEqual({ from, to });
    expect(shownRange(title(WEEK), clock)).toBe(name);
  });

  it.each<[string, Clock, string, string, string, string]>([
    [
      'the previous month, which no override of the axis holds',
      relative('now-1M/M', at('2026-10-01T00:00:00Z'), 'now-1M/M', at('2026-10-31T23:59:59Z')),
      '2026-10-01',
      '2026-11-01',
      '2026-10',
      'none',
    ],
    ['March', MARCH, '2026-03-01', '2026-04-01', '2026-03', 'none'],
    [
      'parts of two months',
      dates('2026-03-10T00:00:00Z', '2026-04-05T12:00:00Z'),
      '2026-03-01',
      '2026-05-01',
      '2026-03 – 2026-04',
      'none',
    ],
    ['the last 90 days', relative('now-90d', back(90)), '2026-08-01', '2026-11-29', '2026-08 – 2026-11', '4M'],
    ['the last 2 years', relative('now-2y', back(730)), '2024-12-01', '2026-11-29', '24 months', '24M'],
    ['the last week', relative('now-7d', back(7)), '2026-11-01', '2026-11-29', '2026-11', '1M'],
  ])('%s: whole months, and an axis that holds them', (_, clock, from, to, name, axis) => {
    expect(daysOf(MONTHS, clock)).toEqual({ from, to });
    expect(shownRange(title(MONTHS), clock)).toBe(name);
    expect(shownRange({ ...title(MONTHS), as: 'axis' }, clock)).toBe(axis);
  });

  it('does not say that figures of complete days include today', () => {
    const words = { since: 'since {day}' };
    const { days: _, ...bare } = title(TOTALS, words).words;
    const query = { ...title(TOTALS), words: bare };
    expect(shownRange(query, relative('now-90d', back(90)))).toBe('since 2026-08-31');
    expect(shownRange(query, MARCH)).toBe('2026-03');
    expect(shownRange({ ...query, as: 'first' }, MARCH)).toBe('2026-03-01');
  });
});

it('is told from other queries of variables', () => {
  expect(isShownRange(title(WEEK))).toBe(true);
  for (const other of ['models', { kind: 'models' }, undefined, { kind: 'shown_range' }])
    expect(isShownRange(other)).toBe(false);
});
