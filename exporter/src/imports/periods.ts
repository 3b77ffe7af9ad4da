import { addDays, addMonths, isDay } from '../money/days.ts';
import { folded } from './text.ts';

const MONTHS: readonly RegExp[] = [
  /^(jan|janv|january|janvier)$/,
  /^(feb|fev|fevr|february|fevrier)$/,
  /^(mar|mars|march)$/,
  /^(apr|avr|april|avril)$/,
  /^(may|mai)$/,
  /^(jun|june|juin)$/,
  /^(jul|july|juil|juill|juillet)$/,
  /^(aug|august|aout)$/,
  /^(sep|sept|september|septembre)$/,
  /^(oct|october|octobre)$/,
  /^(nov|november|novembre)$/,
  /^(dec|december|decembre)$/,
];
const NAME = String.raw`([a-z]{3,9})\.?`;
const DAY = String.raw`(\d{1,2})(?:er|st|nd|rd|th)?`;
const ISO = /\b(\d{4})-(\d{2})-(\d{2})\b/;
const MONTH_FIRST = new RegExp(String.raw`\b${NAME} ${DAY}, ?(\d{4})\b`);
const DAY_FIRST = new RegExp(String.raw`\b${DAY}[ -]${NAME},?[ -](\d{4})\b`);
/** 01.03.2026 has its day first, 2026/03/01 its year; 13/03/2026 can only be read in one way. */
const NUMERIC = /(?<![\d./-])(?:(\d{1,2})([./])(\d{1,2})\2(\d{4})|(\d{4})\/(\d{2})\/(\d{2}))(?![\d./-])/;

function monthOf(name: string): number | undefined {
  const index = MONTHS.findIndex((pattern) => pattern.test(name));
  return index === -1 ? undefined : index + 1;
}

function dayFrom(year: number, month: number | undefined, day: number): string | undefined {
  if (month === undefined) return undefined;
  const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  return isDay(text) ? text : undefined;
}

/**
 * The first date written out in English, French or ISO. Dates such as 03/04/2026 are left alone: they mean two days.
 */
export function dateIn(text: string): string | undefined {
  const plain = folded(text);
  const iso = ISO.exec(plain);
  if (iso && isDay(iso[0])) return iso[0];
  const monthFirst = MONTH_FIRST.exec(plain);
  const dayFirst = DAY_FIRST.exec(plain);
  const first = monthFirst
    ? dayFrom(Number(monthFirst[3]), monthOf(monthFirst[1] ?? ''), Number(monthFirst[2]))
    : undefined;
  const second = dayFirst ? dayFrom(Number(dayFirst[3]), monthOf(dayFirst[2] ?? ''), Number(dayFirst[1])) : undefined;
  if (first !== undefined && second !== undefined)
    return (monthFirst?.index ?? 0) <= (dayFirst?.index ?? 0) ? first : second;
  return first ?? second ?? numericDay(plain);
}

function numericDay(plain: string): string | undefined {
  const match = NUMERIC.exec(plain);
  if (match === null) return undefined;
  const [, one, mark, two, year, isoYear, isoMonth, isoDay] = match;
  if (isoYear !== undefined) return dayFrom(Number(isoYear), Number(isoMonth), Number(isoDay));
  if (mark === '.' || Number(one) > 12) return dayFrom(Number(year), Number(two), Number(one));
  // 03/03/2026 is one day whichever comes first.
  return Number(two) > 12 || Number(one) === Number(two) ? dayFrom(Number(year), Number(one), Number(two)) : undefined;
}

export interface ReadPeriod {
  readonly start: string;
  /** Exclusive. */
  readonly end: string;
  readonly note: 'boundary' | 'inclusive' | 'dash_lost';
}

const DASH = String.raw`(?: ?[–-] ?| to | through | thru | until | au | a | (?=\S))`;
const EN_SHORT = new RegExp(String.raw`^${NAME} ${DAY}(?:, ?(\d{4}))?${DASH}(?:${NAME} )?${DAY}, ?(\d{4})$`);
const FR_SHORT = new RegExp(String.raw`^(?:du )?${DAY}(?: ${NAME})?(?:,? (\d{4}))?${DASH}${DAY} ${NAME},? (\d{4})$`);
const MONTH_YEAR = new RegExp(String.raw`^(?:(?:month of|mois de|for|en) )?${NAME},? (\d{4})$`);
const DOTTED = String.raw`(\d{1,2})[./](\d{1,2})[./](\d{4})`;
const DOTTED_BOTH = new RegExp(
  String.raw`^(?:du )?${DOTTED}(?: ?[–-] ?| to | through | thru | until | au | a )${DOTTED}$`,
);
const ISO_BOTH = /^(\d{4}-\d{2}-\d{2})(?: ?– ?| - | to | through | thru | until | au | )(\d{4}-\d{2}-\d{2})$/;

/**
 * A billing period that is all of `text`: "Oct 9 – Nov 9, 2026", "9 oct. – 9 nov. 2026", also with the dash lost.
 * Stripe prints the day on which the next period begins, so the printed end is already exclusive ("Oct 9 – Nov 9" is
 * followed by "Nov 9 – Dec 9"). Only where the day after the printed end completes whole months ("Mar 1 – Mar 31",
 * and a single day) is the end taken as inclusive.
 */
export function periodIn(text: string): ReadPeriod | undefined {
  const plain = folded(text)
    .replace(/^(?:period|periode|billing period|periode de facturation) ?:? /, '')
    .replace(/^\((.*)\)$/, '$1');
  const days = isoPeriod(plain) ?? dottedPeriod(plain) ?? englishPeriod(plain) ?? frenchPeriod(plain);
  if (days === undefined || days.end < days.start) return undefined;
  const inclusive =
    days.end === days.start || (!wholeMonths(days.start, days.end) && wholeMonths(days.start, addDays(days.end, 1)));
  const dashLost = !/[–-]| to | through | thru | until | au | a /.test(plain.replaceAll(/\d{4}-\d{2}-\d{2}/g, ''));
  if (inclusive) return { start: days.start, end: addDays(days.end, 1), note: 'inclusive' };
  return { ...days, note: dashLost ? 'dash_lost' : 'boundary' };
}

interface Days {
  readonly start: string;
  readonly end: string;
}

function isoPeriod(plain: string): Days | undefined {
  const [, start = '', end = ''] = ISO_BOTH.exec(plain) ?? [];
  return isDay(start) && isDay(end) ? { start, end } : undefined;
}

/** Day before month, as 01.11.2026; with slashes whichever order is the only one possible for both days. */
function dottedPeriod(plain: string): Days | undefined {
  const parts = DOTTED_BOTH.exec(plain);
  if (parts === null) return undefined;
  const [day = 0, month = 0, year = 0, lastDay = 0, lastMonth = 0, lastYear = 0] = parts.slice(1).map(Number);
  const dayFirst = periodOfDays(dayFrom(year, month, day), dayFrom(lastYear, lastMonth, lastDay));
  if (!plain.includes('/')) return dayFirst;
  const monthFirst = periodOfDays(dayFrom(year, day, month), dayFrom(lastYear, lastDay, lastMonth));
  return dayFirst !== undefined && monthFirst !== undefined ? undefined : (dayFirst ?? monthFirst);
}

function periodOfDays(start: string | undefined, end: string | undefined): Days | undefined {
  return start === undefined || end === undefined ? undefined : { start, end };
}

/** What a field "Billing period" says: two days, or the name of a month. */
export function periodOfLabel(text: string): ReadPeriod | undefined {
  const days = periodIn(text);
  if (days !== undefined) return days;
  const [, name = '', year = ''] = MONTH_YEAR.exec(folded(text).trim()) ?? [];
  const start = dayFrom(Number(year), monthOf(name), 1);
  return start === undefined ? undefined : { start, end: addMonths(start, 1), note: 'inclusive' };
}

/** "Final invoice for the February 2026 billing period". */
const INVOICE_OF_MONTH = new RegExp(
  String.raw`\b(?:invoice|bill|facture|releve d'usage) (?:for|of|de|du|pour) (?:the |le )?(?:month of |mois de |mois d')?${NAME},? (\d{4})\b`,
);

/** The month that a title names; undefined where it names none. */
export function monthOfTitle(text: string): ReadPeriod | undefined {
  const [, name = '', year = ''] = INVOICE_OF_MONTH.exec(folded(text)) ?? [];
  return name === '' ? undefined : periodOfLabel(`${name} ${year}`);
}

function englishPeriod(plain: string): Days | undefined {
  const match = EN_SHORT.exec(plain);
  if (!match) return undefined;
  const [, from = '', fromDay, fromYear, until = from, untilDay, untilYear] = match;
  return daysOfParts([from, fromDay, fromYear], [until, untilDay, untilYear]);
}

function frenchPeriod(plain: string): Days | undefined {
  const match = FR_SHORT.exec(plain);
  if (!match) return undefined;
  const [, fromDay, from, fromYear, untilDay, until = '', untilYear] = match;
  return daysOfParts([from ?? until, fromDay, fromYear], [until, untilDay, untilYear]);
}

type Parts = readonly [month: string, day: string | undefined, year: string | undefined];

/** The year stands at the end only: "Dec 15 – Jan 15, 2026" began the year before. */
function daysOfParts([from, fromDay, fromYear]: Parts, [until, untilDay, untilYear]: Parts): Days | undefined {
  const end = dayFrom(Number(untilYear), monthOf(until), Number(untilDay));
  if (end === undefined) return undefined;
  const sameYear = dayFrom(Number(fromYear ?? untilYear), monthOf(from), Number(fromDay));
  const start =
    fromYear === undefined && sameYear !== undefined && sameYear > end
      ? dayFrom(Number(untilYear) - 1, monthOf(from), Number(fromDay))
      : sameYear;
  return start === undefined ? undefined : { start, end };
}

/** Whether `end` is the same day of a later month, or that month's last day where it is shorter. */
export function wholeMonths(start: string, end: string): boolean {
  if (end.slice(0, 7) <= start.slice(0, 7)) return false;
  const lastOfMonth = addDays(addMonths(end, 1), -1);
  return end.slice(8) === start.slice(8) || (end === lastOfMonth && start.slice(8) > end.slice(8));
}
