const DECIMAL = /^-?\d{1,11}(\.\d{1,24})?$/;
const SCIENTIFIC = /^(-?)(\d{1,20})(?:\.(\d{1,24}))?e([+-]?\d{1,2})$/i;

/**
 * A decimal amount as text, from a decimal string or a JSON number; undefined for anything else. A number is taken by
 * its shortest text, which is what the provider wrote as long as that had at most 15 digits. Exponents are written
 * out: JSON writers use them for small numbers (`1.2e-7`).
 */
export function decimalText(value: unknown): string | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const text = withoutExponent(String(value));
  return DECIMAL.test(text) ? text : undefined;
}

/** A whole number of things, from a JSON number or its text; undefined for anything else, and below zero. */
export function wholeNumber(value: unknown): number | undefined {
  const count = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

/** `1.25e-3` as `0.00125`; digits beyond the 24th decimal are cut off. Other texts as they are. */
function withoutExponent(text: string): string {
  const match = SCIENTIFIC.exec(text);
  if (match === null) return text;
  const [, minus = '', whole = '', fraction = '', exponent = '0'] = match;
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  const left = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  const right = point > 0 ? digits.slice(point) : '0'.repeat(-point) + digits;
  return `${minus}${left.replace(/^0+(?=\d)/, '')}${right === '' ? '' : `.${right.slice(0, 24)}`}`;
}
