import type { DocumentType, Found, ImportWarning, ReadDocument, ReadLine } from '../contract/imports.ts';
import { parseMicros, sumMicros } from '../money/micros.ts';
import { compareLines } from './check-lines.ts';
import { discountsOf } from './discounts.ts';
import { currencyOf } from './document-currency.ts';
import { documentTypeOf, refundsOf } from './document-type.ts';
import { dateField, labelled, lowered, numberField } from './fields.ts';
import { isHeading } from './layout.ts';
import { lineItems, onlyPeriod, periodFields } from './line-items.ts';
import { monthOfTitle, periodOfLabel } from './periods.ts';
import { taxOf } from './tax.ts';
import type { Row } from './text.ts';
import { totalsOf, type FoundMoney } from './totals.ts';
import { providerOf, vendorOf } from './vendor-of.ts';

/** Where a title stands. */
const HEAD_ROWS = 25;

export interface ReadPart {
  readonly document: ReadDocument;
  readonly warnings: readonly ImportWarning[];
}

/** The fields of an invoice, receipt or credit note as billing systems print them, in English or French. */
export function readDocument(rows: readonly Row[], part: string): ReadPart {
  const documentType = documentTypeOf(rows);
  const type = kindOfType(documentType);
  const vendor = vendorOf(rows);
  const totals = totalsOf(rows);
  const discounts = discountsOf(rows, totals);
  const items = lineItems(rows);
  const sums = {
    lines: items.length === 0 ? null : sumOf([...items, ...discounts]),
    discounts: sumOf(discounts),
  };
  const { tax, warnings: taxWarnings } = taxOf(rows, totals, sums);
  const { checked, linesMatchTotal, warnings } = compareLines([...items, ...discounts], {
    subtotal: totals.subtotal?.value,
    total: (totals.total ?? totals.amountDue ?? totals.amountPaid)?.value,
    tax: tax?.value,
    discounted: discounts.length > 0,
  });
  const { currency, warnings: currencyWarnings } = currencyOf(rows, totals.rows);
  const document: ReadDocument = {
    type,
    documentType,
    parts: [part],
    vendor,
    provider: providerOf(vendor),
    invoiceNumber:
      numberField(rows, type === 'credit_note' ? 'creditNoteNumber' : 'invoiceNumber') ??
      numberField(rows, 'invoiceNumber'),
    receiptNumber: numberField(rows, 'receiptNumber'),
    billingDate: dateField(rows, 'issued') ?? dateField(rows, 'paidOn') ?? plainDate(rows),
    currency,
    ...periodOf(rows, checked),
    subtotal: bare(totals.subtotal ?? totals.totalExcludingTax),
    tax: bare(tax),
    total: bare(totals.total),
    amountDue: bare(totals.amountDue),
    amountPaid: bare(totals.amountPaid),
    lines: checked,
    linesMatchTotal,
  };
  return {
    document,
    warnings: [
      ...totals.warnings,
      ...currencyWarnings,
      ...taxWarnings,
      ...warnings,
      ...partlyRefunded(rows, documentType),
    ],
  };
}

/** Without the reader's own notes. */
export function bare(found: FoundMoney | null): Found | null {
  return found === null ? null : { value: found.value, found: found.found, confidence: found.confidence };
}

function kindOfType(type: DocumentType): ReadDocument['type'] {
  if (type === 'receipt' || type === 'refund') return 'receipt';
  return type === 'credit_note' ? type : 'invoice';
}

function sumOf(lines: readonly ReadLine[]): bigint {
  return sumMicros(lines.map(({ amount }) => parseMicros(amount.value)));
}

/** The period that the head states, or the one of all lines that print one. */
function periodOf(
  rows: readonly Row[],
  lines: readonly ReadLine[],
): { periodStart: Found | null; periodEnd: Found | null } {
  const stated = labelled(rows, 'period').flatMap(({ row, value }) => {
    const period = periodOfLabel(value);
    return period === undefined ? [] : [periodFields(period, row)];
  })[0];
  if (stated !== undefined) return { periodStart: stated.start, periodEnd: stated.end };
  const dated = lines.filter(({ periodStart }) => periodStart !== null);
  const distinct = new Set(
    dated.map(({ periodStart, periodEnd }) => `${periodStart?.value ?? ''} ${periodEnd?.value ?? ''}`),
  );
  const [first] = dated;
  return distinct.size === 1 && first !== undefined
    ? { periodStart: first.periodStart, periodEnd: first.periodEnd }
    : dated.length > 0
      ? { periodStart: null, periodEnd: null }
      : (monthTitled(rows) ?? (lines.length === 0 ? onlyPeriod(rows) : { periodStart: null, periodEnd: null }));
}

function monthTitled(rows: readonly Row[]): { periodStart: Found; periodEnd: Found } | undefined {
  for (const row of rows.slice(0, HEAD_ROWS)) {
    const month = monthOfTitle(row.text);
    if (month === undefined) continue;
    const { start, end } = periodFields(month, row);
    return { periodStart: start, periodEnd: end };
  }
  return undefined;
}

/** "Date: 3 March 2026" says nothing about what happened that day. */
function plainDate(rows: readonly Row[]): Found | null {
  const heading = rows.findIndex(isHeading);
  const found = dateField(rows.slice(0, heading === -1 ? undefined : heading), 'date');
  return found === null ? null : { ...found, confidence: lowered(found.confidence, true) };
}

/** A part of the payment went back: the cost is proposed as printed, and a person decides about the rest. */
function partlyRefunded(rows: readonly Row[], type: DocumentType): ImportWarning[] {
  const { refunded, paid } = refundsOf(rows);
  if (type === 'refund' || type === 'credit_note' || refunded === 0n || refunded >= paid) return [];
  return [
    {
      code: 'partly_refunded',
      message:
        'A part of the payment was refunded; the whole amount is proposed. Enter the refund as a credit beside it.',
    },
  ];
}
