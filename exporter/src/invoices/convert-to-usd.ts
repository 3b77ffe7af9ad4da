import { formatMicros, parseMicros } from '../money/micros.ts';
import { convert, loadFxRates, rateOn, type FxRate } from '../ledger/fx-rates.ts';
import type { Queryable } from '../database/queryable.ts';
import { roundedToCents } from './allocate.ts';
import type { InvoiceStatement } from './invoice.ts';
import { refuseInvalid } from './refusal.ts';

/** The rate and the USD amount that are stored with an invoice, and never restated. */
export interface Converted {
  readonly fxRate: string | null;
  readonly amountUsd: string | null;
}

/** More than this is a mistyped rate. */
const MAX_USD = parseMicros('999999999.99');

type Foreign = Pick<InvoiceStatement, 'amount' | 'currency' | 'fxRate' | 'billingDate'>;

/** The stored rates that these statements may need. */
export async function ratesFor(
  db: Queryable,
  statements: readonly Pick<Foreign, 'currency' | 'fxRate'>[],
): Promise<readonly FxRate[]> {
  const currencies = statements.flatMap(({ currency, fxRate }) =>
    currency === 'USD' || fxRate !== null ? [] : [currency],
  );
  return currencies.length === 0 ? [] : loadFxRates(db, [...new Set(currencies)]);
}

/** Converts at the given rate, else at the one stored for the billing date; without either, both fields are null. */
export function convertToUsd(rates: readonly FxRate[], { amount, currency, fxRate, billingDate }: Foreign): Converted {
  if (currency === 'USD') return { fxRate: null, amountUsd: formatMicros(parseMicros(amount)) };
  const rate = fxRate ?? rateOn(rates, currency, billingDate) ?? null;
  if (rate === null) return { fxRate: null, amountUsd: null };
  const usd = roundedToCents(convert(parseMicros(amount), rate));
  if (usd > MAX_USD || usd < -MAX_USD)
    throw refuseInvalid([
      {
        field: 'fxRate',
        message: `makes ${formatMicros(usd)} USD of ${amount} ${currency}: it must be USD for one ${currency}`,
      },
    ]);
  return { fxRate: rate, amountUsd: formatMicros(usd) };
}
