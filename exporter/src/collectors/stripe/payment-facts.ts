import { z } from 'zod';
import type { Queryable } from '../../database/queryable.ts';
import type { OpenInvoicePayment } from './payment-links.ts';

const minor = z.string().transform(BigInt);
const text = z.string().nullable();

const movement = z.object({
  id: z.string(),
  day: z.string(),
  category: z.enum(['charge', 'refund', 'dispute', 'platform']),
  amount: minor,
  currency: z.string(),
  source: text,
  exchange_rate: text,
  /** The charge behind it: the source itself, or that of the refund or dispute. */
  charge: text,
  customer: text,
  /** What Stripe says of the source, where it was read. */
  status: text,
  charge_amount: minor.nullable(),
  charge_part: minor.nullable(),
  is_known: z.boolean(),
});
/** A balance transaction that no invoice is known for, with what is known of its source. */
export type Movement = z.output<typeof movement>;

/**
 * The invoices that a charge or payment intent paid (SQL expressions of the query around it): by Stripe's invoice
 * payments, or by the charge's own field of older versions. Each part looks one index up, as right after a first import
 * the tables have no statistics, and a join of everything with everything would be chosen.
 */
function paidInvoices(charge: string, intent: string): string {
  const isPayment = "p.invoice_id IS NOT NULL AND p.kind IN ('invoice_payment', 'charge') AND p.status <> 'canceled'";
  return `SELECT p.invoice_id, p.amount FROM stripe_payment_objects p WHERE p.charge = ${charge} AND ${isPayment}
    UNION SELECT p.invoice_id, p.amount FROM stripe_payment_objects p WHERE p.payment_intent = ${intent} AND ${isPayment}
    UNION SELECT p.invoice_id, p.amount FROM stripe_payment_objects o
      JOIN stripe_payment_objects p ON p.payment_intent = o.payment_intent
      WHERE o.charge = ${charge} AND p.kind = 'invoice_payment' AND p.status <> 'canceled'`;
}

const MOVEMENTS = `WITH moved AS (
  SELECT t.id, t.day, t.category, t.amount, t.currency, t.source, t.exchange_rate, o.kind, o.status,
    coalesce(o.charge, CASE WHEN t.category = 'charge' THEN t.source END) AS charge, o.payment_intent, o.customer
  FROM stripe_balance_transactions t
  LEFT JOIN stripe_payment_objects o ON o.id = t.source
    AND o.kind = CASE t.category WHEN 'platform' THEN NULL ELSE t.category END
  WHERE t.category IN ('charge', 'refund', 'dispute', 'platform')
)
SELECT m.id, m.day::text AS day, m.category, trunc(m.amount)::text AS amount, m.currency, m.source,
  trim_scale(m.exchange_rate)::text AS exchange_rate, m.charge, coalesce(m.customer, c.customer) AS customer, m.status,
  c.amount::text AS charge_amount, c.part::text AS charge_part, m.kind IS NOT NULL AS is_known
FROM moved m LEFT JOIN stripe_payment_objects c ON c.kind = 'charge' AND c.id = m.charge
WHERE NOT EXISTS (${paidInvoices('m.charge', 'm.payment_intent')})
ORDER BY m.day, m.id`;

export async function loadMovements(db: Queryable): Promise<Movement[]> {
  return z.array(movement).parse((await db.query(MOVEMENTS)).rows);
}

const UNLINKED = `
SELECT 1 FROM stripe_balance_transactions t
WHERE t.category = 'charge' AND t.amount > 0 AND t.source IS NOT NULL
  AND NOT EXISTS (${paidInvoices('t.source', 'NULL')})
LIMIT 1`;

/** Whether there is a payment of which Stripe did not say yet which invoice it paid: its charge may. */
export async function hasUnlinkedPayments(db: Queryable): Promise<boolean> {
  return (await db.query(UNLINKED)).rows.length > 0;
}

const reversal = z.object({
  id: z.string(),
  kind: z.enum(['refund', 'dispute']),
  day: z.string(),
  amount: minor,
  currency: z.string(),
  charge: text,
  customer: text,
  /** With the part of the payment that each invoice received; empty where none is known. */
  invoices: z.array(z.object({ id: z.string(), amount: minor })),
  /** Its money stands in the balance. */
  has_transaction: z.boolean(),
});
export type ReversalFact = z.output<typeof reversal>;

const REVERSALS = `
SELECT r.id, r.kind, r.day::text AS day, r.amount::text AS amount, r.currency, r.charge, r.customer,
  coalesce((SELECT json_agg(json_build_object('id', invoice_id, 'amount', amount::text) ORDER BY invoice_id) FROM (
    ${paidInvoices('r.charge', 'r.payment_intent')}) i), '[]') AS invoices,
  EXISTS (SELECT 1 FROM stripe_balance_transactions t WHERE t.source = r.id) AS has_transaction
FROM stripe_payment_objects r
WHERE (r.kind = 'refund' AND r.status IN ('succeeded', 'pending')) OR (r.kind = 'dispute' AND r.status = 'lost')
ORDER BY r.kind, r.id`;

/** Refunds that went through, and disputes that were lost. */
export async function loadReversals(db: Queryable): Promise<ReversalFact[]> {
  return z.array(reversal).parse((await db.query(REVERSALS)).rows);
}

const invoicePayment = z.object({
  invoiceId: z.string(),
  day: z.string(),
  minor,
  currency: z.string(),
  customer: text,
});

const OPEN_INVOICE_PAYMENTS = `
SELECT p.invoice_id AS "invoiceId", coalesce(i.paid_on, p.day)::text AS day, p.amount::text AS minor, p.currency,
  nullif(i.customer, 'unknown') AS customer
FROM stripe_payment_objects p LEFT JOIN stripe_invoices i ON i.id = p.invoice_id
WHERE p.kind = 'invoice_payment' AND p.amount > 0 AND p.status <> 'canceled' 
  AND NOT EXISTS (SELECT 1 FROM stripe_balance_transactions t WHERE t.category = 'charge' AND t.source = p.charge)
  AND NOT EXISTS (SELECT 1 FROM stripe_payment_objects o
    JOIN stripe_balance_transactions t ON t.source = o.charge AND t.category = 'charge'
    WHERE o.payment_intent = p.payment_intent)
UNION ALL
SELECT i.id, coalesce(i.paid_on, i.finalised_on)::text, i.amount_paid::text, i.currency, nullif(i.customer, 'unknown')
FROM stripe_invoices i
WHERE i.amount_paid > 0 AND i.status <> 'void'
  AND NOT EXISTS (SELECT 1 FROM stripe_payment_objects p WHERE p.invoice_id = i.id AND p.kind <> 'credit_note')`;

/** What invoices received, without the payments that are known to be theirs. */
export async function loadOpenInvoicePayments(db: Queryable): Promise<OpenInvoicePayment[]> {
  return z.array(invoicePayment).parse((await db.query(OPEN_INVOICE_PAYMENTS)).rows);
}

/** Whether Stripe says which payments belong to invoices, as far as it was read. */
export async function hasInvoicePayments(db: Queryable): Promise<boolean> {
  const { rows } = await db.query("SELECT 1 FROM stripe_payment_objects WHERE kind = 'invoice_payment' LIMIT 1");
  return rows.length > 0;
}

const invoiceHistory = z.object({
  id: z.string(),
  status: z.string(),
  customer: z.string(),
  currency: z.string(),
  finalised_on: z.string(),
  total: minor,
  bad_debt: minor,
  bad_debt_on: text,
  recovered_on: text,
  lines: z.array(z.object({ id: z.string(), start: z.string(), end: z.string(), minor, credited: minor })),
  other_credits: minor,
  credit_notes: z.array(
    z.object({ id: z.string(), amount: minor, unnamed: minor, refunds: z.record(z.string(), minor) }),
  ),
});
export type StoredInvoice = z.output<typeof invoiceHistory>;

const INVOICES = `
SELECT i.id, i.status, i.customer, i.currency, i.finalised_on::text AS finalised_on, i.total::text AS total,
  i.bad_debt::text AS bad_debt, i.bad_debt_on::text AS bad_debt_on,
  i.recovered_on::text AS recovered_on,
  coalesce((SELECT json_agg(json_build_object('id', l.id, 'start', l.period_start, 'end', l.period_end,
      'minor', trunc(l.amount)::text, 'credited', coalesce((SELECT sum(trunc(c.amount)) FROM stripe_revenue_lines c
        WHERE c.kind = 'credit_note_line' AND c.reversed_line = l.id AND c.invoice_id = i.id AND c.status <> 'void'),
        0)::text) ORDER BY l.id)
    FROM stripe_revenue_lines l WHERE l.invoice_id = i.id AND l.kind = 'invoice_line'), '[]') AS lines,
  (SELECT coalesce(sum(trunc(c.amount)), 0) FROM stripe_revenue_lines c WHERE c.invoice_id = i.id
    AND c.kind = 'credit_note_line' AND c.reversed_line IS NULL AND c.status <> 'void')::text AS other_credits,
  coalesce((SELECT json_agg(json_build_object('id', n.id, 'amount', n.amount::text, 'unnamed', n.part::text,
      'refunds', n.refunds) ORDER BY n.id)
    FROM stripe_payment_objects n WHERE n.kind = 'credit_note' AND n.invoice_id = i.id AND n.status <> 'void'),
    '[]') AS credit_notes
FROM stripe_invoices i
WHERE i.status <> 'void' AND (i.id = ANY($1) OR i.bad_debt > 0)
ORDER BY i.id`;

/** These invoices, and those that are bad debt. */
export async function loadInvoices(db: Queryable, ids: readonly string[]): Promise<StoredInvoice[]> {
  return z.array(invoiceHistory).parse((await db.query(INVOICES, [ids])).rows);
}

const creditNote = z.object({ id: z.string(), day: z.string(), minor, currency: z.string() });
export type UnnamedCredit = z.output<typeof creditNote>;

/** Credit notes that gave money back without naming the refund. */
export async function loadUnnamedCredits(db: Queryable): Promise<UnnamedCredit[]> {
  const { rows } = await db.query(
    `SELECT id, day::text AS day, part::text AS minor, currency FROM stripe_payment_objects
     WHERE kind = 'credit_note' AND part > 0 AND status <> 'void' ORDER BY day, id`,
  );
  return z.array(creditNote).parse(rows);
}
