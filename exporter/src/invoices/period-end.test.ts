import { expect, it } from 'vitest';
import { lastDayNotCovered } from './period-end.ts';

it.each([
  ['2026-11-01', '2026-11-30', '30 November'],
  ['2026-01-01', '2026-12-31', '31 December'],
  ['2026-05-09', '2026-06-08', '8 June'],
  ['2026-11-15', '2026-11-30', '30 November'],
  ['2028-02-01', '2028-02-29', '29 February'],
  ['2026-02-01', '2026-02-28', '28 February'],
  ['2025-03-01', '2026-02-28', '28 February'],
])('%s to %s leaves %s out', (start, end, day) => {
  expect(lastDayNotCovered(start, end)).toContain(`${day} is not covered`);
});

it.each([
  ['2026-11-01', '2026-12-01'],
  ['2026-01-01', '2027-01-01'],
  ['2026-05-09', '2026-06-09'],
  // Begins on a day that the next month does not have.
  ['2026-10-31', '2026-11-30'],
  ['2026-01-31', '2026-02-28'],
  ['2026-10-30', '2026-11-30'],
  ['2026-03-03', '2026-03-04'],
  ['2026-03-05', '2026-03-12'],
  ['2026-03-05', '2026-03-05'],
])('%s to %s leaves nothing out', (start, end) => {
  expect(lastDayNotCovered(start, end)).toBeNull();
});
