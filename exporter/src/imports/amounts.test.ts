import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalOf, moneyIn, onlyMoney } from './amounts.ts';
import { plainAmount } from './csv.ts';

describe('amounts with a currency', () => {
  it.each([
    ['$1,234.56 USD', '1234.56', 'USD', true],
    ['$25.00', '25.00', 'USD', false],
    ['20,00 $US', '20.00', 'USD', true],
    ['1 234,56 $US', '1234.56', 'USD', true],
    ['US$20.00', '20.00', 'USD', true],
    ['-$10.00', '-10.00', 'USD', false],
    ['$-10.00', '-10.00', 'USD', false],
    ['($10.00)', '-10.00', 'USD', false],
    ['-10,00 $US', '-10.00', 'USD', true],
    ['€1.234,56', '1234.56', 'EUR', true],
    ['1 234,56 €', '1234.56', 'EUR', true],
    ['1’234.50 CHF', '1234.50', 'CHF', true],
    ['¥1,234', '1234', 'JPY', false],
    ['$0.01344', '0.01344', 'USD', false],
    ['CA$12.00', '12.00', 'CAD', true],
    ['-$0.00', '0.00', 'USD', false],
  ])('%s is %s %s', (text, amount, currency, explicit) => {
    expect(onlyMoney(text)).toMatchObject({ amount, currency, explicit });
  });

  it.each(['$', '25.00', 'Qty 3', '$1,23,4', 'XYZ 10.00', '$12.34.56', 'KWD 1,234', '$25.00 $25.00', 'Nov 9, 2026'])(
    '%s is not a single amount',
    (text) => {
      expect(onlyMoney(text)).toBeUndefined();
    },
  );

  it('never crashes and never invents: every amount is made of the digits of one number in the text', () => {
    const piece = fc.oneof(
      fc.constantFrom('$', '€', 'USD', '$US', ' ', ',', '.', '-', '(', ')', "'", 'Total'),
      fc.nat(99_999).map(String),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 20 }).map((parts) => parts.join('')),
        (text) => {
          const digits = (part: string): string => part.replaceAll(/\D/g, '').replace(/^0+/, '');
          for (const { amount, start, end } of moneyIn(text))
            expect(digits(amount)).toBe(digits(text.slice(start, end)));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('numbers', () => {
  it('reads what was printed in English, French and German', () => {
    const english = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2 });
    const french = new Intl.NumberFormat('fr-FR', { minimumFractionDigits: 2 });
    const german = new Intl.NumberFormat('de-DE', { minimumFractionDigits: 2 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (cents) => {
        const expected = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
        for (const format of [english, french, german]) {
          const printed = format.format(cents / 100);
          expect(decimalOf(printed.replaceAll(/\s/g, ' '), 2), printed).toBe(expected);
          expect(plainAmount(printed, 2), printed).toBe(expected);
        }
      }),
    );
  });

  it('leaves alone what can be read in two ways', () => {
    expect(plainAmount('1,234', 2)).toBeUndefined();
    expect(plainAmount('1.234', 2)).toBeUndefined();
    expect(plainAmount('1.234', 3)).toBe('1.234');
    for (const bad of ['', 'NaN', '1e308', '--1', '0x10', '12,34,56', '1.2.3', '١٢', '$5'])
      expect(plainAmount(bad, 2), bad).toBeUndefined();
  });
});
