import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startBackfillPace } from './backfill-pace.ts';

/** The groups of a run whose days take so long each, the first two included. */
function groupsOf(secondsADay: number, storingSeconds = 0, rowsADay = 0): number[] {
  let now = 0;
  const pace = startBackfillPace(() => now);
  const groups: number[] = [];
  let [storing, rows] = [0, 0];
  for (let days = 2; days > 0 && groups.length < 100; days = pace(days, rows, storing)) {
    groups.push(days);
    now += (days * secondsADay + storingSeconds) * 1000;
    storing += storingSeconds * 1000;
    rows += days * rowsADay;
  }
  return groups;
}

it('reads three older days first and up to seven then, as long as they take half of what is left', () => {
  expect(groupsOf(4)).toEqual([2, 3, 7, 7, 4, 2, 1, 1]);
  expect(groupsOf(0).slice(0, 5)).toEqual([2, 3, 7, 7, 7]);
});

it('reads single days where they take long, and none where not even one would fit', () => {
  expect(groupsOf(20)).toEqual([2, 1, 1, 1]);
  expect(groupsOf(50)).toEqual([2]);
});

it('does not count the time of storing', () => {
  expect(groupsOf(4, 60)).toEqual(groupsOf(4));
});

it('holds at most 360,000 rows at once, one day at least', () => {
  expect(groupsOf(1, 0, 120_000).slice(0, 4)).toEqual([2, 3, 3, 3]);
  expect(groupsOf(1, 0, 2_000_000).slice(0, 3)).toEqual([2, 1, 1]);
});

it('goes by the last group where its days took longer than those before', () => {
  let now = 0;
  const pace = startBackfillPace(() => now);
  now += 2_000;
  expect(pace(2, 0, 0)).toBe(3);
  now += 45_000;
  expect(pace(3, 0, 0)).toBe(2);
});

it('never goes beyond its time while every day takes the same', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.5, max: 50, noNaN: true }), (seconds) => {
      const days = groupsOf(seconds).reduce((sum, count) => sum + count, 0);
      expect(days * seconds).toBeLessThanOrEqual(Math.max(110, 2 * seconds));
    }),
  );
});
