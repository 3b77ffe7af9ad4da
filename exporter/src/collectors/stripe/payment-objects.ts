import { dayOfSeconds } from '../../money/recognised-revenue.ts';
import { DRAFT, UNKNOWN_CUSTOMER } from './lines.ts';
import type { Charge, Dispute, InvoicePayment, Refund } from './payment-schema.ts';
import type { CreditNote, Invoice } from './schema.ts';

/** A charge, invoice payment, refund, dispute or credit note as it is stored: minor units with tax. */
export interface PaymentObject {
  readonly kind: 'charge' | 'invoice_payment' | 'refund' | 'dispute' | 'credit_note';
  readonly id: string;
  readonly day: string;
  readonly status: string;
  readonly minor: bigint;
  readonly currency: string;
  readonly customer?: string | undefined;
  readonly charge?: string | undefined;
  readonly paymentIntent?: string | undefined;
  readonly invoiceId?: string | undefined;
  /** charge: what went on to a connected account; credit_note: what it gave back without naming the refund. */
  readonly part: bigint;
  /** credit_note: what it covers of a refund, by refund. */
  readonly refunds?: Readonly<Record<string, string>>;
}

export function chargeObject(charge: Charge): PaymentObject {
  const amount = charge.amount_captured ?? charge.amount;
  return {
    kind: 'charge',
    id: charge.id,
    day: dayOfSeconds(charge.created),
    status: charge.status,
    minor: amount,
    currency: charge.currency,
    customer: charge.customer ?? undefined,
    charge: charge.id,
    paymentIntent: charge.payment_intent ?? undefined,
    invoiceId: charge.invoice ?? undefined,
    // A destination charge without an amount of its own passes everything on.
    part: charge.transfer_data ? (charge.transfer_data.amount ?? amount) : 0n,
  };
}

export function invoicePaymentObject(payment: InvoicePayment): PaymentObject {
  return {
    kind: 'invoice_payment',
    id: payment.id,
    day: dayOfSeconds(payment.created),
    status: payment.status,
    minor: payment.amount_paid ?? payment.amount_requested ?? 0n,
    currency: payment.currency,
    charge: payment.payment?.charge ?? payment.payment?.payment_intent?.latest_charge ?? undefined,
    paymentIntent: payment.payment?.payment_intent?.id,
    invoiceId: payment.invoice,
    part: 0n,
  };
}

export function refundObject(refund: Refund): PaymentObject {
  return {
    kind: 'refund',
    id: refund.id,
    day: dayOfSeconds(refund.created),
    // Old refunds have no status: they succeeded.
    status: refund.status ?? 'succeeded',
    minor: refund.amount,
    currency: refund.currency,
    customer: refund.customer ?? undefined,
    charge: refund.charge ?? undefined,
    paymentIntent: refund.payment_intent ?? undefined,
    part: 0n,
  };
}

export function disputeObject(dispute: Dispute): PaymentObject {
  return {
    kind: 'dispute',
    id: dispute.id,
    day: dayOfSeconds(dispute.created),
    status: dispute.status,
    minor: dispute.amount,
    currency: dispute.currency,
    charge: dispute.charge ?? undefined,
    paymentIntent: dispute.payment_intent ?? undefined,
    part: 0n,
  };
}

/** `netMinor` is the sum of its lines, where it has no total of its own. */
export function creditNoteObject(note: CreditNote, netMinor: bigint): PaymentObject {
  const total = note.total ?? note.total_excluding_tax ?? netMinor;
  const refunds = (note.refunds ?? []).flatMap(({ refund, amount_refunded: amount }) =>
    refund ? [[refund, String(amount ?? total)] as const] : [],
  );
  const isPrePayment = note.type === 'pre_payment' || note.pre_payment_amount === total;
  const toBalance = note.customer_balance_transaction !== null && note.customer_balance_transaction !== undefined;
  // Of a credit note that names neither a refund nor a balance, the money that it gave back is a refund all the same.
  const unnamed =
    refunds.length > 0 || isPrePayment || toBalance
      ? 0n
      : (note.post_payment_amount ?? total) - (note.out_of_band_amount ?? 0n);
  return {
    kind: 'credit_note',
    id: note.id,
    day: dayOfSeconds(note.created),
    status: note.status,
    minor: total,
    currency: note.currency,
    customer: note.customer ?? undefined,
    invoiceId: note.invoice,
    part: unnamed > 0n ? unnamed : 0n,
    refunds: Object.fromEntries(refunds),
  };
}

/** An invoice as it is stored beside its lines; amounts with tax. Undefined for a draft, which is not final. */
export interface InvoiceRow {
  readonly id: string;
  readonly status: string;
  readonly customer: string;
  readonly currency: string;
  readonly finalisedOn: string;
  readonly paidOn: string | undefined;
  readonly total: bigint;
  readonly paid: bigint;
  readonly badDebt: bigint;
  readonly badDebtOn: string | undefined;
  /** When bad debt was paid after all. */
  readonly recoveredOn: string | undefined;
}

/** `netMinor` is the sum of its lines, where it has no total of its own. */
export function invoiceRow(invoice: Invoice, netMinor: bigint): InvoiceRow | undefined {
  const status = invoice.status ?? DRAFT;
  if (status === DRAFT) return undefined;
  const { finalized_at: finalised, paid_at: paid, marked_uncollectible_at: marked } = invoice.status_transitions ?? {};
  const total = invoice.total ?? invoice.total_excluding_tax ?? netMinor;
  const day = (seconds: number | null | undefined): string | undefined =>
    seconds === null || seconds === undefined ? undefined : dayOfSeconds(seconds);
  const isLost = status === 'uncollectible';
  const isRecovered = status === 'paid' && marked != null && paid != null && paid >= marked;
  return {
    id: invoice.id,
    status,
    customer: invoice.customer ?? UNKNOWN_CUSTOMER,
    currency: invoice.currency,
    finalisedOn: dayOfSeconds(finalised ?? invoice.created),
    paidOn: day(paid),
    total,
    paid: invoice.amount_paid ?? (status === 'paid' ? total : 0n),
    badDebt: isLost ? lostOf(invoice, total) : isRecovered && total > 0n ? total : 0n,
    badDebtOn: isLost || isRecovered ? day(marked) : undefined,
    recoveredOn: isRecovered ? day(paid) : undefined,
  };
}

function lostOf({ amount_remaining: remaining, amount_paid: paid }: Invoice, total: bigint): bigint {
  // Some servers leave the amounts at 0 for an invoice that nobody paid.
  if (remaining !== null && remaining !== undefined && remaining > 0n) return remaining;
  const left = total - (paid ?? 0n);
  return left > 0n ? left : total;
}
