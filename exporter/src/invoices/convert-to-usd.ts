import { formatMicros, parseMicros } from '../money/micros.ts';
import { convert, loadFxRates, rateOn } from '../ledger/fx-rates.ts';
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

/** Converts at the given rate, else at the one stored for the billing date; without either, both fields are null. */
export async function convertToUsd(
  db: Queryable,
  { amount, currency, fxRate, billingDate }: Foreign,
): Promise<Converted> {
  if (currency === 'USD') return { fxRate: null, amountUsd: formatMicros(parseMicros(amount)) };
  const rate = fxRate ?? rateOn(await loadFxRates(db, [currency]), currency, billingDate) ?? null;
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
