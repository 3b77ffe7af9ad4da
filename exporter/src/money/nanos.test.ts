import { describe, expect, it } from 'vitest';
import { formatNanos, nanosInUsd, nanosToMicros, parseNanos } from './nanos.ts';

describe('nanos', () => {
  it.each([
    ['12', 12_000_000_000n],
    ['8.333333333', 8_333_333_333n],
    ['-0.0000000015', -2n],
  ])('%s is read, rounded once', (text, nanos) => {
    expect(parseNanos(text)).toBe(nanos);
  });

  it('are written with nine digits, and as micros rounded half away from zero', () => {
    expect(formatNanos(-8_333_333_333n)).toBe('-8.333333333');
    expect([nanosToMicros(1_500n), nanosToMicros(-1_500n)]).toEqual([2n, -2n]);
  });

  it('a rate of sixteen digits is not rounded before it is used', () => {
    expect(nanosInUsd(parseNanos('1000000'), '0.0065432109876543')).toBe(parseNanos('6543.2109876543'));
  });

  it('what is no number is refused', () => {
    expect(() => parseNanos('a')).toThrow(RangeError);
    expect(() => nanosInUsd(1n, 'x')).toThrow(RangeError);
  });
});
