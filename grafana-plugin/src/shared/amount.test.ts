import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currencyDecimals, parseAmount, parseRate } from './amount.ts';

describe('parseAmount', () => {
  it.each([
    ['25', '25'],
    ['25,00', '25.00'],
    ['25.00', '25.00'],
    ['0', '0'],
    ['007,5', '7.5'],
    ['1 234,56', '1234.56'],
    ['1\u202f234,56', '1234.56'],
    ['1\u00a0234,56 €', '1234.56'],
    ['1,234.56', '1234.56'],
    ['1.234,56', '1234.56'],
    ["1'234.56", '1234.56'],
    ['1,234,567', '1234567'],
    ['$ 25.00', '25.00'],
    ['\u22123,10', '-3.10'],
    ['-$3.10', '-3.10'],
    ['USD 12.5', '12.5'],
  ])('reads %j as %s', (typed, value) => {
    expect(parseAmount(typed)).toEqual({ ok: true, value });
  });

  it.each([
    ['', 'empty'],
    ['  ', 'empty'],
    ['abc', 'not-a-number'],
    ['1e3', 'not-a-number'],
    ['NaN', 'not-a-number'],
    ['Infinity', 'not-a-number'],
    ['12,34,56', 'not-a-number'],
    ['1.2.3', 'not-a-number'],
    ['25,', 'not-a-number'],
    ['--5', 'not-a-number'],
    ['1,234', 'ambiguous'],
    ['1.234', 'ambiguous'],
    ['0.125', 'decimals'],
    ['25.0000', 'decimals'],
    ['1234567890', 'too-large'],
  ])('refuses %j: %s', (typed, reason) => {
    expect(parseAmount(typed)).toEqual({ ok: false, reason });
  });

  it('takes the decimals of the currency', () => {
    expect(parseAmount('1,234', 3)).toEqual({ ok: true, value: '1.234' });
    expect(parseAmount('10.5', 0)).toEqual({ ok: false, reason: 'decimals' });
    expect([currencyDecimals('USD'), currencyDecimals('JPY'), currencyDecimals('KWD'), currencyDecimals('no')]).toEqual(
      [2, 0, 3, 2],
    );
  });

  it('reads what French and English print, to the cent', () => {
    const cents = fc.integer({ min: 0, max: 99_999_999_999 });
    fc.assert(
      fc.property(cents, fc.constantFrom('fr-FR', 'en-US', 'de-DE', 'de-CH'), (amount, language) => {
        const printed = new Intl.NumberFormat(language, { minimumFractionDigits: 2 }).format(amount / 100);
        const exact = `${Math.trunc(amount / 100)}.${String(amount % 100).padStart(2, '0')}`;
        expect(parseAmount(printed)).toEqual({ ok: true, value: exact });
      }),
    );
  });

  it('never throws and gives only what the API takes', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), (typed) => {
        const amount = parseAmount(typed);
        if (amount.ok) expect(amount.value).toMatch(/^-?\d{1,9}(\.\d{1,2})?$/);
      }),
    );
  });
});

it('takes three digits after the only mark of a rate as decimals', () => {
  expect([parseRate('1,085', 8), parseRate('1.085', 8), parseRate('1.234,5', 8), parseRate('0.1234567891', 8)]).toEqual(
    [
      { ok: true, value: '1.085' },
      { ok: true, value: '1.085' },
      { ok: true, value: '1234.5' },
      { ok: false, reason: 'decimals' },
    ],
  );
});
