import type { DocumentType, Found, ImportWarning, ReadDocument } from '../contract/imports.ts';
import { parseMicros } from '../money/micros.ts';
import type { ReadPart } from './billing-document.ts';
import { isCostless } from './document-type.ts';

/** An invoice says most, a mail's text least. */
const ORDER: readonly ReadDocument['type'][] = ['invoice', 'credit_note', 'receipt', 'mail'];

/** Numbers as they are compared: without hyphens and spaces, which extraction loses. */
export function comparable(number: string): string {
  return number.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
}

/**
 * Invoice, receipt and mail text of one payment of one provider become one document; two figures that differ are a
 * warning. Two vendors are never merged, nor are two invoices.
 */
export function mergeDocuments(parts: readonly ReadPart[]): { documents: ReadDocument[]; warnings: ImportWarning[] } {
  const sorted = parts.toSorted((a, b) => ORDER.indexOf(a.document.type) - ORDER.indexOf(b.document.type));
  const documents: ReadDocument[] = [];
  const warnings: ImportWarning[] = [];
  for (const { document: part, warnings: own } of sorted) {
    const matching = documents.flatMap((document, index) => (samePayment(document, part) ? [index] : []));
    // A text that could belong to two documents says nothing about either.
    const [index, other] = matching;
    const first = index === undefined || other !== undefined ? undefined : documents[index];
    if (first === undefined || index === undefined) documents.push(part);
    else {
      warnings.push(...differences(first, part));
      documents[index] = merged(first, part);
    }
    warnings.push(...own);
  }
  return {
    documents,
    warnings: [...new Map(warnings.map((warning) => [warning.code + warning.message, warning])).values()],
  };
}

/** A structured invoice with what the printed text of the same file adds; where they differ, the structure counts. */
export function completedBy(exact: ReadPart, printed: ReadPart): ReadPart {
  const [left, right] = [exact.document.total ?? exact.document.amountDue, printed.document.total];
  const differ = left !== null && right !== null && parseMicros(left.value) !== parseMicros(right.value);
  if (differ) return { ...exact, warnings: [...exact.warnings, ...differences(exact.document, printed.document)] };
  const { lines, linesMatchTotal, documentType } = printed.document;
  const joined = merged(exact.document, {
    ...printed.document,
    ...(linesMatchTotal === true ? { lines, linesMatchTotal } : { lines: [], linesMatchTotal: null }),
  });
  return {
    document: { ...joined, documentType: isCostless(documentType) ? documentType : joined.documentType },
    warnings: exact.warnings,
  };
}

function samePayment(a: ReadDocument, b: ReadDocument): boolean {
  if (!sameProvider(a, b)) return false;
  if ((a.type === 'credit_note') !== (b.type === 'credit_note') && a.type !== 'mail' && b.type !== 'mail') return false;
  if (a.invoiceNumber !== null && b.invoiceNumber !== null) return same(a.invoiceNumber, b.invoiceNumber);
  if (a.receiptNumber !== null && b.receiptNumber !== null) return same(a.receiptNumber, b.receiptNumber);
  // Only one of them is numbered: the same amount of an invoice and its receipt is the same payment.
  if (a.type === b.type && a.type !== 'mail') return false;
  const [left, right] = [a.total ?? a.amountPaid ?? a.amountDue, b.total ?? b.amountPaid ?? b.amountDue];
  return (
    left !== null &&
    right !== null &&
    parseMicros(left.value) === parseMicros(right.value) &&
    (a.currency?.value ?? b.currency?.value) === (b.currency?.value ?? a.currency?.value)
  );
}

/** The same provider; the text of a mail may name none. */
function sameProvider(a: ReadDocument, b: ReadDocument): boolean {
  if (a.provider !== null && b.provider !== null) return a.provider.value === b.provider.value;
  return a.type === 'mail' || b.type === 'mail';
}

function same(a: Found, b: Found): boolean {
  return comparable(a.value) === comparable(b.value);
}

function differences(a: ReadDocument, b: ReadDocument): ImportWarning[] {
  const [left, right] = [a.total ?? a.amountDue, b.total ?? b.amountPaid];
  if (left === null || right === null || parseMicros(left.value) === parseMicros(right.value)) return [];
  const message =
    `${a.parts.join(', ')} says ${left.value} and ${b.parts.join(', ')} says ${right.value} for the same payment: ` +
    'the first is proposed; compare with the original.';
  return [{ code: 'documents_differ', message }];
}

/** What ends a payment counts, wherever it stands; a reminder or a failed attempt leaves the invoice as it is. */
const ENDING: readonly DocumentType[] = ['void', 'refund'];

function merged(a: ReadDocument, b: ReadDocument): ReadDocument {
  return {
    ...a,
    documentType: ENDING.includes(b.documentType) ? b.documentType : a.documentType,
    parts: [...a.parts, ...b.parts],
    vendor: a.vendor ?? b.vendor,
    provider: a.provider ?? b.provider,
    invoiceNumber: surer(a.invoiceNumber, b.invoiceNumber),
    receiptNumber: surer(a.receiptNumber, b.receiptNumber),
    billingDate: a.billingDate ?? b.billingDate,
    currency: a.currency ?? b.currency,
    periodStart: a.periodStart ?? b.periodStart,
    periodEnd: a.periodEnd ?? b.periodEnd,
    subtotal: a.subtotal ?? b.subtotal,
    tax: a.tax ?? b.tax,
    total: a.total ?? b.total,
    amountDue: a.amountDue ?? b.amountDue,
    amountPaid: a.amountPaid ?? b.amountPaid,
    ...(a.lines.length === 0 ? { lines: b.lines, linesMatchTotal: b.linesMatchTotal } : {}),
  };
}

/** The second where it was read with more confidence: a number whose hyphen was lost in the first. */
function surer(a: Found | null, b: Found | null): Found | null {
  return a === null || (b !== null && b.confidence === 'high' && a.confidence !== 'high') ? b : a;
}
