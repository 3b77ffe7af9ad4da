import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readValues, severalValues, writtenValues } from './several-values.ts';

const value = fc.string({ minLength: 1 });

it('reads what it writes, whatever the values hold', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 2, maxLength: 5 }), (values) => {
      expect(readValues(writtenValues(values))).toEqual(values);
    }),
  );
  expect(readValues(severalValues(['Business, yearly', 'Team']))).toEqual(['Business, yearly', 'Team']);
});

it('keeps one value as it is, and reads what a person writes', () => {
  expect(severalValues('Business, yearly')).toBe('Business, yearly');
  expect(severalValues(['Business, yearly'])).toBe('Business, yearly');
  expect(readValues('Business, yearly')).toEqual(['Business, yearly']);
  expect(readValues('{openai,azure}')).toEqual(['openai', 'azure']);
  expect(readValues('{openai}')).toEqual(['openai']);
});
