import { isCurrency } from '../money/currency.ts';

/** What stands beside an amount: the code where it is certain, null where several currencies print the same. */
export interface Sign {
  readonly code: string | null;
  /** False for `$` and `¥`, which several currencies use. */
  readonly explicit: boolean;
}

const DOLLAR_PREFIXES: Readonly<Record<string, string>> = {
  US: 'USD',
  CA: 'CAD',
  C: 'CAD',
  CDN: 'CAD',
  A: 'AUD',
  AU: 'AUD',
  NZ: 'NZD',
  HK: 'HKD',
  S: 'SGD',
  SG: 'SGD',
  MX: 'MXN',
  Mex: 'MXN',
  NT: 'TWD',
  TW: 'TWD',
  CL: 'CLP',
  COL: 'COP',
  AR: 'ARS',
  J: 'JMD',
  TT: 'TTD',
  RD: 'DOP',
  FJ: 'FJD',
  EC: 'XCD',
  R: 'BRL',
};
/** As French prints them, after the amount. */
const DOLLAR_SUFFIXES = ['US', 'CA', 'AU', 'NZ', 'HK', 'SG', 'MX'] as const;

const SYMBOLS: Readonly<Record<string, string | null>> = {
  '€': 'EUR',
  '£': 'GBP',
  '₹': 'INR',
  '₩': 'KRW',
  '₽': 'RUB',
  '₺': 'TRY',
  '₪': 'ILS',
  '₫': 'VND',
  '฿': 'THB',
  '₴': 'UAH',
  '₦': 'NGN',
  '₱': 'PHP',
  '₸': 'KZT',
  円: 'JPY',
  元: 'CNY',
  'JP¥': 'JPY',
  'CN¥': 'CNY',
  RMB: 'CNY',
  zł: 'PLN',
  Kč: 'CZK',
  U$S: 'USD',
  'Rs.': null,
  Rs: null,
  kr: null,
};

const DOLLARS: ReadonlySet<string> = new Set([
  ...Object.values(DOLLAR_PREFIXES).filter((code) => code !== 'BRL'),
  ...['BBD', 'BMD', 'BND', 'BSD', 'BZD', 'GYD', 'KYD', 'LRD', 'NAD', 'SBD', 'SRD', 'UYU'],
]);
/** Not money: test codes, metals, and units of account. */
const NOT_MONEY = /^X(?:XX|TS|AU|AG|PT|PD|UA|BA|BB|BC|BD|DR|SU)$/;
/** Codes that are words in a sentence in capitals: "TRY 14 DAYS". */
export const WORDS: ReadonlySet<string> = new Set(['TRY', 'ALL', 'TOP', 'CUP', 'PEN', 'MAD', 'MOP', 'SOS', 'BOB']);

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
const longestFirst = (a: string, b: string): number => b.length - a.length;
/** A regular expression's source: any sign that may stand beside an amount. */
export const SIGN = [
  String.raw`(?<![A-Za-z])[A-Z]{3}\$`,
  ...Object.keys(DOLLAR_PREFIXES)
    .toSorted(longestFirst)
    .map((prefix) => String.raw`(?<![A-Za-z])${prefix}\$`),
  ...DOLLAR_SUFFIXES.map((suffix) => String.raw`\$${suffix}(?![A-Za-z])`),
  ...Object.keys(SYMBOLS)
    .toSorted(longestFirst)
    .map((symbol) => (/^[A-Za-z]/.test(symbol) ? `(?<![A-Za-z])${escaped(symbol)}(?![A-Za-zčł])` : escaped(symbol))),
  String.raw`[$¥]`,
  String.raw`(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])`,
].join('|');

/** Undefined for three capitals that are not a currency. */
export function signOf(text: string): Sign | undefined {
  if (text === '$') return { code: 'USD', explicit: false };
  if (text === '¥') return { code: 'JPY', explicit: false };
  if (Object.hasOwn(SYMBOLS, text)) return { code: SYMBOLS[text] ?? null, explicit: true };
  const letters = text.replace('$', '');
  const prefixed = letters === text ? undefined : DOLLAR_PREFIXES[letters];
  if (prefixed !== undefined) return { code: prefixed, explicit: true };
  return isCurrency(letters) && !NOT_MONEY.test(letters) ? { code: letters, explicit: true } : undefined;
}

/**
 * One currency for all signs of an amount: a code refines `$` only if it is a dollar and `¥` only if it is a yen or a
 * yuan. Null where they contradict each other or none is certain.
 */
export function agreedCurrency(signs: readonly Sign[]): { code: string | null; explicit: boolean; conflict: boolean } {
  const explicit = new Set(signs.filter((sign) => sign.explicit).map(({ code }) => code));
  const [code = null, ...others] = explicit;
  const vague = signs.find((sign) => !sign.explicit)?.code ?? null;
  if (others.length > 0) return { code: null, explicit: false, conflict: true };
  if (explicit.size === 0) return { code: vague, explicit: false, conflict: false };
  if (code !== null && vague !== null && !refines(code, vague)) return { code: null, explicit: false, conflict: true };
  return { code, explicit: code !== null, conflict: false };
}

/** Whether `code` may be what a bare `$` (USD) or `¥` (JPY) stands for. */
export function refines(code: string, vague: string): boolean {
  return vague === 'USD' ? DOLLARS.has(code) : code === 'JPY' || code === 'CNY';
}
