import { titleOf } from '../../contract/vendors.ts';
import { addDays } from '../../money/days.ts';
import type { Language } from './language.ts';

export interface Formats {
  /** An amount in USD, of any length, to the cent; the same word everywhere where it is not known. */
  usd(amount: string | null): string;
  /** With its sign, for a difference. */
  signedUsd(amount: string | null): string;
  /** A share: 0.25 is 25 %. */
  percent(ratio: number | null): string;
  count(value: number | null): string;
  /** `2026-03` → "March 2026". */
  month(month: string): string;
  shortMonth(month: string): string;
  /** A day of the calendar. */
  day(day: string): string;
  /** ISO time → day and minute in UTC. */
  time(iso: string): string;
  /** Both days included. */
  period(from: string, to: string): string;
  provider(name: string): string;
}

const UNKNOWN: Readonly<Record<Language, string>> = { en: 'not known', fr: 'inconnu' };
const LOCALES: Readonly<Record<Language, string>> = { en: 'en-US', fr: 'fr-FR' };

const formats = new Map<Language, Formats>();

export function formatsOf(language: Language): Formats {
  const known = formats.get(language) ?? create(language);
  formats.set(language, known);
  return known;
}

function create(language: Language): Formats {
  const locale = LOCALES[language];
  const unknown = UNKNOWN[language];
  const money = { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' } as const;
  const usd = new Intl.NumberFormat(locale, money);
  const signed = new Intl.NumberFormat(locale, { ...money, signDisplay: 'exceptZero' });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const count = new Intl.NumberFormat(locale);
  const dates = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
  const month = dates({ month: 'long', year: 'numeric' });
  const shortMonth = dates({ month: 'short', year: '2-digit' });
  const day = dates({ day: 'numeric', month: 'long', year: 'numeric' });
  const time = dates({ day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' });
  const at = (text: string): Date => new Date(`${text}T00:00:00Z`);
  return {
    usd: (amount) => (amount === null ? unknown : usd.format(decimal(amount))),
    signedUsd: (amount) => (amount === null ? unknown : signed.format(decimal(amount))),
    percent: (ratio) => (ratio === null ? unknown : percent.format(ratio)),
    count: (value) => (value === null ? unknown : count.format(value)),
    month: (text) => month.format(at(`${text}-01`)),
    shortMonth: (text) => shortMonth.format(at(`${text}-01`)),
    day: (text) => day.format(at(text)),
    time: (iso) => `${time.format(new Date(iso))} UTC`,
    period: (from, to) => day.formatRange(at(from), at(addDays(to, -1))),
    provider: titleOf,
  };
}

/** Intl formats decimal text exactly, without a float in between. */
function decimal(amount: string): Intl.StringNumericLiteral {
  if (!isDecimal(amount)) throw new RangeError('not a decimal amount');
  return amount;
}

function isDecimal(amount: string): amount is Intl.StringNumericLiteral {
  return /^-?\d+(\.\d+)?$/.test(amount);
}
