import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addDays, daysOf } from '../../money/days.ts';
import { readingOrder, takeGroup } from './reading-order.ts';

function groupsOf(days: readonly string[], target: string, most: number): (readonly string[])[] {
  const { first, older } = readingOrder(days, target);
  const left = [...older];
  const groups = [first];
  while (left.length > 0) groups.push(takeGroup(left, most));
  return groups.filter(({ length }) => length > 0);
}

it('reads the target day and today first, then older days, newest first', () => {
  expect(groupsOf(['2026-03-01', ...daysOf('2026-03-09', '2026-03-16')], '2026-03-14', 3)).toEqual([
    ['2026-03-14', '2026-03-15'],
    ['2026-03-11', '2026-03-12', '2026-03-13'],
    ['2026-03-09', '2026-03-10'],
    ['2026-03-01'],
  ]);
});

it('takes none where there is time for none', () => {
  const older = ['2026-03-13'];
  expect(takeGroup(older, 0)).toEqual([]);
  expect(older).toEqual(['2026-03-13']);
});

it('reads every day once, and groups hold adjoining days only', () => {
  const days = fc.array(fc.nat(40).map((back) => addDays('2026-03-15', -back)));
  fc.assert(
    fc.property(days, fc.integer({ min: 1, max: 9 }), (asked, most) => {
      const groups = groupsOf(asked, '2026-03-14', most);
      expect(groups.flat().sort()).toEqual([...new Set(asked)].sort());
      for (const group of groups) {
        expect(group).toEqual(daysOf(group[0] ?? '', addDays(group[0] ?? '', group.length)).slice(0, group.length));
        expect(group.length).toBeLessThanOrEqual(Math.max(most, 2));
      }
    }),
  );
});
