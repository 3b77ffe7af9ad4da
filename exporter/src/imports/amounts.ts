import { currencyDigits, isCurrency } from '../money/currency.ts';

const SIGNS: Readonly<Record<string, string>> = {
  US$: 'USD',
  $US: 'USD',
  CA$: 'CAD',
  $CA: 'CAD',
  A$: 'AUD',
  $AU: 'AUD',
  NZ$: 'NZD',
  HK$: 'HKD',
  S$: 'SGD',
  R$: 'BRL',
  '€': 'EUR',
  '£': 'GBP',
  '¥': 'JPY',
  '₹': 'INR',
  $: 'USD',
};
const SIGN = String.raw`US\$|\$US|CA\$|\$CA|A\$|\$AU|NZ\$|HK\$|S\$|R\$|[€£¥₹$]|\b[A-Z]{3}\b`;
const NUMBER = String.raw`\d{1,3}(?:[ ,.'’]\d{3})+(?:[.,]\d{1,12})?(?!\d)|\d{1,12}(?:[.,]\d{1,12})?(?!\d)`;
const BEFORE = String.raw`(?<open>\(?)(?<minus>-?) ?(?<before>${SIGN})? ?(?<inner>-?) ?`;
const AFTER = String.raw` ?(?<after>${SIGN})?(?<second> ?\b[A-Z]{3}\b)?(?<close>\)?)(?<trailing>-?)`;
const MONEY = new RegExp(String.raw`${BEFORE}(?<![\d.,])(?<number>${NUMBER})${AFTER}`, 'g');

export interface Money {
  /** Decimal string with the currency's decimals as printed. */
  readonly amount: string;
  /** NULL for a bare number. */
  readonly currency: string | null;
  /** False for `$` and `¥`, which several currencies use. */
  readonly explicit: boolean;
  readonly start: number;
  readonly end: number;
}

/** Every amount with a currency in `text`. A number that can be read in two ways is left out. */
export function moneyIn(text: string): Money[] {
  return [...text.matchAll(MONEY)].flatMap((match) => {
    const { before, after, second, number = '', open, close, minus, inner, trailing } = match.groups ?? {};
    const signs = [before, after, second?.trim()].flatMap((sign) => (sign ? (currencyOf(sign) ?? []) : []));
    if (signs.length === 0) return [];
    const best = signs.find(({ explicit }) => explicit) ?? signs[0];
    if (best === undefined) return [];
    const value = decimalOf(number, currencyDigits(best.code));
    if (value === undefined) return [];
    const negative = minus === '-' || inner === '-' || trailing === '-' || (open === '(' && close === ')');
    return [
      {
        amount: signed(value, negative),
        currency: best.code,
        explicit: best.explicit,
        start: match.index,
        end: match.index + match[0].length,
      },
    ];
  });
}

/** The one amount that is all of `text`; undefined for anything else. */
export function onlyMoney(text: string): Money | undefined {
  const [money, ...more] = moneyIn(text);
  if (money === undefined || more.length > 0) return undefined;
  return `${text.slice(0, money.start)}${text.slice(money.end)}`.trim() === '' ? money : undefined;
}

function currencyOf(sign: string): { code: string; explicit: boolean } | undefined {
  const code = SIGNS[sign] ?? sign;
  return isCurrency(code) ? { code, explicit: sign !== '$' && sign !== '¥' } : undefined;
}

/**
 * A printed number as a plain decimal: "1,234.56", "1 234,56", "1.234,56", "0.01344". The last separator is the decimal
 * one when the currency's number of digits follows; three digits after the only separator are thousands where the
 * currency has no three decimals. Undefined where both readings are possible or the groups are wrong.
 */
export function decimalOf(number: string, digits: number): string | undefined {
  const text = number.replaceAll(/[ '’]/g, ' ');
  const last = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','));
  if (last === -1) return whole(text);
  const tail = text.slice(last + 1);
  const separator = text[last] ?? '';
  const head = text.slice(0, last);
  const repeated = head.includes(separator);
  if (tail.length !== 3 || head.includes(separator === '.' ? ',' : '.') || head.includes(' ')) {
    if (repeated) return undefined;
    const left = whole(head);
    return left === undefined ? undefined : `${left}.${tail}`;
  }
  if (digits === 3 && !repeated) return undefined;
  return head.replace(/^0+/, '') === '' ? `0.${tail}` : whole(text);
}

/** Digits in groups of three, or plain; undefined for "12,34". */
function whole(text: string): string | undefined {
  if (!/^(?:\d+|\d{1,3}(?:([ ,.])\d{3})(?:\1\d{3})*)$/.test(text)) return undefined;
  return text.replaceAll(/[ ,.]/g, '').replace(/^0+(?=\d)/, '');
}

export function signed(amount: string, negative: boolean): string {
  const absolute = amount.replace(/^-/, '');
  return negative && /[1-9]/.test(absolute) ? `-${absolute}` : absolute;
}
