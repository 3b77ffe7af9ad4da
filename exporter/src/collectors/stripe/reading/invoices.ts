import type { Queryable } from '../../../database/queryable.ts';
import { storeCustomerDetails } from '../../../customers/details.ts';
import { detailsOfInvoices } from '../customer-details.ts';
import { billingCredits, creditsByInvoice, DRAFT, linesOfInvoice, sumOfLines } from '../lines.ts';
import { invoiceRow } from '../payment-objects.ts';
import { storePayments } from '../store-payments.ts';
import type { Entry } from '../client.ts';
import { invoice as invoiceSchema, invoiceLine, type Invoice } from '../schema.ts';
import { storeLines, type Written } from '../store-lines.ts';
import { pendingOf, type LinedObjects } from './further-lines.ts';
import { savePending, type Pending } from './pending.ts';
import type { HistoryList, HistoryReader, StorePage } from './read-list.ts';
import { invoiceTarget } from './state.ts';

export const INVOICES = 'invoices';

export interface InvoiceOptions {
  readonly refuseTestMode: (one: { livemode?: boolean | undefined }) => void;
  /** The key may not read credit notes: the invoices say what was credited. */
  readonly guessCredits: boolean;
}

export function invoiceList(reader: HistoryReader, options: InvoiceOptions): HistoryList<Invoice> {
  return {
    name: INVOICES,
    resource: 'invoices',
    page: (window) => (stripe, cursor) => stripe.invoices.list({ ...cursor, created: window }),
    schema: invoiceSchema,
    target: invoiceTarget(reader.today),
    prepare: (entries) => prepareInvoices(reader, options, entries),
  };
}

/** An invoice brings its first lines along; one with further lines waits for them. */
export function prepareInvoices(
  reader: HistoryReader,
  { refuseTestMode, guessCredits }: InvoiceOptions,
  entries: readonly Entry<Invoice>[],
): StorePage {
  const whole: Invoice[] = [];
  const pending: Pending[] = [];
  for (const { item, raw } of entries) {
    refuseTestMode(item);
    reader.creditsSeen ||= item.lines.data.some((line) => billingCredits(line) !== 0n);
    if (item.status === 'other')
      reader.tally.add('unknown_enum', 'invoices in a state that this version does not know; they count as finalised');
    if (item.lines.has_more && item.status !== DRAFT)
      pending.push({ id: item.id, payload: pendingOf(raw, invoiceSchema.shape, invoiceLine.shape) });
    else whole.push(item);
  }
  return async (tx) => {
    await savePending(tx, INVOICES, pending);
    await storeCustomerDetails(tx, detailsOfInvoices(entries));
    return storeInvoices(tx, whole, guessCredits);
  };
}

export function furtherInvoiceLines(guessCredits: boolean): LinedObjects<Invoice> {
  return {
    name: INVOICES,
    resource: 'invoices',
    schema: invoiceSchema,
    lineShape: invoiceLine.shape,
    lines: (id) => (stripe, cursor) => stripe.invoices.listLineItems(id, cursor),
    store: (tx, invoice) => storeInvoices(tx, [invoice], guessCredits),
  };
}

/** Invoices with all their lines. */
async function storeInvoices(tx: Queryable, invoices: readonly Invoice[], guessCredits: boolean): Promise<Written> {
  const read = invoices.map((invoice) => {
    const lines = linesOfInvoice(invoice, invoice.lines.data);
    return { lines, row: invoiceRow(invoice, sumOfLines(lines)) };
  });
  const lines = read.flatMap((one) => one.lines);
  const rows = await storePayments(tx, { objects: [], invoices: read.flatMap(({ row }) => row ?? []) });
  const credited = guessCredits ? invoices.filter(({ status }) => status !== DRAFT).flatMap(creditsByInvoice) : [];
  const written = await storeLines(tx, {
    lines: [...lines, ...credited],
    invoiceIds: invoices.map(({ id }) => id),
    creditNotesRead: false,
  });
  return { ...written, rows: written.rows + rows };
}
