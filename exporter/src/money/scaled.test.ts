import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseScaled, scaledOfFloat } from './scaled.ts';

describe('decimals at a scale', () => {
  it.each([
    ['240', 2, 24000n],
    ['0.00022500000000000002', 6, 225n],
    ['1e-07', 12, 100_000n],
    ['1.5E+3', 0, 1500n],
    ['.5', 0, 1n],
    ['-2.5', 0, -3n],
    ['-0.0000004', 6, 0n],
  ])('%s at %i digits', (text, digits, expected) => {
    expect(parseScaled(text, digits)).toBe(expected);
  });

  it.each(['', '.', 'NaN', '+Inf', '1,5', '1e', '0x10', ' 1', '1e9999'])('%j is not a number', (text) => {
    expect(parseScaled(text, 6)).toBeUndefined();
  });

  it('takes the decimal that a float names', () => {
    expect(scaledOfFloat(0.1 + 0.2, 12)).toBe(300_000_000_000n);
    expect(scaledOfFloat(1e-7, 12)).toBe(100_000n);
    expect(scaledOfFloat(Number.NaN, 12)).toBeUndefined();
  });

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 24n }), fc.integer({ min: 0, max: 12 }), (value, digits) => {
        const digitsOf = value.toString().padStart(digits + 1, '0');
        const text = digits === 0 ? digitsOf : `${digitsOf.slice(0, -digits)}.${digitsOf.slice(-digits)}`;
        expect(parseScaled(text, digits)).toBe(value);
      }),
    );
  });
});
