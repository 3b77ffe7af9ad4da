import { z } from 'zod';
import { currency, id, minorUnits, openEnum, reference, seconds } from './schema-parts.ts';

/** Objects that connect money to invoices, as far as they are read: charges, invoice payments, refunds, disputes. */

export const charge = z.object({
  id,
  created: seconds,
  status: z.string(),
  amount: minorUnits,
  amount_captured: minorUnits.nullish(),
  currency,
  customer: reference.nullish(),
  payment_intent: reference.nullish(),
  // Until 2025-03-31.basil.
  invoice: reference.nullish(),
  transfer_data: z.object({ amount: minorUnits.nullish() }).nullish(),
});
export type Charge = z.output<typeof charge>;

/** An id, or the expanded intent, which says what the charge is. */
const intent = z
  .union([id, z.object({ id, latest_charge: reference.nullish() })])
  .transform((value) => (typeof value === 'string' ? { id: value, latest_charge: undefined } : value));

export const invoicePayment = z.object({
  id,
  created: seconds,
  status: z.string(),
  invoice: reference,
  amount_paid: minorUnits.nullish(),
  amount_requested: minorUnits.nullish(),
  currency,
  payment: z.object({ payment_intent: intent.nullish(), charge: reference.nullish() }).nullish(),
});
export type InvoicePayment = z.output<typeof invoicePayment>;

export const refund = z.object({
  id,
  created: seconds,
  status: openEnum(['pending', 'requires_action', 'succeeded', 'failed', 'canceled']).nullish(),
  amount: minorUnits,
  currency,
  customer: reference.nullish(),
  charge: reference.nullish(),
  payment_intent: reference.nullish(),
});
export type Refund = z.output<typeof refund>;

export const dispute = z.object({
  id,
  created: seconds,
  status: openEnum([
    'lost',
    'needs_response',
    'prevented',
    'under_review',
    'warning_closed',
    'warning_needs_response',
    'warning_under_review',
    'won',
  ]),
  amount: minorUnits,
  currency,
  charge: reference.nullish(),
  payment_intent: reference.nullish(),
});
export type Dispute = z.output<typeof dispute>;
