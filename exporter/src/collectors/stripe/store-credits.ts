import { z } from 'zod';
import type { Queryable } from '../../database/queryable.ts';
import { dayOfSeconds } from '../../money/recognised-revenue.ts';
import type { CreditGrant, CreditTransaction } from './credit-grant-schema.ts';
import type { RevenueLine } from './lines.ts';
import { prepaidRows, purchasesOf, type CreditUse, type PaidGrant, type Purchase } from './prepaid.ts';

/** Grants that were bought; the others are free, and what they pay is no revenue. */
export function isPaid({ category, amount }: CreditGrant): boolean {
  return category === 'paid' && amount.monetary != null && amount.monetary.value > 0n;
}

export async function storeGrants(tx: Queryable, grants: readonly CreditGrant[]): Promise<number> {
  const day = (seconds: number | null | undefined): string | null => (seconds == null ? null : dayOfSeconds(seconds));
  const rows = grants.filter(isPaid).map((grant) => ({
    id: grant.id,
    customer: grant.customer,
    currency: grant.amount.monetary?.currency,
    amount: String(grant.amount.monetary?.value),
    effective_on: dayOfSeconds(grant.effective_at ?? grant.created),
    expires_on: day(grant.expires_at),
    voided_on: day(grant.voided_at),
  }));
  return (await tx.query(GRANTS, [JSON.stringify(rows)])).rowCount ?? 0;
}

const GRANTS = `
INSERT INTO stripe_credit_grants AS g (id, customer, currency, amount, effective_on, expires_on, voided_on)
SELECT id, customer, currency, amount, effective_on, expires_on, voided_on
FROM jsonb_to_recordset($1::jsonb) AS r(id text, customer text, currency text, amount numeric, effective_on date,
  expires_on date, voided_on date) ORDER BY id
ON CONFLICT (id) DO UPDATE SET effective_on = excluded.effective_on, expires_on = excluded.expires_on,
  voided_on = excluded.voided_on
WHERE (g.effective_on, g.expires_on, g.voided_on)
  IS DISTINCT FROM (excluded.effective_on, excluded.expires_on, excluded.voided_on)`;

/** Applied credits and those that a voided invoice gave back; grants, expiry and voids are in the grant itself. */
export async function storeUses(
  tx: Queryable,
  grant: string,
  transactions: readonly CreditTransaction[],
): Promise<number> {
  const rows = transactions.flatMap(({ id, created, effective_at: at, credit, debit }) => {
    const isApplied = debit?.type === 'credits_applied';
    if (!isApplied && credit?.type !== 'credits_application_invoice_voided') return [];
    const value = (isApplied ? debit : credit)?.amount.monetary?.value ?? 0n;
    const line = isApplied ? debit.credits_applied : credit?.credits_application_invoice_voided;
    return [
      {
        id,
        day: dayOfSeconds(at ?? created),
        amount: String(isApplied ? value : -value),
        invoice_line: line?.invoice_line_item ?? null,
      },
    ];
  });
  return (await tx.query(USES, [grant, JSON.stringify(rows)])).rowCount ?? 0;
}

const USES = `
INSERT INTO stripe_credit_uses (id, credit_grant, day, amount, invoice_line)
SELECT id, $1, day, amount, invoice_line
FROM jsonb_to_recordset($2::jsonb) AS r(id text, day date, amount numeric, invoice_line text) ORDER BY id
ON CONFLICT (id) DO NOTHING`;

/** A voided invoice may give credit back, so grants that were used up are looked at a while longer. */
const LOOKED_AT_DAYS = 60;

/** Grants with something left, or used not long ago. */
export async function loadOpenGrants(db: Queryable, today: string): Promise<{ id: string; customer: string }[]> {
  const { rows } = await db.query<{ id: string; customer: string }>(
    `SELECT g.id, g.customer FROM stripe_credit_grants g
     LEFT JOIN LATERAL (SELECT sum(amount) AS used, max(day) AS last FROM stripe_credit_uses u
       WHERE u.credit_grant = g.id) u ON true
     WHERE coalesce(u.used, 0) < g.amount OR u.last > $1::date - ${LOOKED_AT_DAYS} ORDER BY g.id`,
    [today],
  );
  return rows;
}

const minor = z.string().transform(BigInt);
const optional = z
  .string()
  .nullable()
  .transform((text) => text ?? undefined);
const grantRow = z.object({
  id: z.string(),
  customer: z.string(),
  currency: z.string(),
  amount: minor,
  effectiveOn: z.string(),
  expiresOn: optional,
  voidedOn: optional,
});
const useRow = z.object({
  id: z.string(),
  grant: z.string(),
  day: z.string(),
  amount: minor,
  start: z.string().nullable(),
  end: z.string().nullable(),
});
const purchaseRow = z.object({
  id: z.string(),
  invoiceId: z.string(),
  customer: z.string(),
  currency: z.string(),
  minor,
  start: z.string(),
});

/** The rows that defer what was bought ahead; `payments` are payments without an invoice, which may be purchases. */
export async function prepaidLines(db: Queryable, payments: readonly RevenueLine[]): Promise<RevenueLine[]> {
  const grants: PaidGrant[] = z.array(grantRow).parse(
    (
      await db.query(`SELECT id, customer, currency, amount::text AS amount, effective_on::text AS "effectiveOn",
        expires_on::text AS "expiresOn", voided_on::text AS "voidedOn" FROM stripe_credit_grants ORDER BY effective_on, id`)
    ).rows,
  );
  if (grants.length === 0) return [];
  const uses = z
    .array(useRow)
    .parse((await db.query(USED)).rows)
    .map(({ start, end, ...use }): CreditUse => ({
      ...use,
      period: start === null || end === null ? undefined : { start, end },
    }));
  const purchases: Purchase[] = z.array(purchaseRow).parse((await db.query(PURCHASES)).rows);
  const byGrant = Map.groupBy(uses, ({ grant }) => grant);
  const bought = purchasesOf(grants, [...purchases, ...payments]);
  return grants.flatMap((grant) => {
    const purchase = bought.get(grant.id);
    return purchase === undefined ? [] : prepaidRows(grant, purchase, byGrant.get(grant.id) ?? []);
  });
}

const USED = `
SELECT u.id, u.credit_grant AS "grant", u.day::text AS day, u.amount::text AS amount, l.period_start::text AS start,
  l.period_end::text AS "end"
FROM stripe_credit_uses u LEFT JOIN stripe_revenue_lines l ON l.id = u.invoice_line ORDER BY u.id`;

const PURCHASES = `
SELECT id, invoice_id AS "invoiceId", customer, currency, trunc(amount)::text AS minor, period_start::text AS start
FROM stripe_revenue_lines
WHERE kind = 'invoice_line' AND status NOT IN ('void', 'draft', 'uncollectible') AND amount > 0
  AND period_end = period_start + 1 AND customer IN (SELECT customer FROM stripe_credit_grants)
ORDER BY id`;
