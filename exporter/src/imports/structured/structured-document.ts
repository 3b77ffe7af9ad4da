import type { DocumentType, Found, ImportWarning, ReadDocument, ReadLine } from '../../contract/imports.ts';
import { isCurrency } from '../../money/currency.ts';
import { addDays, isDay } from '../../money/days.ts';
import { formatMicros, parseMicros } from '../../money/micros.ts';
import { signed } from '../amounts.ts';
import type { ReadPart } from '../billing-document.ts';
import { compareLines } from '../check-lines.ts';
import { MAX_LINES } from '../limits.ts';
import { wholeMonths } from '../periods.ts';
import { nameConfidence, providerOf } from '../vendor-of.ts';
import type { StructuredAmount, StructuredInvoice, StructuredPeriod } from './structured-invoice.ts';

/** UNTDID 1001: credit notes of all kinds; and what is no invoice yet. */
const CREDIT_NOTES: ReadonlySet<string> = new Set([
  '81',
  '83',
  '261',
  '262',
  '296',
  '308',
  '381',
  '396',
  '420',
  '458',
  '532',
]);
const OTHER_TYPES: Readonly<Record<string, DocumentType>> = {
  '310': 'quote',
  '325': 'pro_forma',
  '220': 'order',
  '231': 'order',
};
const PREPAYMENT = '386';
const DECIMAL = /^[+-]?\d{1,12}(?:\.\d{1,12})?$/;

/** The fields of a structured invoice, each with its element. What is not a plain amount or day is null. */
export function documentOf(invoice: StructuredInvoice, part: string): ReadPart {
  const warnings: ImportWarning[] = [];
  const warn = (code: string, message: string): unknown => warnings.push({ code, message });
  const place = (element: string, text: string): string => `${part}, ${element}: “${text.slice(0, 120)}”`;
  const field = (element: string, text: string | undefined): Found | null =>
    text === undefined ? null : { value: text, found: place(element, text), confidence: 'high' };
  const { currency, totals } = invoice;
  const amount = (one: StructuredAmount | undefined): Found | null => {
    if (one === undefined) return null;
    if (!DECIMAL.test(one.value)) {
      warn('amount_unreadable', `${one.element} is “${one.value.slice(0, 40)}”, which is no amount.`);
      return null;
    }
    if (one.currency !== undefined && one.currency !== currency) {
      warn(
        'currency_unclear',
        `${one.element} is in ${one.currency.slice(0, 10)}, the invoice in ${currency ?? 'no currency'}.`,
      );
      return null;
    }
    const plain = one.value.replace('+', '');
    const value = signed(plain.replace('-', '').replace(/^0+(?=\d)/, ''), plain.startsWith('-'));
    return { value, found: place(one.element, one.value), confidence: 'high' };
  };
  const period = (from: StructuredPeriod, element: string): Pick<ReadLine, 'periodStart' | 'periodEnd'> =>
    periodFields(from, (text) => place(element, text));
  const credit = invoice.creditNote || CREDIT_NOTES.has(invoice.typeCode ?? '');
  const documentType = credit ? 'credit_note' : (OTHER_TYPES[invoice.typeCode ?? ''] ?? 'invoice');
  const whole = period(invoice.period, 'InvoicePeriod');
  const lines = invoice.lines.slice(0, MAX_LINES).flatMap((line): ReadLine[] => {
    const found = amount(line.amount);
    if (found === null) return [];
    const own = period(line.period, 'line InvoicePeriod');
    return [
      {
        description: line.name,
        quantity: line.quantity ?? null,
        amount: found,
        ...(own.periodStart === null ? whole : own),
        discount: false,
      },
    ];
  });
  const adjustments = invoice.adjustments.flatMap((one): ReadLine[] => {
    const found = amount(one.amount);
    if (found === null) return [];
    const value = one.charge ? found.value : negated(found.value);
    return [
      {
        description: one.reason ?? (one.charge ? 'charge' : 'allowance'),
        quantity: null,
        amount: { ...found, value },
        ...whole,
        discount: true,
      },
    ];
  });
  const read = {
    subtotal: amount(totals.lines) ?? amount(totals.withoutTax),
    withoutTax: amount(totals.withoutTax),
    tax: amount(totals.tax),
    withTax: amount(totals.withTax),
    payable: amount(totals.payable),
    prepaid: amount(totals.prepaid),
  };
  const total = read.withTax ?? beforePrepayment(read.payable, read.prepaid);
  const tax = checkedTax(read.tax, read.withoutTax, total, warn);
  const {
    checked,
    linesMatchTotal,
    warnings: lineWarnings,
  } = compareLines(lines.length === 0 ? [] : [...lines, ...adjustments], {
    subtotal: undefined,
    total: total?.value,
    tax: tax?.value,
    discounted: adjustments.length > 0,
  });
  if (documentType === 'invoice' && invoice.typeCode === PREPAYMENT)
    warn('prepayment', 'This is a prepayment invoice: the final invoice will contain its amount once more.');
  if (credit && total?.value.startsWith('-') === true)
    warn('credit_note_negative', 'The amounts of the credit note are negative already: it is proposed as a credit.');
  if (currency !== undefined && !isCurrency(currency))
    warn('currency_unclear', `“${currency.slice(0, 10)}” is not a currency.`);
  const vendor = supplierOf(invoice.supplier, place);
  const document: ReadDocument = {
    type: credit ? 'credit_note' : 'invoice',
    documentType,
    parts: [part],
    vendor,
    provider: providerOf(vendor),
    invoiceNumber: field('ID', invoice.number?.slice(0, 60)),
    receiptNumber: null,
    billingDate: invoice.issued !== undefined && isDay(invoice.issued) ? field('IssueDate', invoice.issued) : null,
    currency: currency !== undefined && isCurrency(currency) ? field('currency code', currency) : null,
    ...whole,
    subtotal: read.subtotal,
    tax,
    total,
    amountDue: read.payable,
    amountPaid: zero(read.prepaid) ? null : read.prepaid,
    lines: checked,
    linesMatchTotal,
  };
  return { document, warnings: [...warnings, ...lineWarnings] };
}

function supplierOf(name: string | undefined, place: (element: string, text: string) => string): Found | null {
  if (name === undefined) return null;
  return { value: name.slice(0, 120), found: place('supplier', name), confidence: nameConfidence(name) };
}

/** Tax only where the total is the amount without tax plus it. */
function checkedTax(
  tax: Found | null,
  withoutTax: Found | null,
  total: Found | null,
  warn: (code: string, message: string) => unknown,
): Found | null {
  if (total === null || withoutTax === null) return null;
  const difference = parseMicros(total.value) - parseMicros(withoutTax.value);
  if (tax !== null && parseMicros(tax.value) === difference) return tax;
  if (tax === null && difference === 0n) return null;
  warn(
    'tax_unclear',
    `No tax is taken: ${withoutTax.value} without tax, ${tax?.value ?? 'no'} tax and ${total.value} in all do not add ` +
      'up. Compare with the original.',
  );
  return null;
}

/** The last day is part of the period; only where the day after does not, but the day itself does end whole months. */
function periodFields(
  { start, end }: StructuredPeriod,
  place: (text: string) => string,
): { periodStart: Found | null; periodEnd: Found | null } {
  const nothing = { periodStart: null, periodEnd: null };
  if (start === undefined || end === undefined || !isDay(start) || !isDay(end) || end < start) return nothing;
  const found = place(`${start} – ${end}`);
  const boundary = wholeMonths(start, end) && !wholeMonths(start, addDays(end, 1));
  const note = boundary
    ? 'the end is the day on which the next period begins'
    : 'the end is the last day, so the day after it ends the period';
  const confidence = boundary ? 'medium' : 'high';
  return {
    periodStart: { value: start, found, confidence },
    periodEnd: { value: boundary ? end : addDays(end, 1), found: `${found} (${note})`, confidence },
  };
}

/** Without a total: what is payable and what was paid before. */
function beforePrepayment(payable: Found | null, prepaid: Found | null): Found | null {
  if (payable === null || prepaid === null || zero(prepaid)) return payable;
  const value = formatMicros(parseMicros(payable.value) + parseMicros(prepaid.value));
  return { value, found: `${payable.found} + ${prepaid.found}`, confidence: 'medium' };
}

function zero(amount: Found | null): boolean {
  return amount === null || parseMicros(amount.value) === 0n;
}

function negated(value: string): string {
  return value.startsWith('-') ? value.slice(1) : signed(value, true);
}
