import { z } from 'zod';
import { currency, id, minorUnits, openEnum, reference, seconds } from './schema-parts.ts';

/** Billing credits (https://docs.stripe.com/billing/subscriptions/usage-based/billing-credits), as far as they are read. */

const amount = z.object({ monetary: z.object({ currency, value: minorUnits }).nullish() });

export const creditGrant = z.object({
  id,
  created: seconds,
  category: openEnum(['paid', 'promotional']),
  customer: reference,
  amount,
  effective_at: seconds.nullish(),
  expires_at: seconds.nullish(),
  voided_at: seconds.nullish(),
});
export type CreditGrant = z.output<typeof creditGrant>;

const ofLine = z.object({ invoice_line_item: id.nullish() }).nullish();

export const creditTransaction = z.object({
  id,
  created: seconds,
  effective_at: seconds.nullish(),
  credit: z.object({ amount, type: z.string(), credits_application_invoice_voided: ofLine }).nullish(),
  debit: z.object({ amount, type: z.string(), credits_applied: ofLine }).nullish(),
});
export type CreditTransaction = z.output<typeof creditTransaction>;
