import type { Queryable } from '../../database/queryable.ts';
import type { InvoiceRow, PaymentObject } from './payment-objects.ts';

/** Rows of one statement. */
const CHUNK = 5_000;

/** Adds or updates what connects money to invoices. Returns changed rows. */
export async function storePayments(
  tx: Queryable,
  { objects, invoices }: { readonly objects: readonly PaymentObject[]; readonly invoices: readonly InvoiceRow[] },
): Promise<number> {
  let rows = 0;
  const write = async (sql: string, wanted: readonly object[]): Promise<void> => {
    for (let from = 0; from < wanted.length; from += CHUNK)
      rows += (await tx.query(sql, [JSON.stringify(wanted.slice(from, from + CHUNK))])).rowCount ?? 0;
  };
  await write(
    OBJECTS,
    objects.map((one) => ({
      kind: one.kind,
      id: one.id,
      day: one.day,
      status: one.status,
      amount: String(one.minor),
      currency: one.currency,
      customer: one.customer ?? null,
      charge: one.charge ?? null,
      payment_intent: one.paymentIntent ?? null,
      invoice_id: one.invoiceId ?? null,
      part: String(one.part),
      refunds: one.refunds ?? {},
    })),
  );
  await write(
    INVOICES,
    invoices.map((one) => ({
      id: one.id,
      status: one.status,
      customer: one.customer,
      currency: one.currency,
      finalised_on: one.finalisedOn,
      paid_on: one.paidOn ?? null,
      total: String(one.total),
      amount_paid: String(one.paid),
      bad_debt: String(one.badDebt),
      bad_debt_on: one.badDebtOn ?? null,
      recovered_on: one.recoveredOn ?? null,
    })),
  );
  return rows;
}

// A charge once known is not forgotten: payments may be read again without their intent, which names it.
const OBJECTS = `
INSERT INTO stripe_payment_objects AS o (kind, id, day, status, amount, currency, customer, charge, payment_intent,
  invoice_id, part, refunds)
SELECT kind, id, day, status, amount, currency, customer, charge, payment_intent, invoice_id, part, refunds
FROM jsonb_to_recordset($1::jsonb) AS r(kind text, id text, day date, status text, amount numeric, currency text,
  customer text, charge text, payment_intent text, invoice_id text, part numeric, refunds jsonb)
ORDER BY kind, id
ON CONFLICT (kind, id) DO UPDATE SET day = excluded.day, status = excluded.status, amount = excluded.amount,
  currency = excluded.currency, customer = excluded.customer, charge = coalesce(excluded.charge, o.charge),
  payment_intent = excluded.payment_intent, invoice_id = excluded.invoice_id, part = excluded.part,
  refunds = excluded.refunds
WHERE (o.day, o.status, o.amount, o.currency, o.customer, o.charge, o.payment_intent, o.invoice_id, o.part, o.refunds)
  IS DISTINCT FROM (excluded.day, excluded.status, excluded.amount, excluded.currency, excluded.customer,
    coalesce(excluded.charge, o.charge), excluded.payment_intent, excluded.invoice_id, excluded.part, excluded.refunds)`;

const INVOICES = `
INSERT INTO stripe_invoices AS i (id, status, customer, currency, finalised_on, paid_on, total, amount_paid, bad_debt,
  bad_debt_on, recovered_on)
SELECT id, status, customer, currency, finalised_on, paid_on, total, amount_paid, bad_debt, bad_debt_on, recovered_on
FROM jsonb_to_recordset($1::jsonb) AS r(id text, status text, customer text, currency text, finalised_on date,
  paid_on date, total numeric, amount_paid numeric, bad_debt numeric, bad_debt_on date,
  recovered_on date)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET status = excluded.status, customer = excluded.customer, currency = excluded.currency,
  finalised_on = excluded.finalised_on, paid_on = excluded.paid_on, total = excluded.total,
  amount_paid = excluded.amount_paid, bad_debt = excluded.bad_debt, bad_debt_on = excluded.bad_debt_on,
  recovered_on = excluded.recovered_on
WHERE (i.status, i.customer, i.currency, i.finalised_on, i.paid_on, i.total, i.amount_paid, i.bad_debt, i.bad_debt_on,
  i.recovered_on)
  IS DISTINCT FROM (excluded.status, excluded.customer, excluded.currency, excluded.finalised_on, excluded.paid_on,
    excluded.total, excluded.amount_paid, excluded.bad_debt, excluded.bad_debt_on, excluded.recovered_on)`;
