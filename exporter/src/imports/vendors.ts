import { PROVIDERS } from '../contract/providers.ts';
import { VENDORS } from '../contract/vendors.ts';
import { folded } from './text.ts';

/** Vendors by what their invoices print, and the provider they are in the ledger. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  ...Object.entries<Printed>(PROVIDERS),
  ...Object.entries(VENDORS),
].flatMap(([name, { printed }]) => (printed === null ? [] : [[printed, name] as const]));
interface Printed {
  readonly printed: RegExp | null;
}
const LEGAL_FORM =
  /[ ,]+(?:inc|incorporated|llc|l\.l\.c|ltd|limited|pte|pvt|pty|gmbh|ag|ug|kg|sas|s\.a\.s|sasu|sarl|s\.a\.r\.l|eurl|sa|s\.a|se|bv|b\.v|nv|n\.v|pbc|corp|corporation|co|oy|oyj|ab|aps|as|srl|s\.r\.l|spa|s\.p\.a|plc|lp|llp|wll|fze|kft|sp\. z o\.o|company|designated activity company|dac)\.?$/;
/** Of the same vendor in another country, or how it trades: "OpenAI Ireland Limited", "OpenAI OpCo, LLC". */
const BRANCH =
  /[ ,]+(?:ai|opco|online|emea|europe|international|global|ireland|france|germany|deutschland|uk|usa?|singapore|netherlands|india|canada|australia|japan|labs|hq)$/;

export interface KnownVendor {
  readonly provider: string;
  /** The text is the vendor's name and nothing else; "Mistral Windows & Doors" only contains one. */
  readonly whole: boolean;
}

/** Names that are words of a language, and what their vendor's legal name has besides. */
const COMMON_WORDS: Readonly<Record<string, RegExp>> = { mistral: /\bmistral ai\b/, sentry: /\bfunctional software\b/ };

/** Whether a whole name may still be another company's: "Mistral SARL" sells windows somewhere. */
export function isCommonWord({ provider }: KnownVendor, text: string): boolean {
  return COMMON_WORDS[provider]?.test(folded(text)) === false;
}

/** A vendor whose name stands in `text`; undefined where none does. */
export function knownVendor(text: string): KnownVendor | undefined {
  const plain = folded(text).trim();
  const provider = KNOWN.find(([pattern]) => pattern.test(plain))?.[1];
  if (provider === undefined) return undefined;
  const whole = plain.split(/ (?:dba|d\/b\/a|t\/a|trading as) /).some((name) => wholeNames(name).includes(provider));
  return { provider, whole };
}

/** The vendors that a name is, with or without its legal form and its branch. */
function wholeNames(name: string): string[] {
  const variants = new Set<string>();
  for (let rest = name, shorter = ''; rest !== shorter;) {
    variants.add(rest.replace(/[,.]+$/, ''));
    shorter = rest;
    rest = rest.replace(LEGAL_FORM, '');
    if (rest === shorter) rest = rest.replace(BRANCH, '');
  }
  return KNOWN.flatMap(([pattern, provider]) =>
    [...variants].some((variant) => pattern.exec(variant)?.[0] === variant) ? [provider] : [],
  );
}

export function hasLegalForm(text: string): boolean {
  return LEGAL_FORM.test(folded(text).trim());
}

/** A short name for a vendor that is not known: "Acme Widgets, Inc." becomes `acme-widgets`. */
export function vendorSlug(vendor: string): string | undefined {
  let plain = folded(vendor).trim();
  while (LEGAL_FORM.test(plain)) plain = plain.replace(LEGAL_FORM, '');
  const slug = plain
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return slug === '' ? undefined : slug;
}
