import { documentTitleOf } from './document-type.ts';
import { numberField } from './fields.ts';
import { isHeading, totalRows } from './layout.ts';
import { comparable } from './merge-documents.ts';
import { folded, type Row } from './text.ts';
import { vendorOf } from './vendor-of.ts';

/** Rows of a page's head where it has no table. */
const HEAD_ROWS = 25;

/**
 * The documents of a PDF that holds several, by their pages: one begins where a page has a title, a total, and another
 * invoice number or vendor than the pages before, which have a total too. Anything else continues the one before.
 */
export function splitPages(rows: readonly Row[]): readonly (readonly Row[])[] {
  const documents: Row[][] = [];
  for (const page of Map.groupBy(rows, ({ place }) => place).values()) {
    const current = documents.at(-1);
    if (current === undefined || beginsDocument(page, current)) documents.push([...page]);
    else current.push(...page);
  }
  return documents;
}

function beginsDocument(page: readonly Row[], before: readonly Row[]): boolean {
  if (documentTitleOf(page) === undefined || !hasTotal(page) || !hasTotal(before)) return false;
  const [number, other] = [numberOf(page), numberOf(before)];
  if (number !== undefined && other !== undefined && number !== other) return true;
  const [vendor, earlier] = [vendorOf(page)?.value, vendorOf(before)?.value];
  return vendor !== undefined && earlier !== undefined && folded(vendor) !== folded(earlier);
}

function hasTotal(rows: readonly Row[]): boolean {
  return totalRows(rows).some(({ label }) => ['total', 'grandTotal', 'amountDue', 'amountPaid'].includes(label));
}

function numberOf(rows: readonly Row[]): string | undefined {
  const heading = rows.findIndex(isHeading);
  const found = numberField(rows.slice(0, heading === -1 ? HEAD_ROWS : heading), 'invoiceNumber');
  return found === null ? undefined : comparable(found.value);
}
