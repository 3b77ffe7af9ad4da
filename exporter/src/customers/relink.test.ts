import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { relinkUser, type Link, type Relink } from './relink.ts';

const who = { createdBy: 'ann', createdAt: '2026-03-15T12:00:00.000Z' };
const link = (customer: string, validFrom: string | null, validTo: string | null): Link => ({
  customer,
  validFrom,
  validTo,
  ...who,
});
const DAYS = Array.from({ length: 9 }, (_, index) => `2026-03-0${index + 1}`);
const ownersOf = (links: readonly Link[]) =>
  DAYS.map((day) =>
    links
      .filter(({ validFrom, validTo }) => (validFrom ?? '') <= day && (validTo ?? 'end') > day)
      .map(({ customer }) => customer),
  );

describe('relinkUser', () => {
  it.each<[string, Link[], Relink, Link[]]>([
    ['a first link', [], link('a', null, null), [link('a', null, null)]],
    [
      'a move',
      [link('a', null, null)],
      link('b', '2026-03-05', null),
      [link('a', null, '2026-03-05'), link('b', '2026-03-05', null)],
    ],
    [
      'a visit',
      [link('a', null, null)],
      link('b', '2026-03-05', '2026-03-06'),
      [link('a', null, '2026-03-05'), link('b', '2026-03-05', '2026-03-06'), link('a', '2026-03-06', null)],
    ],
    [
      'a return',
      [link('a', null, '2026-03-05'), link('b', '2026-03-05', null)],
      link('a', '2026-03-05', null),
      [link('a', null, null)],
    ],
    [
      'the same again',
      [link('a', '2026-03-01', null)],
      link('a', '2026-03-04', '2026-03-06'),
      [link('a', '2026-03-01', null)],
    ],
    [
      'a departure',
      [link('a', null, null)],
      { ...link('', '2026-03-05', null), customer: null },
      [link('a', null, '2026-03-05')],
    ],
    [
      'an oblivion',
      [link('a', null, '2026-03-05'), link('b', '2026-03-05', null)],
      { ...link('', null, null), customer: null },
      [],
    ],
  ])('%s', (_name, links, change, expected) => {
    expect(relinkUser(links, change)).toEqual(expected);
  });

  it('days of a change have its customer, all others keep theirs, and nobody has two', () => {
    const day = fc.option(fc.constantFrom(...DAYS), { nil: null });
    const change = fc
      .record({ customer: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: null }), validFrom: day, validTo: day })
      .filter(({ validFrom, validTo }) => (validFrom ?? '') < (validTo ?? 'end'))
      .map((found): Relink => ({ ...found, ...who }));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
        let links: Link[] = [];
        for (const next of changes) {
          const before = ownersOf(links);
          links = relinkUser(links, next);
          const expected = before.map((owners, index) => {
            const at = DAYS[index] ?? '';
            return (next.validFrom ?? '') <= at && at < (next.validTo ?? 'end')
              ? next.customer === null
                ? []
                : [next.customer]
              : owners;
          });
          expect(ownersOf(links)).toEqual(expected);
          expect(relinkUser(links, next)).toEqual(links);
        }
      }),
    );
  });
});
