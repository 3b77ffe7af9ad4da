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

const monetary = (value: number): Json => ({ type: 'monetary', monetary: { currency: 'usd', value } });

export function creditGrant(created: string, amount: number, fields: Json = {}): Json {
  return {
    id: next('credgr'),
    object: 'billing.credit_grant',
    amount: monetary(amount),
    applicability_config: { scope: { price_type: 'metered' } },
    category: 'paid',
    created: epoch(created),
    customer: 'cus_case',
    customer_account: null,
    effective_at: epoch(created),
    expires_at: null,
    livemode: true,
    metadata: {},
    name: null,
    test_clock: null,
    updated: epoch(created),
    voided_at: null,
    ...fields,
  };
}

/** Credit of `grant` that paid `line`; negative where a voided invoice gave it back. */
export function creditUse(created: string, grant: string, amount: number, line: string): Json {
  const own = {
    id: next('cbtxn'),
    object: 'billing.credit_balance_transaction',
    created: epoch(created),
    credit_grant: grant,
    effective_at: epoch(created),
    livemode: true,
    test_clock: null,
  };
  return amount > 0
    ? {
        ...own,
        type: 'debit',
        credit: null,
        debit: {
          amount: monetary(amount),
          type: 'credits_applied',
          credits_applied: { invoice: 'in_usage', invoice_line_item: line },
        },
      }
    : {
        ...own,
        type: 'credit',
        debit: null,
        credit: {
          amount: monetary(-amount),
          type: 'credits_application_invoice_voided',
          credits_application_invoice_voided: { invoice: 'in_usage', invoice_line_item: line },
        },
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
