import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, isDay } from '../money/days.ts';
import { dateIn, periodIn } from './periods.ts';

describe('dates', () => {
  it.each([
    ['October 9, 2026', '2026-10-09'],
    ['Oct 9, 2026', '2026-10-09'],
    ['9 October 2026', '2026-10-09'],
    ['9 octobre 2026', '2026-10-09'],
    ['1er mars 2026', '2026-03-01'],
    ['31 déc. 2025', '2025-12-31'],
    ['15 août 2026', '2026-08-15'],
    ['3 févr. 2026', '2026-02-03'],
    ['2026-10-09', '2026-10-09'],
    ['due May 1, 2026', '2026-05-01'],
    ['01.03.2026', '2026-03-01'],
    ['2026/03/01', '2026-03-01'],
    ['31/03/2026', '2026-03-31'],
    ['03/31/2026', '2026-03-31'],
    ['1-Mar-2026', '2026-03-01'],
  ])('%s', (text, day) => {
    expect(dateIn(text)).toBe(day);
  });

  it.each(['03/04/2026', 'February 30, 2026', 'Octember 9, 2026', '9 2026', ''])('%s is not a certain date', (text) => {
    expect(dateIn(text)).toBeUndefined();
  });
});

describe('periods', () => {
  it.each([
    ['Oct 9 – Nov 9, 2026', '2026-10-09', '2026-11-09', 'boundary'],
    ['Mar 1 – Apr 1, 2026', '2026-03-01', '2026-04-01', 'boundary'],
    ['Mar 1 Apr 1, 2026', '2026-03-01', '2026-04-01', 'dash_lost'],
    ['Dec 15 – Jan 15, 2026', '2025-12-15', '2026-01-15', 'boundary'],
    ['Dec 15, 2025 – Jan 15, 2026', '2025-12-15', '2026-01-15', 'boundary'],
    ['Jan 31 – Feb 28, 2026', '2026-01-31', '2026-02-28', 'boundary'],
    ['Mar 1 – Mar 31, 2026', '2026-03-01', '2026-04-01', 'inclusive'],
    ['Mar 1 – 31, 2026', '2026-03-01', '2026-04-01', 'inclusive'],
    ['Mar 5 – Mar 5, 2026', '2026-03-05', '2026-03-06', 'inclusive'],
    ['Jan 1 – Dec 31, 2026', '2026-01-01', '2027-01-01', 'inclusive'],
    ['Mar 5 – Mar 20, 2026', '2026-03-05', '2026-03-20', 'boundary'],
    ['9 oct. – 9 nov. 2026', '2026-10-09', '2026-11-09', 'boundary'],
    ['1er mars – 1er avr. 2026', '2026-03-01', '2026-04-01', 'boundary'],
    ['1 mars 1 avr. 2026', '2026-03-01', '2026-04-01', 'dash_lost'],
    ['du 1 mars 2026 au 1 avril 2026', '2026-03-01', '2026-04-01', 'boundary'],
    ['2026-03-01 – 2026-04-01', '2026-03-01', '2026-04-01', 'boundary'],
  ])('%s', (text, start, end, note) => {
    expect(periodIn(text)).toEqual({ start, end, note });
  });

  it.each([
    'Pro Plan',
    'Nov 9 – Oct 9, 2026 extra',
    'Oct 9, 2026',
    'Apr 1, 2026 – Mar 1, 2026',
    'Feb 30 – Mar 30, 2026',
    '744 $10.00',
  ])('%s is none', (text) => {
    expect(periodIn(text)).toBeUndefined();
  });

  it('reads back what Stripe prints for any period, and never turns one around', () => {
    const format = new Intl.DateTimeFormat('en-US', {
      month: 'short',
      day: 'numeric',
      year: 'numeric',
      timeZone: 'UTC',
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6_000 }), fc.integer({ min: 1, max: 400 }), (first, days) => {
        const start = addDays('2015-01-01', first);
        const end = addDays(start, days);
        const read = periodIn(`${format.format(new Date(start))} – ${format.format(new Date(end))}`);
        expect([end, addDays(end, 1)]).toContain(read?.end);
        expect(read).toMatchObject({ start, note: read?.end === end ? 'boundary' : 'inclusive' });
      }),
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        const read = periodIn(text);
        if (read !== undefined) expect(isDay(read.start) && read.start < read.end).toBe(true);
      }),
    );
  });
});
