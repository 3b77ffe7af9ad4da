import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addDays, daysOf } from '../../money/days.ts';
import { readingOrder } from './reading-order.ts';

it('reads the target day and today first, then older days, newest first', () => {
  expect(readingOrder(['2026-03-01', ...daysOf('2026-03-09', '2026-03-16')], '2026-03-14')).toEqual([
    ['2026-03-14', '2026-03-15'],
    ['2026-03-11', '2026-03-12', '2026-03-13'],
    ['2026-03-09', '2026-03-10'],
    ['2026-03-01'],
  ]);
});

it('reads every day once, and groups hold adjoining days only', () => {
  const days = fc.array(fc.nat(40).map((back) => addDays('2026-03-15', -back)));
  fc.assert(
    fc.property(days, (asked) => {
      const groups = readingOrder(asked, '2026-03-14');
      expect(groups.flat().sort()).toEqual([...new Set(asked)].sort());
      for (const group of groups)
        expect(group).toEqual(daysOf(group[0] ?? '', addDays(group[0] ?? '', group.length)).slice(0, group.length));
    }),
  );
});
