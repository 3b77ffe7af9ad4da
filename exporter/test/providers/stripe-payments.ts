import { epoch, type Json } from './stripe-objects.ts';

/** Objects that connect money to invoices, as Stripe's API 2026-08-26.dahlia gives them. */

let serial = 0;
const next = (prefix: string): string => `${prefix}_${String((serial += 1)).padStart(8, '0')}`;

export function charge(created: string, amount: number, fields: Json = {}): Json {
  return {
    id: next('ch'),
    object: 'charge',
    amount,
    amount_captured: amount,
    amount_refunded: 0,
    application_fee: null,
    captured: true,
    created: epoch(created),
    currency: 'usd',
    customer: null,
    disputed: false,
    livemode: true,
    metadata: {},
    paid: true,
    payment_intent: next('pi'),
    refunded: false,
    status: 'succeeded',
    transfer_data: null,
    ...fields,
  };
}

export function invoicePayment(
  created: string,
  amount: number,
  invoice: unknown,
  intent: unknown,
  fields: Json = {},
): Json {
  return {
    id: next('inpay'),
    object: 'invoice_payment',
    amount_paid: amount,
    amount_requested: amount,
    created: epoch(created),
    currency: 'usd',
    invoice,
    is_default: true,
    livemode: true,
    payment: { type: 'payment_intent', payment_intent: intent },
    status: 'paid',
    status_transitions: { canceled_at: null, paid_at: epoch(created) },
    ...fields,
  };
}

export function refund(created: string, amount: number, fields: Json = {}): Json {
  return {
    id: next('re'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: null,
    created: epoch(created),
    currency: 'usd',
    metadata: {},
    payment_intent: null,
    reason: null,
    status: 'succeeded',
    ...fields,
  };
}

export function dispute(created: string, amount: number, status: string, fields: Json = {}): Json {
  return {
    id: next('dp'),
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: null,
    created: epoch(created),
    currency: 'usd',
    evidence: {},
    is_charge_refundable: false,
    livemode: true,
    metadata: {},
    payment_intent: null,
    reason: 'fraudulent',
    status,
    ...fields,
  };
}

/** The payment with its intent expanded, which names the charge. */
export function withIntent(payment: Json, charges: readonly Json[]): Json {
  const { payment: how } = payment;
  if (typeof how !== 'object' || how === null || !('payment_intent' in how)) return payment;
  const { payment_intent: id } = how;
  if (typeof id !== 'string') return payment;
  const charged = charges.find((one) => one.payment_intent === id);
  const intent = { id, object: 'payment_intent', latest_charge: charged?.id ?? null };
  return { ...payment, payment: { ...how, payment_intent: intent } };
}
