const DECIMAL = /^-?\d{1,11}(\.\d{1,24})?$/;

/**
 * A decimal amount as text, from a decimal string or a JSON number; undefined for anything else. A number is taken by
 * its shortest text, which is what the provider wrote as long as that had at most 15 digits.
 */
export function decimalText(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && DECIMAL.test(text) ? text : undefined;
}
