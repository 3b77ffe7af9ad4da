import type { Queryable } from '../../../database/queryable.ts';
import type { Entry, PageCall } from '../client.ts';
import type { Resource } from '../errors.ts';
import { hasUnlinkedPayments } from '../payment-facts.ts';
import {
  chargeObject,
  disputeObject,
  invoicePaymentObject,
  refundObject,
  type PaymentObject,
} from '../payment-objects.ts';
import { charge, dispute, invoicePayment, refund, type InvoicePayment } from '../payment-schema.ts';
import { storePayments } from '../store-payments.ts';
import { readList, type HistoryList, type HistoryReader, type StorePage, type Window } from './read-list.ts';
import { cashTarget, invoiceTarget, type ReadState } from './state.ts';

/** Lists that connect money to invoices. */
type PaymentList = 'refunds' | 'disputes' | 'invoice_payments' | 'charges';

/**
 * Those that say something: without a payment there is nothing to connect to an invoice, and charges are read only
 * once a payment is found that no invoice explains.
 */
export async function paymentListsInUse(db: Queryable): Promise<readonly PaymentList[]> {
  const { rows } = await db.query<{ payments: boolean; charges: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM stripe_balance_transactions WHERE category = 'charge')
         OR EXISTS (SELECT 1 FROM stripe_payment_objects WHERE kind IN ('refund', 'dispute')) AS payments,
       -- Stripe's own exchange rates are from the currency of the charge, which only the charge says.
       EXISTS (SELECT 1 FROM stripe_history WHERE list = 'charges')
         OR EXISTS (SELECT 1 FROM stripe_balance_transactions WHERE exchange_rate IS NOT NULL) AS charges`,
  );
  return [
    'refunds',
    'disputes',
    ...(rows[0]?.payments === true ? (['invoice_payments'] as const) : []),
    ...(rows[0]?.charges === true ? (['charges'] as const) : []),
  ];
}

const DAY_SECONDS = 86_400;

const LINKS_UNKNOWN = 'which payment belongs to which invoice is taken from amount and day';
const WITHOUT: Readonly<Record<PaymentList, string>> = {
  refunds: 'refunds count on their own day, whole, unless a credit note of the same amount took them off',
  disputes: 'lost disputes do not reduce revenue',
  invoice_payments: LINKS_UNKNOWN,
  charges: LINKS_UNKNOWN,
};

/** Reads refunds, disputes, invoice payments and charges; one that may not be read costs its figures and a warning. */
export async function readPayments(reader: HistoryReader): Promise<void> {
  const { today, tally } = reader;
  const warn = (list: PaymentList, state: ReadState | undefined): void => {
    if (state?.unreadable !== undefined) tally.add(`${list}_unreadable`, `${state.unreadable}; ${WITHOUT[list]}`);
  };
  const refunds = {
    // A refund may fail within a month.
    ...common('refunds', 'refunds', 30, cashTarget(today), storeAs(refundObject)),
    page:
      (window: Window): PageCall =>
      (stripe, cursor) =>
        stripe.refunds.list({ ...cursor, created: window }),
    schema: refund,
  };
  warn('refunds', await readList(reader, refunds));
  const disputes = {
    // A dispute is decided two to three months later, and may go into a second round.
    ...common('disputes', 'disputes', 400, cashTarget(today), storeAs(disputeObject)),
    page:
      (window: Window): PageCall =>
      (stripe, cursor) =>
        stripe.disputes.list({ ...cursor, created: window }),
    schema: dispute,
  };
  warn('disputes', await readList(reader, disputes));
  const { db } = reader.context;
  if (!(await paymentListsInUse(db)).includes('invoice_payments')) return;
  const invoicePayments = (expansion: { expand?: string[] }) => ({
    ...common('invoice_payments', 'invoicePayments', 30, invoiceTarget(today), storeAs(invoicePaymentObject)),
    page:
      (window: Window): PageCall =>
      (stripe, cursor) =>
        stripe.invoicePayments.list({ ...cursor, created: window, ...expansion }),
    schema: invoicePayment,
  });
  warn('invoice_payments', await readInvoicePayments(reader, invoicePayments));
  if (!(await paymentListsInUse(db)).includes('charges') && !(await hasUnlinkedPayments(db))) return;
  const charges = {
    ...common('charges', 'charges', 3, cashTarget(today), storeAs(chargeObject)),
    page:
      (window: Window): PageCall =>
      (stripe, cursor) =>
        stripe.charges.list({ ...cursor, created: window }),
    schema: charge,
  };
  warn('charges', await readList(reader, charges));
}

/**
 * The intent of a payment says which charge it is, so that charges need not be read; a key that may not read intents
 * reads the payments without.
 */
async function readInvoicePayments(
  reader: HistoryReader,
  list: (expansion: { expand?: string[] }) => HistoryList<InvoicePayment>,
): Promise<ReadState | undefined> {
  const state = await readList(reader, list({ expand: ['data.payment.payment_intent'] }));
  return state?.unreadable === undefined ? state : readList(reader, list({}));
}

function common<Item>(
  name: PaymentList,
  resource: Resource,
  overlapDays: number,
  target: number,
  prepare: (entries: readonly Entry<Item>[]) => StorePage,
): Pick<HistoryList<never>, 'name' | 'resource' | 'target'> & {
  overlapSeconds: number;
  prepare: (entries: readonly Entry<Item>[]) => StorePage;
} {
  return { name, resource, target, overlapSeconds: overlapDays * DAY_SECONDS, prepare };
}

/** What they change is found at the end of the run, from all that is stored: see derive-revenue.ts. */
function storeAs<Item>(toObject: (item: Item) => PaymentObject): (entries: readonly Entry<Item>[]) => StorePage {
  return (entries) => async (tx) => ({
    rows: await storePayments(tx, { objects: entries.map(({ item }) => toObject(item)), invoices: [] }),
    touched: [],
  });
}
