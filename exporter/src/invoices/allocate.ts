import { currencyDigits } from '../money/currency.ts';
import { centsToMicros, microsToCents, parseMicros, type Micros } from '../money/micros.ts';
import { daysOf } from '../money/days.ts';
import { spreadCentsOverDays, spreadEvenly } from '../money/allocation.ts';
import type { Adjustment } from './invoice.ts';

/** What one invoice means for one day. */
export interface DayShare {
  readonly day: string;
  /** NULL where the invoice has no rate to USD. */
  readonly usd: Micros | null;
  readonly native: Micros;
}

/** What the spreading needs of an adjustment. */
export type Spreadable = Pick<Adjustment, 'periodStart' | 'periodEnd' | 'amount' | 'amountUsd' | 'currency'>;

/**
 * An invoice by day: USD cents and native minor units each by cumulative rounding, so that the days sum to the
 * invoice exactly in both currencies.
 */
export function sharesByDay(invoice: Spreadable): DayShare[] {
  const { periodStart, periodEnd } = invoice;
  const days = daysOf(periodStart, periodEnd);
  const usd =
    invoice.amountUsd === null
      ? null
      : spreadCentsOverDays(microsToCents(parseMicros(invoice.amountUsd)), periodStart, periodEnd);
  const minorUnit = 10n ** BigInt(6 - currencyDigits(invoice.currency));
  const native = spreadEvenly(parseMicros(invoice.amount) / minorUnit, days.length);
  return days.map((day, index) => ({ day, usd: usd?.get(day) ?? null, native: (native[index] ?? 0n) * minorUnit }));
}

/** USD cents as micro-units: where an exact amount is rounded to what an invoice can state. */
export function roundedToCents(amount: Micros): Micros {
  return centsToMicros(microsToCents(amount));
}
