import { formatMicros } from '../../money/micros.ts';
import { minorToMicros } from '../../money/minor-units.ts';

/** An amount in minor units of its currency. */
export interface NativeAmount {
  readonly minor: bigint;
  readonly currency: string;
}

/** "90.00 USD, 12.345 KWD": the sum of each currency. */
export function describeAmounts(amounts: readonly NativeAmount[]): string {
  const byCurrency = [...Map.groupBy(amounts, ({ currency }) => currency)].sort(([a], [b]) => (a < b ? -1 : 1));
  return byCurrency
    .map(([currency, parts]) => {
      const minor = parts.reduce((sum, part) => sum + part.minor, 0n);
      return `${readable(formatMicros(minorToMicros(minor, currency)))} ${currency}`;
    })
    .join(', ');
}

/** Micros without the zeros that no currency has. */
function readable(decimal: string): string {
  return decimal.replace(/(\.\d\d\d*?)0+$/, '$1');
}
