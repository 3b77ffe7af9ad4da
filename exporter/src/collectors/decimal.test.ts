import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMicros } from '../money/micros.ts';
import { decimalText, wholeNumber } from './decimal.ts';

describe('decimalText', () => {
  it.each([
    ['12.45', '12.45'],
    [12.45, '12.45'],
    [0, '0'],
    [-3.5, '-3.5'],
    [1e-7, '0.0000001'],
    [1.25e-9, '0.00000000125'],
    ['1.25e-3', '0.00125'],
    ['-2.5E+2', '-250'],
    ['1e0', '1'],
    ['0.5e1', '5'],
  ])('%j is %s', (value, text) => {
    expect(decimalText(value)).toBe(text);
  });

  it.each([null, undefined, '', ' 1', '1,5', 'NaN', NaN, Infinity, 1e30, '1e30', '9'.repeat(40), {}, [], true, '0x10'])(
    '%j is no amount',
    (value) => {
      expect(decimalText(value)).toBeUndefined();
    },
  );

  it('a number with an exponent is the same amount as without', () => {
    fc.assert(
      fc.property(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: -6, max: 4 }), (digits, exponent) => {
        const plain = decimalText(Number(`${digits}e${exponent}`));
        expect(decimalText(`${digits}e${exponent}`)).toBeDefined();
        expect(parseMicros(decimalText(`${digits}e${exponent}`) ?? '')).toBe(parseMicros(plain ?? ''));
      }),
    );
  });
});

it.each([
  [3, 3],
  ['3', 3],
  [0, 0],
  [-1, undefined],
  [1.5, undefined],
  ['1e3', undefined],
  ['', undefined],
  [null, undefined],
  [1e30, undefined],
])('wholeNumber of %j is %j', (value, count) => {
  expect(wholeNumber(value)).toBe(count);
});
