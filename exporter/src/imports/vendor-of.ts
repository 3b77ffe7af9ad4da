import type { Found } from '../contract/imports.ts';
import { LABELS } from './labels.ts';
import { isLabel } from './fields.ts';
import { isHeading } from './layout.ts';
import { folded, quoted, type Row } from './text.ts';
import { hasLegalForm, isCommonWord, knownVendor, vendorSlug } from './vendors.ts';

/** Heads the customer's block: nothing under it names the vendor. */
const BILL_TO =
  /^(?:bill(?:ed)? to|invoice(?:d)? to|sold to|ship to|customer|client|buyer|recipient|attn|attention|prepared for|account (?:name|holder)|a l'attention de|titulaire|facture(?:r|e)? a|adresse(?:e)? a|adresse de facturation|adresse de livraison|destinataire)\b ?:?/;
/** Heads the vendor's block. */
const FROM =
  /^(?:from|seller|supplier|vendor|issued by|billed by|pay to|emetteur|vendeur|fournisseur|emise par)(?: ?:|$)/;
/** No vendor's name: a title, a date, an address, a figure. */
const NOT_A_NAME = /^(?:page|tax|vat|tva|siret|siren|tel|phone|e-?mail|iban|www)\b|\d{4}|[@$€£¥₹]/;

/**
 * The vendor from the head of the document: beside "Bill to" as Stripe prints it, under "From", or the first line that
 * ends in a legal form or is all of a known vendor's name. Never from the customer's block or a line of the table.
 */
export function vendorOf(rows: readonly Row[]): Found | null {
  const heading = rows.findIndex(isHeading);
  const head = rows.slice(0, heading === -1 ? 25 : heading);
  const block = head.findIndex((row) => row.cells.some(({ text }) => BILL_TO.test(folded(text))));
  const beside = head[block]?.cells[0];
  const row = head[block];
  if (row !== undefined && beside !== undefined && row.cells.length > 1 && isName(beside.text))
    return vendorFound(beside.text, row);
  const labelled = fromField(head);
  if (labelled !== null) return labelled;
  const above = head.slice(0, block === -1 ? undefined : block);
  for (const sure of [true, false]) {
    for (const one of above) {
      const cell = one.cells.find(
        ({ text }) => isName(text) && (sure ? knownVendor(text)?.whole === true : hasLegalForm(text)),
      );
      if (cell !== undefined) return lessSure(vendorFound(cell.text, one), block === -1);
    }
  }
  return null;
}

/** Under or beside "From", in its column. */
function fromField(head: readonly Row[]): Found | null {
  for (const [index, row] of head.entries()) {
    for (const [position, { text, x }] of row.cells.entries()) {
      const match = FROM.exec(folded(text));
      if (match === null) continue;
      const rest = text.slice(match[0].length).replace(/^[ :]+/, '');
      if (rest !== '') return isName(rest) ? vendorFound(rest, row) : null;
      const next = row.cells[position + 1];
      if (next !== undefined && !BILL_TO.test(folded(next.text)) && isName(next.text))
        return vendorFound(next.text, row);
      const below = head[index + 1]?.cells.find((cell) => Math.abs(cell.x - x) < 30);
      const belowRow = head[index + 1];
      return below !== undefined && belowRow !== undefined && isName(below.text)
        ? vendorFound(below.text, belowRow)
        : null;
    }
  }
  return null;
}

function isName(text: string): boolean {
  const plain = folded(text);
  const label = isLabel(text) || BILL_TO.test(plain) || FROM.test(plain);
  return !label && !LABELS.invoiceNumber.test(plain) && /[a-z]{2}/.test(plain) && !NOT_A_NAME.test(plain);
}

function vendorFound(name: string, row: Row): Found {
  return { value: name.slice(0, 120), found: quoted(row), confidence: nameConfidence(name) };
}

/** Sure is only the whole legal name of a known vendor. */
export function nameConfidence(name: string): Found['confidence'] {
  const known = knownVendor(name);
  return known?.whole === true && !isCommonWord(known, name) ? 'high' : 'medium';
}

/** Without a customer's block the name may be the customer's own. */
function lessSure(found: Found, unclear: boolean): Found {
  return unclear && found.confidence === 'high' ? { ...found, confidence: 'medium' } : found;
}

/** The provider in the ledger: surely only for a vendor's whole legal name, else a name made of the printed one. */
export function providerOf(vendor: Found | null): Found | null {
  if (vendor === null) return null;
  const known = knownVendor(vendor.value);
  if (known?.whole === true) return { value: known.provider, found: vendor.found, confidence: vendor.confidence };
  const value = vendorSlug(vendor.value);
  return value === undefined ? null : { value, found: vendor.found, confidence: 'low' };
}
