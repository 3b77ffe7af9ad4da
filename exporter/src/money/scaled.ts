/** Exact decimals at a chosen scale, for numbers that arrive as text or as a float with a short decimal form. */

const NUMBER = /^([+-])?(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * Reads a decimal, with or without exponent ("240", "0.00022", "1e-07"), as a whole number of 10^-digits, rounded half
 * away from zero. Undefined for anything that is not a finite number.
 */
export function parseScaled(text: string, digits: number): bigint | undefined {
  const match = NUMBER.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const shift = digits - fraction.length + Number(exponent);
  const unscaled = BigInt(whole + fraction);
  const scaled = shift >= 0 ? unscaled * 10n ** BigInt(shift) : roundedShift(unscaled, -shift);
  return sign === '-' ? -scaled : scaled;
}

/** The shortest decimal that names the float, at a scale: 0.15 is 0.15, not 0.1499999…. */
export function scaledOfFloat(value: number, digits: number): bigint | undefined {
  return Number.isFinite(value) ? parseScaled(String(value), digits) : undefined;
}

function roundedShift(value: bigint, places: number): bigint {
  const divisor = 10n ** BigInt(places);
  return (2n * value + divisor) / (2n * divisor);
}
