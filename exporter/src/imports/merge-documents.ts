import type { Found, ImportWarning, ReadDocument } from '../contract/imports.ts';
import { parseMicros } from '../money/micros.ts';
import type { ReadPart } from './billing-document.ts';

/** An invoice says most, a mail's text least. */
const ORDER: readonly ReadDocument['type'][] = ['invoice', 'credit_note', 'receipt', 'mail'];

/** Numbers as they are compared: without hyphens and spaces, which extraction loses. */
export function comparable(number: string): string {
  return number.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
}

/** Invoice, receipt and mail text of one payment become one document; two figures that differ are a warning. */
export function mergeDocuments(parts: readonly ReadPart[]): { documents: ReadDocument[]; warnings: ImportWarning[] } {
  const sorted = parts.toSorted((a, b) => ORDER.indexOf(a.document.type) - ORDER.indexOf(b.document.type));
  const documents: ReadDocument[] = [];
  const warnings: ImportWarning[] = [];
  for (const part of sorted) {
    const index = documents.findIndex((document) => samePayment(document, part.document));
    const first = documents[index];
    if (first === undefined) documents.push(part.document);
    else {
      warnings.push(...differences(first, part.document));
      documents[index] = merged(first, part.document);
    }
    warnings.push(...part.warnings);
  }
  return {
    documents,
    warnings: [...new Map(warnings.map((warning) => [warning.code + warning.message, warning])).values()],
  };
}

function samePayment(a: ReadDocument, b: ReadDocument): boolean {
  if ((a.type === 'credit_note') !== (b.type === 'credit_note') && a.type !== 'mail' && b.type !== 'mail') return false;
  if (a.invoiceNumber !== null && b.invoiceNumber !== null) return same(a.invoiceNumber, b.invoiceNumber);
  if (a.receiptNumber !== null && b.receiptNumber !== null) return same(a.receiptNumber, b.receiptNumber);
  // Only one of them is numbered: the same amount within one upload is the same payment.
  const [left, right] = [a.total ?? a.amountPaid ?? a.amountDue, b.total ?? b.amountPaid ?? b.amountDue];
  return (
    left !== null &&
    right !== null &&
    parseMicros(left.value) === parseMicros(right.value) &&
    (a.currency?.value ?? b.currency?.value) === (b.currency?.value ?? a.currency?.value)
  );
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

function merged(a: ReadDocument, b: ReadDocument): ReadDocument {
  return {
    ...a,
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
