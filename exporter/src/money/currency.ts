const KNOWN: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** True for an ISO 4217 code in capitals. */
export function isCurrency(code: string): boolean {
  return KNOWN.has(code);
}

const digits = new Map<string, number>();

/** Decimals of a currency by ISO 4217: 2 for USD, 0 for JPY, 3 for KWD. Stripe's exceptions are in minor-units.ts. */
export function currencyDigits(code: string): number {
  const known = digits.get(code);
  if (known !== undefined) return known;
  const found =
    new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions().maximumFractionDigits ?? 2;
  digits.set(code, found);
  return found;
}
