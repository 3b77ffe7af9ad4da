/** Converts an amount as people type it to the decimal string that the API accepts. */
export type Amount =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly reason: 'empty' | 'not-a-number' | 'ambiguous' | 'decimals' | 'too-large' };

const MAX_DIGITS = 9;

/**
 * "25", "25,00", "1 234,56", "1,234.56", "$ 25.00", "−3,10 €" → "25", "25.00", "1234.56", "1234.56", "25.00", "-3.10".
 * "1,234" means two different sums in French and in English, so it is rejected as ambiguous.
 */
export const parseAmount = (typed: string, decimals = 2): Amount => parse(typed, decimals, decimals !== 3);

/**
 * A rate or a price per unit, such as "1,085" or "0.000125": small numbers with many decimals, so that three digits after
 * the only mark are decimals and not thousands.
 */
export const parseRate = (typed: string, decimals: number): Amount => parse(typed, decimals, false);

/** Why this is not an amount above zero; `undefined` where it is. */
export const faultOfPositive = (amount: Amount): string | undefined =>
  !amount.ok ? amount.reason : Number(amount.value) > 0 ? undefined : 'not-positive';

function parse(typed: string, decimals: number, threeAreAmbiguous: boolean): Amount {
  const bare = typed
    .replaceAll(/[\s\u00a0\u202f'’]/g, '')
    .replace(/[\u2212\u2013]/, '-')
    .replace(/^(-?)(?:[$€£]|USD|EUR|GBP|CHF)/i, '$1')
    .replace(/(?:[$€£]|USD|EUR|GBP|CHF)$/i, '');
  if (bare === '') return { ok: false, reason: 'empty' };
  const match = /^(-?)(\d[\d.,]*)$/.exec(bare);
  if (match === null) return { ok: false, reason: 'not-a-number' };
  const [, sign = '', digits = ''] = match;
  const split = splitNumber(digits, threeAreAmbiguous);
  if (typeof split === 'string') return { ok: false, reason: split };
  const whole = split.whole.replace(/^0+(?=\d)/, '');
  if (split.fraction.length > decimals) return { ok: false, reason: 'decimals' };
  if (whole.length > MAX_DIGITS) return { ok: false, reason: 'too-large' };
  return { ok: true, value: `${sign}${whole}${split.fraction === '' ? '' : `.${split.fraction}`}` };
}

function splitNumber(
  digits: string,
  threeAreAmbiguous: boolean,
): { whole: string; fraction: string } | 'not-a-number' | 'ambiguous' {
  const lastComma = digits.lastIndexOf(',');
  const lastPoint = digits.lastIndexOf('.');
  if (lastComma === -1 && lastPoint === -1) return { whole: digits, fraction: '' };
  const decimalMark = lastComma > lastPoint ? ',' : '.';
  const at = Math.max(lastComma, lastPoint);
  const before = digits.slice(0, at);
  const after = digits.slice(at + 1);
  const both = lastComma !== -1 && lastPoint !== -1;
  if (after === '') return 'not-a-number';
  if (before.includes(decimalMark))
    return grouped(digits, decimalMark) && !both
      ? { whole: digits.replaceAll(decimalMark, ''), fraction: '' }
      : 'not-a-number';
  if (both) {
    const groupMark = decimalMark === ',' ? '.' : ',';
    return grouped(before, groupMark) ? { whole: before.replaceAll(groupMark, ''), fraction: after } : 'not-a-number';
  }
  if (threeAreAmbiguous && after.length === 3 && /^[1-9]\d{0,2}$/.test(before)) return 'ambiguous';
  return { whole: before, fraction: after };
}

const grouped = (digits: string, mark: string): boolean =>
  (mark === ',' ? /^\d{1,3}(,\d{3})+$/ : /^\d{1,3}(\.\d{3})+$/).test(digits);

/** Decimals of a currency, as ISO 4217 and the browser know them; 2 where they do not. */
export function currencyDecimals(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}
