import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { emptyAccount, type FakeStripeAccount } from './stripe.ts';
import { creditLine, creditNote, epoch, invoice, line, transaction, type Json } from './stripe-objects.ts';

/** The short notation of cases about revenue and cash; amounts in minor units, expectations in USD, days UTC. */
const object = z.record(z.string(), z.unknown());
const invoiceCase = z.object({
  id: z.string(),
  created: z.string(),
  status: z.string().default('paid'),
  finalized: z.string().optional(),
  currency: z.string().default('usd'),
  customer: z.string().optional(),
  starting_balance: z.number().optional(),
  post_credit: z.number().optional(),
  fields: object.optional(),
  lines: z.array(
    z.object({
      amount: z.number(),
      from: z.string(),
      to: z.string(),
      discounts: z.array(z.number()).default([]),
      taxes: z.array(z.object({ amount: z.number(), behavior: z.string() })).default([]),
      credits: z.number().optional(),
    }),
  ),
});
const creditNoteCase = z.object({
  id: z.string(),
  invoice: z.string(),
  created: z.string(),
  currency: z.string().default('usd'),
  status: z.string().default('issued'),
  lines: z.array(z.object({ amount: z.number(), line: z.string().optional() })),
  fields: object.optional(),
});
const transactionCase = z.object({
  on: z.string().optional(),
  amount: z.number(),
  fee: z.number().default(0),
  type: z.string(),
  category: z.string(),
  source: z.string().optional(),
  currency: z.string().default('usd'),
  exchange_rate: z.number().optional(),
});
const content = {
  invoices: z.array(invoiceCase).default([]),
  credit_notes: z.array(creditNoteCase).default([]),
  txns: z.array(transactionCase).default([]),
  charges: z.array(object).default([]),
  refunds: z.array(object).default([]),
  disputes: z.array(object).default([]),
  invoice_payments: z.array(object).default([]),
  credit_grants: z.array(object).default([]),
  credit_transactions: z.array(object).default([]),
};
const expectation = z.object({
  fig: z.enum(['recognised', 'cash', 'fees']),
  from: z.string(),
  to: z.string(),
  /** Null: not known, and said to be. */
  usd: z.number().nullable(),
  tol: z.number().default(0.005),
});

export const revenueCase = z.object({
  id: z.string(),
  what: z.string(),
  customer: z.string().optional(),
  ...content,
  step2: z.object(content).optional(),
  expect: z.array(expectation),
});
export type RevenueCase = z.output<typeof revenueCase>;

export const revenueCases = z.object({
  fx: z.record(z.string(), z.string()),
  now: z.string(),
  cases: z.array(revenueCase),
});

const cashCase = transactionCase.omit({ on: true });
export const cashCases = z.object({
  fx: z.record(z.string(), z.string()),
  now: z.string(),
  cases: z.array(
    z.object({
      id: z.string(),
      day: z.string(),
      what: z.string(),
      txns: z.array(cashCase),
      cash: z.number().nullable(),
      fees: z.number().nullable(),
      recognised: z.number().optional(),
    }),
  ),
});

/** The samples beside the repository; undefined where they are not. */
export function sampleCases<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> | undefined {
  const url = new URL(`../../../../shared/cases/stripe/${file}`, import.meta.url);
  return existsSync(url) ? schema.parse(JSON.parse(readFileSync(url, 'utf8'))) : undefined;
}

type Content = Pick<
  RevenueCase,
  | 'invoices'
  | 'credit_notes'
  | 'txns'
  | 'charges'
  | 'refunds'
  | 'disputes'
  | 'invoice_payments'
  | 'credit_grants'
  | 'credit_transactions'
>;

/** The account of a case, in objects of the current API. */
export function accountOf(one: Content, customer = 'cus_case'): FakeStripeAccount {
  return {
    ...emptyAccount(),
    invoices: one.invoices.map((each) => invoiceOf(each, customer)).reverse(),
    creditNotes: one.credit_notes.map((each) => {
      const own = creditNote(
        each.created,
        each.invoice,
        each.lines.map((part) => creditLine(part.amount, part.line ?? null)),
        { id: each.id, currency: each.currency, status: each.status, customer, ...each.fields },
      );
      return own;
    }),
    transactions: one.txns.map((each) => transactionOf(each, each.on ?? '2026-01-01')),
    charges: [...one.charges],
    refunds: [...one.refunds],
    disputes: [...one.disputes],
    invoicePayments: [...one.invoice_payments],
    creditGrants: [...one.credit_grants],
    creditTransactions: [...one.credit_transactions],
  };
}

export function transactionOf(one: z.output<typeof cashCase>, on: string): Json {
  return transaction(on, one.category, one.amount, one.fee, {
    type: one.type,
    source: one.source ?? null,
    currency: one.currency,
    exchange_rate: one.exchange_rate ?? null,
  });
}

function invoiceOf(one: z.output<typeof invoiceCase>, customer: string): Json {
  const lines = one.lines.map((each, index) => {
    const credits = each.credits ?? 0;
    return line(each.amount, each.from, each.to, {
      id: `il_${one.id}_${index}`,
      currency: one.currency,
      discount_amounts: each.discounts.map((amount) => ({ amount, discount: 'di_case' })),
      taxes: each.taxes.map(({ amount, behavior }) => ({ amount, tax_behavior: behavior, taxable_amount: null })),
      pretax_credit_amounts:
        credits === 0
          ? []
          : [{ amount: credits, type: 'credit_balance_transaction', credit_balance_transaction: 'cb_1' }],
    });
  });
  const sum = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0);
  const taxOf = (behavior: string): number =>
    sum(one.lines.flatMap(({ taxes }) => taxes.filter((tax) => tax.behavior === behavior).map(({ amount }) => amount)));
  const subtotal = sum(one.lines.map(({ amount }) => amount));
  const off = sum(one.lines.flatMap(({ discounts, credits }) => [...discounts, credits ?? 0]));
  const total = subtotal - off + taxOf('exclusive');
  const due = Math.max(0, total + (one.starting_balance ?? 0));
  const isPaid = one.status === 'paid';
  const isDraft = one.status === 'draft';
  return invoice(one.created, lines, {
    id: one.id,
    status: one.status,
    currency: one.currency,
    customer: one.customer ?? customer,
    subtotal,
    total,
    total_excluding_tax: total - taxOf('exclusive') - taxOf('inclusive'),
    amount_due: due,
    amount_paid: isPaid ? due : 0,
    amount_remaining: isPaid ? 0 : due,
    starting_balance: one.starting_balance ?? 0,
    post_payment_credit_notes_amount: one.post_credit ?? 0,
    status_transitions: {
      finalized_at: isDraft ? null : epoch(one.finalized ?? one.created),
      paid_at: isPaid ? epoch(one.finalized ?? one.created) : null,
      marked_uncollectible_at: null,
      voided_at: null,
    },
    ...one.fields,
  });
}
