import { config } from '@grafana/runtime';
import { titleOf } from '../../../exporter/src/contract/vendors.ts';
import { addDays } from './days.ts';

/** The language that the user chose in Grafana. */
const language = (): string => config.bootData.user.language || navigator.language;

/** "$1,234.50" or "1 234,50 $US": text only; nothing is computed with it. */
export function money(amount: string | null, currency = 'USD'): string {
  if (amount === null) return '–';
  try {
    return new Intl.NumberFormat(language(), { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).format(
      Number(amount),
    );
  } catch {
    return `${amount} ${currency}`;
  }
}

/** `2026-03` as "March 2026". */
export function monthName(month: string): string {
  return new Intl.DateTimeFormat(language(), { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  );
}

export function dayName(day: string): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );
}

/** "Jul 9, 2026 – Aug 8, 2026": the days of `[from, to)`. */
export const daysName = (from: string, to: string): string => `${dayName(from)} – ${dayName(addDays(to, -1))}`;

export function timeName(time: string): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(time));
}

/** A provider's display name; other vendors as they were entered. */
export const providerName = titleOf;

/** A whole number with the separators of the user's language. */
export const count = (value: number): string => new Intl.NumberFormat(language()).format(value);
