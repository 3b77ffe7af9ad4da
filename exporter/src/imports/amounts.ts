import { currencyDigits } from '../money/currency.ts';
import { agreedCurrency, SIGN, signOf, WORDS, type Sign } from './currency-signs.ts';
import { decimalOf, NUMBER_RUN } from './numbers.ts';

export { decimalOf } from './numbers.ts';

/** What may stand directly before and after a number, up to these many characters. */
const REACH = 16;
const BEFORE = new RegExp(
  String.raw`(?<open>\()?(?<minus>[-–+])? ?(?:(?<code>(?<![A-Za-z])[A-Z]{2,3}) (?=[$€£¥₹]))?(?<sign>${SIGN})?(?<space> )?(?<late>\()?(?<inner>[-–])? ?$`,
  'u',
);
const AFTER = new RegExp(
  String.raw`^(?<space> )?(?<sign>${SIGN})?(?: ?(?<second>${SIGN}))?(?<close> ?\))?(?: ?(?<third>${SIGN})| ?\((?<bracketed>[A-Z]{3})\))?` +
    String.raw`(?<trailing>[-–](?![\p{L}\p{N}])| ?(?:CR|Cr|DR|Dr)\b)?`,
  'u',
);
/** "$19.00 USD*". */
const FOOTNOTE = / ?[*†‡]{1,3}$/;
/** Capital words that stand before a code on a totals row. */
const LABEL_WORD = /\b(?:TOTAL|SUBTOTAL|DUE|PAID|PAYABLE|AMOUNT|BALANCE|TTC|HT|TAX|VAT|TVA|GST) $/;

export interface Money {
  /** Decimal string with the currency's decimals as printed. */
  readonly amount: string;
  /** Null for a bare number, an unknown sign, or signs that contradict each other. */
  readonly currency: string | null;
  /** False for `$` and `¥`, which several currencies use. */
  readonly explicit: boolean;
  /** The signs contradict each other: "$5.00 EUR". */
  readonly conflict: boolean;
  readonly start: number;
  readonly end: number;
}

/** Every amount with a currency in `text`. A number that can be read in two ways is left out. */
export function moneyIn(text: string): Money[] {
  return [...text.matchAll(NUMBER_RUN)].flatMap((match) => {
    const part = surroundings(text, match.index, match.index + match[0].length);
    if (part === undefined || part.signs.length === 0) return [];
    const { code, explicit, conflict } = agreedCurrency(part.signs);
    const value = decimalOf(match[0], code === null ? 2 : currencyDigits(code), part.before);
    if (value === undefined) return [];
    const { start, end } = part;
    return [{ amount: signed(value, part.negative), currency: code, explicit, conflict, start, end }];
  });
}

/** The one amount that is all of `text`; undefined for anything else. */
export function onlyMoney(text: string): Money | undefined {
  const [money, ...more] = moneyIn(text);
  if (money === undefined || more.length > 0) return undefined;
  return `${text.slice(0, money.start)}${text.slice(money.end)}`.trim() === '' ? money : undefined;
}

/** A number with two decimals and no currency that is all of `text`, as tables print that name the currency above. */
export function bareAmount(text: string): Money | undefined {
  const [match, ...more] = text.matchAll(NUMBER_RUN);
  if (match === undefined || more.length > 0) return undefined;
  const part = surroundings(text, match.index, match.index + match[0].length);
  const value = decimalOf(match[0], 2);
  if (part === undefined || part.signs.length > 0 || value === undefined || !/\.\d{2}$/.test(value)) return undefined;
  if (`${text.slice(0, part.start)}${text.slice(part.end)}`.trim() !== '') return undefined;
  const { start, end } = part;
  return { amount: signed(value, part.negative), currency: null, explicit: false, conflict: false, start, end };
}

/** An amount, with or without its currency, that is all of `text`. */
export function cellAmount(text: string): Money | undefined {
  const plain = text.replace(FOOTNOTE, '');
  return onlyMoney(plain) ?? bareAmount(plain);
}

interface Surroundings {
  readonly signs: readonly Sign[];
  readonly before: boolean;
  readonly negative: boolean;
  readonly start: number;
  readonly end: number;
}

/** Undefined where the number is a piece of something else: a word, a date, a percentage. */
function surroundings(text: string, from: number, to: number): Surroundings | undefined {
  const left = text.slice(Math.max(0, from - REACH), from);
  const right = text.slice(to, to + REACH);
  const before = BEFORE.exec(left);
  const after = AFTER.exec(right);
  if (before === null || after === null) return undefined;
  const { open, minus, code, sign: first, space, late, inner } = before.groups ?? {};
  const { space: gap, sign: next, second, close, third, bracketed, trailing } = after.groups ?? {};
  const begin = from - left.length + before.index;
  const letters = first === '$' ? (/\p{L}+$/u.exec(text.slice(Math.max(0, begin - 6), begin))?.[0].length ?? 0) : 0;
  const unknownDollar = letters > 0;
  const start = begin - letters;
  const previous = text[start - 1] ?? ' ';
  const joined = !before[0].startsWith(' ');
  if (joined && !/[\s(:;=|"“”«»[•]/.test(previous)) return undefined;
  if (minus === '–' && start > 0 && !/[\s(]/.test(previous)) return undefined;
  // A sign between two numbers belongs to the one that it touches, and to neither where it touches both or none.
  const ownsNext = next !== undefined && !belongsToNext(right.slice(after[0].length), gap, second ?? third);
  const ownsFirst = first !== undefined && !belongsToPrevious(text.slice(0, start), space);
  const end = to + (ownsNext || next === undefined ? after[0].length : 0);
  if (/^ ?%|^[\p{L}\p{N}_]|^[-–][\p{L}\p{N}]/u.test(text.slice(end, end + 2))) return undefined;
  const names = [
    ...(ownsFirst && !isWordBefore(text.slice(0, start), text.slice(to), first) ? [first] : []),
    ...(ownsNext ? [next, second, third].filter((one) => one !== undefined && !isWordAfter(text.slice(end))) : [third]),
  ].flatMap((name) => name ?? []);
  // "USD $5.00" and "US $5.00" name the dollar twice.
  const named = [code === 'US' ? 'USD' : code, bracketed].filter((name) => name !== undefined);
  const signs = [...names, ...named].flatMap((name) => signOf(name) ?? []);
  const inBrackets = (open !== undefined || late !== undefined) && close !== undefined;
  const credit = /^ ?c/i.test(trailing ?? '');
  const dash = minus === '-' || minus === '–' || inner !== undefined || /^[-–]/.test(trailing ?? '');
  return {
    signs: unknownDollar ? [{ code: null, explicit: true }] : signs,
    before: ownsFirst,
    negative: inBrackets || credit || dash,
    start,
    end,
  };
}

function belongsToNext(rest: string, gap: string | undefined, more: string | undefined): boolean {
  return more === undefined && (/^[-(]?\d/.test(rest) || (gap !== undefined && /^ ?[-(]?\d/.test(rest)));
}

function belongsToPrevious(text: string, space: string | undefined): boolean {
  return space !== undefined && /\d ?$/.test(text);
}

/** "FREE: TRY 14 days": a word, not the lira. */
function isWordBefore(before: string, after: string, sign: string): boolean {
  if (!WORDS.has(sign)) return false;
  return (/[A-Z]{2,} $/.test(before) && !LABEL_WORD.test(before)) || /^ (?!due|paid|dus?\b|paye)[A-Za-z]/.test(after);
}

function isWordAfter(rest: string): boolean {
  return /^ [A-Z]{2,}\b/.test(rest) && !/^ (?:TTC|HT|DUE|PAID)\b/.test(rest);
}

export function signed(amount: string, negative: boolean): string {
  const absolute = amount.replace(/^-/, '');
  return negative && /[1-9]/.test(absolute) ? `-${absolute}` : absolute;
}
