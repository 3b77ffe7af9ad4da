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
  /[ ,]+(?:inc|llc|ltd|limited|pte|pty|gmbh|ag|sas|sasu|sarl|sa|bv|b\.v|nv|pbc|corp|corporation|co|oy|ab|srl|spa|plc|company)\.?$/;

export function knownProvider(text: string): string | undefined {
  const plain = folded(text);
  return KNOWN.find(([pattern]) => pattern.test(plain))?.[1];
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
