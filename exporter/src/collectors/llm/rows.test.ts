import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LlmRow } from './data.ts';
import { createNames, createRows } from './rows.ts';

const count = fc.nat(Number.MAX_SAFE_INTEGER);
const cost = fc.option(fc.bigInt({ min: 0n, max: 10n ** 18n }), { nil: undefined });
const name = fc.string({ unit: 'grapheme', maxLength: 5 });
const anyRow: fc.Arbitrary<LlmRow> = fc.record({
  user: name,
  provider: name,
  model: name,
  prompt: count,
  completion: count,
  cacheRead: count,
  cacheWrite: count,
  requests: count,
  errors: count,
  reported: cost,
  computed: cost,
  partial: fc.boolean(),
});

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

describe('rows in columns', () => {
  it('give back exactly what was put in, in the order of the key, for several days with the same names', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.uniqueArray(anyRow, {
            selector: ({ user, provider, model }) => JSON.stringify([user, provider, model]),
            maxLength: 30,
          }),
          { maxLength: 3 },
        ),
        (days) => {
          const names = createNames();
          const builders = days.map((rows) => {
            const builder = createRows(names);
            rows.forEach((row) => builder.append(row));
            return builder.finish();
          });
          const sorted = days.map((rows) =>
            rows.toSorted(
              (a, b) => compare(a.user, b.user) || compare(a.provider, b.provider) || compare(a.model, b.model),
            ),
          );
          expect(builders.map((rows) => [...rows])).toEqual(sorted);
          expect(builders.map(({ length }) => length)).toEqual(days.map((rows) => rows.length));
        },
      ),
    );
  });

  it('span more than one page', () => {
    const builder = createRows(createNames());
    const row = {
      provider: 'p',
      model: 'm',
      prompt: 1,
      completion: 2,
      cacheRead: 3,
      cacheWrite: 4,
      requests: 5,
      errors: 6,
      reported: undefined,
      computed: 7n,
      partial: false,
    };
    for (let index = 9_999; index >= 0; index -= 1)
      builder.append({ ...row, user: `user-${String(index).padStart(5, '0')}`, prompt: index });
    const rows = [...builder.finish()];
    expect(rows.map(({ prompt }) => prompt)).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
  });

  it('refuse a cost that no table holds', () => {
    const row = {
      user: 'u',
      provider: 'p',
      model: 'm',
      prompt: 1,
      completion: 0,
      cacheRead: 0,
      cacheWrite: 0,
      requests: 0,
      errors: 0,
      reported: 10n ** 18n + 1n,
      computed: undefined,
      partial: false,
    };
    expect(() => createRows(createNames()).append(row)).toThrow(expect.objectContaining({ kind: 'bad_payload' }));
  });
});
