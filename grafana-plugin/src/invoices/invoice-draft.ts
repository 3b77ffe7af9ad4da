import type {
  BillingAdjustmentRow,
  BillingCorrection,
  BillingInvoiceEntry,
} from '../../../exporter/src/contract/billing.ts';
import { currencyDecimals, parseAmount, type Amount } from '../shared/amount.ts';
import { addDays, addMonths, firstDay, isDay, lastDay, monthOf, today } from '../shared/days.ts';

/** An invoice of any provider as it is entered: all text; the last billed day is inclusive. */
export interface InvoiceDraft {
  readonly provider: string;
  readonly kind: 'invoice' | 'credit';
  readonly invoiceNumber: string;
  readonly billingDate: string;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly amount: string;
  readonly currency: string;
  readonly fxRate: string;
  readonly tax: string;
  readonly notes: string;
  readonly additional: boolean;
}

const LAST_MONTH = addMonths(monthOf(today()), -1);

export const EMPTY_INVOICE: InvoiceDraft = {
  provider: '',
  kind: 'invoice',
  invoiceNumber: '',
  billingDate: lastDay(LAST_MONTH),
  firstDay: firstDay(LAST_MONTH),
  lastDay: lastDay(LAST_MONTH),
  amount: '',
  currency: 'USD',
  fxRate: '',
  tax: '',
  notes: '',
  additional: false,
};

/** Errors that the form finds before it sends anything: keys of texts by field. */
export type DraftFaults = Partial<Readonly<Record<keyof InvoiceDraft, string>>>;

const amountFault = (amount: Amount): string | undefined =>
  amount.ok || amount.reason === 'empty' ? undefined : `amounts.${amount.reason}`;

export function faultsOf(draft: InvoiceDraft): DraftFaults {
  const amount = parseAmount(draft.amount, currencyDecimals(draft.currency));
  const tax = parseAmount(draft.tax, currencyDecimals(draft.currency));
  const rate = parseAmount(draft.fxRate, 8);
  const faults: Record<string, string | undefined> = {
    amount:
      amountFault(amount) ??
      (amount.ok && amount.value.startsWith('-') && draft.kind === 'invoice' ? 'amounts.negative' : undefined),
    tax: amountFault(tax) ?? (tax.ok && tax.value.startsWith('-') ? 'amounts.negative' : undefined),
    fxRate: amountFault(rate),
    currency: /^[A-Za-z]{3}$/.test(draft.currency.trim()) ? undefined : 'amounts.currency',
    lastDay:
      isDay(draft.firstDay) && isDay(draft.lastDay) && draft.lastDay < draft.firstDay
        ? 'entry.period-reversed'
        : undefined,
  };
  return Object.fromEntries(Object.entries(faults).filter(([, key]) => key !== undefined));
}

const unless = <Key extends string>(key: Key, typed: string): Partial<Record<Key, string>> => {
  const some: Partial<Record<Key, string>> = {};
  if (typed.trim() !== '') some[key] = typed.trim();
  return some;
};

/** A credit is entered as it is printed; the API expects a negative amount. */
function signed(value: string, kind: InvoiceDraft['kind']): string {
  return kind === 'credit' && !value.startsWith('-') && /[1-9]/.test(value) ? `-${value}` : value;
}

/** The entry of a draft; `undefined` while a value is missing or invalid. */
export function entryOfInvoice(draft: InvoiceDraft): BillingInvoiceEntry | undefined {
  const decimals = currencyDecimals(draft.currency);
  const amount = parseAmount(draft.amount, decimals);
  if (
    Object.keys(faultsOf(draft)).length > 0 ||
    !amount.ok ||
    draft.provider.trim() === '' ||
    !isDay(draft.firstDay) ||
    !isDay(draft.lastDay)
  )
    return undefined;
  const tax = parseAmount(draft.tax, decimals);
  const rate = parseAmount(draft.fxRate, 8);
  return {
    provider: draft.provider.trim(),
    kind: draft.kind,
    periodStart: draft.firstDay,
    periodEnd: addDays(draft.lastDay, 1),
    amount: signed(amount.value, draft.kind),
    currency: draft.currency.trim().toUpperCase(),
    ...(isDay(draft.billingDate) ? { billingDate: draft.billingDate } : {}),
    ...unless('invoiceNumber', draft.invoiceNumber),
    ...unless('notes', draft.notes),
    ...(tax.ok ? { taxAmount: tax.value } : {}),
    ...(rate.ok && draft.currency.trim().toUpperCase() !== 'USD' ? { fxRate: rate.value } : {}),
    ...(draft.additional ? { additional: true } : {}),
  };
}

/** `25.000000` as it was entered: with the decimals of the currency. */
export function plainAmount(stored: string, currency: string): string {
  const [whole = '0', fraction = ''] = stored.split('.');
  const decimals = currencyDecimals(currency);
  const decimalPart = fraction.slice(0, decimals).padEnd(decimals, '0');
  return decimals === 0 ? whole : `${whole}.${decimalPart}`;
}

/** A stored version as a draft of its correction. */
export function draftOf(row: BillingAdjustmentRow): InvoiceDraft {
  return {
    provider: row.provider,
    kind: row.kind,
    invoiceNumber: row.invoiceNumber ?? '',
    billingDate: row.billingDate,
    firstDay: row.periodStart,
    lastDay: addDays(row.periodEnd, -1),
    amount: plainAmount(row.amount, row.currency).replace(/^-/, row.kind === 'credit' ? '' : '-'),
    currency: row.currency,
    fxRate: row.currency === 'USD' ? '' : (row.fxRate ?? ''),
    tax: row.taxAmount === null ? '' : plainAmount(row.taxAmount, row.currency),
    notes: row.notes ?? '',
    additional: row.additional,
  };
}

/** Only what differs from the stored version; `undefined` while the draft is incomplete or nothing changed. */
export function correctionOf(row: BillingAdjustmentRow, draft: InvoiceDraft): BillingCorrection | undefined {
  const before = entryOfInvoice(draftOf(row));
  const after = entryOfInvoice(draft);
  if (before === undefined || after === undefined) return undefined;
  const changed = <Key extends keyof BillingInvoiceEntry>(key: Key) => before[key] !== after[key];
  const correction: BillingCorrection = {
    ...(changed('billingDate') && after.billingDate !== undefined ? { billingDate: after.billingDate } : {}),
    ...(changed('periodStart') && after.periodStart !== undefined ? { periodStart: after.periodStart } : {}),
    ...(changed('periodEnd') && after.periodEnd !== undefined ? { periodEnd: after.periodEnd } : {}),
    ...(changed('amount') ? { amount: after.amount } : {}),
    ...(changed('currency') && after.currency !== undefined ? { currency: after.currency } : {}),
    ...(changed('fxRate') ? { fxRate: after.fxRate ?? null } : {}),
    ...(changed('taxAmount') ? { taxAmount: after.taxAmount ?? null } : {}),
    ...(changed('invoiceNumber') ? { invoiceNumber: after.invoiceNumber ?? null } : {}),
    ...(changed('notes') ? { notes: after.notes ?? null } : {}),
  };
  return Object.keys(correction).length === 0 ? undefined : correction;
}
