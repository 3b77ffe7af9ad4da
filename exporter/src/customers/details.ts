import { z } from 'zod';
import type { Queryable } from '../database/queryable.ts';

/** What Stripe says about a customer at one time. */
export interface CustomerDetails {
  readonly customer: string;
  readonly name: string | null;
  readonly email: string | null;
  /** Metadata that names users of the application; null where the object does not show it. */
  readonly userRefs: readonly string[] | null;
  readonly readAt: Date;
}

/** How a customer is called in answers. */
export interface CustomerName {
  /** Stripe's name, else the e-mail, else the id. */
  readonly name: string;
  readonly email: string | null;
}

/** `CustomerName.name` in SQL, of columns of `customer_details`; `customer` may be another table's. */
export const CUSTOMER_NAME = 'coalesce(name, email, customer)';

const STORE = `
INSERT INTO customer_details AS c (customer, name, email, user_refs, read_at)
SELECT DISTINCT ON (customer) customer, name, email,
  CASE WHEN refs IS NULL THEN NULL ELSE ARRAY(SELECT jsonb_array_elements_text(refs)) END, read_at
FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::timestamptz[]) AS u(customer, name, email, refs, read_at)
ORDER BY customer, read_at DESC
ON CONFLICT (customer) DO UPDATE SET name = excluded.name, email = excluded.email,
  user_refs = coalesce(excluded.user_refs, c.user_refs), read_at = excluded.read_at
WHERE c.erased_at IS NULL AND excluded.read_at >= c.read_at
  AND (c.name, c.email, c.user_refs)
    IS DISTINCT FROM (excluded.name, excluded.email, coalesce(excluded.user_refs, c.user_refs))`;

/** Stores what is newer than what is known; an erased customer stays without a name. */
export async function storeCustomerDetails(tx: Queryable, found: readonly CustomerDetails[]): Promise<number> {
  if (found.length === 0) return 0;
  const { rowCount } = await tx.query(STORE, [
    found.map(({ customer }) => customer),
    found.map(({ name }) => name),
    found.map(({ email }) => email),
    found.map(({ userRefs }) => (userRefs === null ? null : JSON.stringify(userRefs))),
    found.map(({ readAt }) => readAt),
  ]);
  return rowCount ?? 0;
}

const nameRow = z.object({ customer: z.string(), name: z.string(), email: z.string().nullable() });

/** The names of `customers`; those that Stripe gave none have no entry. */
export async function customerNames(
  db: Queryable,
  customers: readonly (string | null)[],
): Promise<ReadonlyMap<string, CustomerName>> {
  const { rows } = await db.query(
    `SELECT customer, ${CUSTOMER_NAME} AS name, email FROM customer_details
     WHERE customer = ANY($1::text[]) AND num_nonnulls(name, email) > 0`,
    [[...new Set(customers.filter((customer) => customer !== null))]],
  );
  return new Map(
    z
      .array(nameRow)
      .parse(rows)
      .map(({ customer, ...called }) => [customer, called]),
  );
}

/** Adds the name and e-mail of its customer to each row. */
export async function withCustomerNames<Row extends { readonly customer: string }>(
  db: Queryable,
  rows: readonly Row[],
): Promise<(Row & CustomerName)[]> {
  const names = await customerNames(
    db,
    rows.map(({ customer }) => customer),
  );
  return rows.map((row) => ({ ...row, ...(names.get(row.customer) ?? { name: row.customer, email: null }) }));
}
