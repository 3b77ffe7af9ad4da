import type { Found, ImportWarning, ReadDocument, ReadLine } from '../contract/imports.ts';
import { formatMicros, parseMicros, sumMicros } from '../money/micros.ts';
import { moneyIn } from './amounts.ts';
import { checkLines } from './check-lines.ts';
import { dateField, labelled, moneyField, moneyFields, numberField, type FoundMoney } from './fields.ts';
import { lineItems, periodFields } from './line-items.ts';
import { periodIn } from './periods.ts';
import { folded, quoted, type Row } from './text.ts';
import { knownProvider, vendorSlug } from './vendors.ts';

export interface ReadPart {
  readonly document: ReadDocument;
  readonly warnings: readonly ImportWarning[];
}

/** What a person sees first on the page. */
const TITLES: readonly (readonly [RegExp, ReadDocument['type']])[] = [
  [/^(?:credit note|note de credit|avoir)\b/, 'credit_note'],
  [/^(?:receipt|recu)\b/, 'receipt'],
  [/^(?:invoice|tax invoice|facture)\b/, 'invoice'],
];
const BILL_TO = /^(?:bill to|billed to|facturer a|facture a|adresse de facturation)/;

/** The fields of an invoice or receipt as Stripe's billing prints them, in English or French. */
export function readDocument(rows: readonly Row[], part: string): ReadPart {
  const type = typeOf(rows);
  const vendor = vendorOf(rows);
  const amounts = {
    subtotal: moneyField(rows, 'subtotal'),
    total: moneyField(rows, 'total'),
    amountDue: moneyField(rows, 'amountDue'),
    amountPaid: moneyField(rows, 'amountPaid'),
  };
  const tax = taxOf(rows);
  const read = lineItems(rows);
  const discount = discountOf(rows);
  const lines = discount === null ? read : [...read, discount];
  const { checked, linesMatchTotal, warnings } = compare(lines, {
    ...amounts,
    tax,
    exclusive: moneyField(rows, 'totalExcludingTax'),
    discounted: discount !== null,
  });
  const document: ReadDocument = {
    type,
    parts: [part],
    vendor,
    provider: providerOf(vendor),
    invoiceNumber:
      numberField(rows, type === 'credit_note' ? 'creditNoteNumber' : 'invoiceNumber') ??
      numberField(rows, 'invoiceNumber'),
    receiptNumber: numberField(rows, 'receiptNumber'),
    billingDate: dateField(rows, 'issued') ?? dateField(rows, 'paidOn'),
    currency: currencyOf(rows, [amounts.amountDue, amounts.total, amounts.amountPaid]),
    ...periodOf(rows, checked),
    subtotal: bare(amounts.subtotal),
    tax: bare(tax),
    total: bare(amounts.total),
    amountDue: bare(amounts.amountDue),
    amountPaid: bare(amounts.amountPaid),
    lines: checked,
    linesMatchTotal,
  };
  return { document, warnings };
}

/** Without the reader's own notes. */
export function bare(found: FoundMoney | null): Found | null {
  return found === null ? null : { value: found.value, found: found.found, confidence: found.confidence };
}

function typeOf(rows: readonly Row[]): ReadDocument['type'] {
  for (const row of rows.slice(0, 12)) {
    for (const [pattern, type] of TITLES)
      if (row.cells.some(({ text }) => pattern.test(folded(text))))
        return labelled(rows, 'receiptNumber').length > 0 && type === 'invoice' ? 'receipt' : type;
  }
  return 'invoice';
}

/** Stripe prints the vendor beside "Bill to"; else a vendor that is known, wherever it stands. */
export function vendorOf(rows: readonly Row[]): Found | null {
  const beside = rows.find(
    (row) => row.cells.length > 1 && row.cells.slice(1).some(({ text }) => BILL_TO.test(folded(text))),
  );
  const name = beside?.cells[0]?.text;
  if (beside !== undefined && name !== undefined)
    return {
      value: name.slice(0, 120),
      found: quoted(beside),
      confidence: knownProvider(name) === undefined ? 'medium' : 'high',
    };
  const billTo = rows.findIndex((row) => BILL_TO.test(folded(row.text)));
  const known = rows.slice(0, billTo === -1 ? undefined : billTo).find((row) => knownProvider(row.text) !== undefined);
  const cell = known?.cells.find(({ text }) => knownProvider(text) !== undefined);
  return known === undefined || cell === undefined
    ? null
    : { value: cell.text.slice(0, 120), found: quoted(known), confidence: 'medium' };
}

export function providerOf(vendor: Found | null): Found | null {
  if (vendor === null) return null;
  const known = knownProvider(vendor.value);
  const value = known ?? vendorSlug(vendor.value);
  return value === undefined
    ? null
    : { value, found: vendor.found, confidence: known === undefined ? 'low' : vendor.confidence };
}

/**
 * A code such as USD or US$ decides; a bare $ is taken for USD with less confidence. The currency of the total goes
 * before all others.
 */
export function currencyOf(rows: readonly Row[], totals: readonly (FoundMoney | null)[]): Found | null {
  const all = rows.flatMap((row) => moneyIn(row.text).map((money) => ({ money, found: quoted(row) })));
  const explicit = new Set(all.filter(({ money }) => money.explicit).map(({ money }) => money.currency));
  const candidates = [
    ...totals.flatMap((found) => (found === null ? [] : [{ money: found.money, found: found.found }])),
    ...all,
  ];
  const chosen = candidates.find(({ money }) => money.explicit) ?? candidates[0];
  if (chosen?.money.currency == null) return null;
  const confidence = explicit.size > 1 ? 'low' : chosen.money.explicit ? 'high' : 'medium';
  return { value: chosen.money.currency, found: chosen.found, confidence };
}

function taxOf(rows: readonly Row[]): FoundMoney | null {
  const found = moneyFields(rows, 'tax');
  const [first, ...more] = found;
  if (first === undefined) return null;
  if (more.length === 0) return first;
  const sum = formatMicros(sumMicros(found.map(({ value }) => parseMicros(value))));
  return { ...first, value: sum, found: found.map((one) => one.found).join(' + '), confidence: 'medium' };
}

/** A discount on the whole invoice stands under the subtotal: a line of its own here, without a period. */
function discountOf(rows: readonly Row[]): ReadLine | null {
  const start = rows.findIndex((row) => /^(?:subtotal|sous-total)/.test(folded(row.cells[0]?.text ?? '')));
  if (start === -1) return null;
  for (const row of rows.slice(start + 1)) {
    const label = row.cells[0]?.text ?? '';
    const money = moneyIn(row.cells.at(-1)?.text ?? '').at(-1);
    if (folded(label).startsWith('total')) return null;
    if (
      money !== undefined &&
      /^(?:discount|coupon|promotion|remise|reduction|rabais)|% (?:off|de (?:reduction|remise))/.test(folded(label))
    ) {
      const lost = !money.amount.startsWith('-');
      const found = lost ? `${quoted(row)} (a discount: its minus sign was lost)` : quoted(row);
      return {
        description: label.slice(0, 300),
        quantity: null,
        amount: { value: `-${money.amount.replace(/^-/, '')}`, found, confidence: lost ? 'medium' : 'high' },
        periodStart: null,
        periodEnd: null,
      };
    }
  }
  return null;
}

function periodOf(
  rows: readonly Row[],
  lines: readonly ReadLine[],
): { periodStart: Found | null; periodEnd: Found | null } {
  const stated = labelled(rows, 'period').flatMap(({ row, value }) => {
    const period = periodIn(value);
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
    : { periodStart: null, periodEnd: null };
}

interface Printed {
  readonly subtotal: FoundMoney | null;
  readonly total: FoundMoney | null;
  readonly amountDue: FoundMoney | null;
  readonly amountPaid: FoundMoney | null;
  readonly tax: FoundMoney | null;
  readonly exclusive: FoundMoney | null;
  readonly discounted: boolean;
}

/** Lines against the sum that includes them: the total without tax, the total, or (before a discount) the subtotal. */
function compare(
  lines: readonly ReadLine[],
  printed: Printed,
): { checked: readonly ReadLine[]; linesMatchTotal: boolean | null; warnings: ImportWarning[] } {
  const total = (printed.total ?? printed.amountDue ?? printed.amountPaid)?.value;
  if (lines.length === 0 || total === undefined) return { checked: lines, linesMatchTotal: null, warnings: [] };
  const withoutTax = formatMicros(parseMicros(total) - parseMicros(printed.tax?.value ?? '0'));
  const goals = [...new Set([withoutTax, total])];
  const plain = goals
    .map((goal) => checkLines(lines, goal))
    .find(({ matches, flipped }) => matches && flipped.length === 0);
  const mended = plain ?? goals.map((goal) => checkLines(lines, goal)).find(({ matches }) => matches);
  if (mended !== undefined)
    return { checked: mended.lines, linesMatchTotal: true, warnings: flippedWarning(mended.flipped) };
  const bySubtotal =
    printed.subtotal === null || printed.discounted ? undefined : checkLines(lines, printed.subtotal.value);
  const sum = formatMicros(sumMicros((bySubtotal?.lines ?? lines).map(({ amount }) => parseMicros(amount.value))));
  const tax = printed.tax === null ? '' : ` with ${printed.tax.value} of tax`;
  const message =
    `The lines add up to ${sum}, the total is ${total}${tax}: one of them was read wrongly, or the document is ` +
    'wrong. ' +
    'Compare with the original before confirming.';
  return {
    checked: bySubtotal?.lines ?? lines,
    linesMatchTotal: false,
    warnings: [...flippedWarning(bySubtotal?.flipped ?? []), { code: 'lines_do_not_match_total', message }],
  };
}

function flippedWarning(descriptions: readonly string[]): ImportWarning[] {
  return descriptions.length === 0
    ? []
    : [
        {
          code: 'sign_inferred',
          message: `Taken as credits, since only so do the lines add up: ${descriptions.join('; ')}.`,
        },
      ];
}
