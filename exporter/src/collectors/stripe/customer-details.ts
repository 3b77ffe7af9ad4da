import { z } from 'zod';
import type { CustomerDetails } from '../../customers/details.ts';
import type { Customer, Subscription } from './schema.ts';
import type { Entry } from './client.ts';
import { id, personText, reference } from './schema-parts.ts';

/** The details of customers that came with something else; a deleted one keeps its last name. */
export function detailsOf(customer: Customer, userKeys: readonly string[], readAt: Date): CustomerDetails | undefined {
  if (customer.deleted === true || isIdAlone(customer)) return undefined;
  return {
    customer: customer.id,
    name: customer.name ?? null,
    email: customer.email ?? null,
    userRefs: userKeys.flatMap((key) => customer.metadata?.[key]?.trim() || []),
    readAt,
  };
}

/** Not expanded: says nothing of its name. */
function isIdAlone({ id: _, ...fields }: Customer): boolean {
  return Object.values(fields).every((value) => value === undefined);
}

export function detailsOfSubscriptions(
  subscriptions: readonly Subscription[],
  userKeys: readonly string[],
  readAt: Date,
): CustomerDetails[] {
  return subscriptions.flatMap(({ customer }) => detailsOf(customer, userKeys, readAt) ?? []);
}

/** Who an invoice was sent to, as of its last change. */
const invoiceCustomer = z.object({
  id,
  created: z.int().min(0),
  customer: reference,
  customer_name: personText,
  customer_email: personText,
});

/** From invoices as Stripe sent them: what waits in the database for further lines holds no names. */
export function detailsOfInvoices(entries: readonly Entry<unknown>[]): CustomerDetails[] {
  return entries.flatMap(({ raw }) => {
    const read = invoiceCustomer.safeParse(raw);
    if (!read.success) return [];
    const { customer, customer_name: name = null, customer_email: email = null, created } = read.data;
    if (name === null && email === null) return [];
    return [{ customer, name, email, userRefs: null, readAt: new Date(created * 1000) }];
  });
}
