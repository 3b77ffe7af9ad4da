import type { RequestContext } from '../retry.ts';
import type { StripeClient } from './client.ts';
import { isRefused } from './errors.ts';
import { customer as customerSchema, type Customer, type StripeDiscount, type Subscription } from './schema.ts';
import type { WarningTally } from './tally.ts';

/** So many customers are listed where the subscriptions do not bring theirs along. */
const MAX_LISTED = 200;

/**
 * Discounts of customers, which lower the invoices of their subscriptions that have no discount of their own. They
 * come with the subscriptions; their coupon, a level deeper, is read with the customer where it is an id.
 */
export async function readCustomerDiscounts(
  client: StripeClient,
  context: RequestContext,
  subscriptions: readonly Subscription[],
  tally: WarningTally,
): Promise<Map<string, StripeDiscount>> {
  const discounts = new Map<string, StripeDiscount>();
  const wanted = subscriptions.filter(({ discounts: own }) => own.length === 0);
  const unexpanded = new Set<string>();
  for (const { customer } of wanted) {
    if (customer.discount === undefined) unexpanded.add(customer.id);
    else if (customer.discount !== null) discounts.set(customer.id, customer.discount);
  }
  const isExpanded = subscriptions.some(({ customer }) => customer.discount !== undefined);
  if (unexpanded.size > 0 && !isExpanded) await listCustomers(client, context, unexpanded, discounts, tally);
  for (const [id, discount] of discounts) {
    if (typeof discount.source.coupon !== 'string') continue;
    const read = await readCustomer(client, context, id);
    if (read === undefined) continue;
    if (read.discount == null) discounts.delete(id);
    else discounts.set(id, read.discount);
  }
  return discounts;
}

/** Undefined where it is refused: the coupon is then looked for among the listed ones, by its id. */
async function readCustomer(client: StripeClient, context: RequestContext, id: string): Promise<Customer | undefined> {
  try {
    return await client.read(
      context,
      'customers',
      (stripe) => stripe.customers.retrieve(id, { expand: ['discount.source.coupon'] }),
      customerSchema,
    );
  } catch (error) {
    if (!isRefused(error)) throw error;
    return undefined;
  }
}

async function listCustomers(
  client: StripeClient,
  context: RequestContext,
  wanted: ReadonlySet<string>,
  discounts: Map<string, StripeDiscount>,
  tally: WarningTally,
): Promise<void> {
  const warn = (why: string): void =>
    tally.add('customer_discounts_unknown', `Stripe: ${why}; discounts of customers are not taken off MRR`);
  if (wanted.size > MAX_LISTED) {
    warn('the subscriptions do not bring their customers along');
    return;
  }
  try {
    const { items } = await client.list(
      context,
      'customers',
      (stripe, cursor) => stripe.customers.list({ ...cursor, expand: ['data.discount.source.coupon'] }),
      customerSchema,
      { leftOut: () => undefined, enough: (seen) => seen.length >= MAX_LISTED },
    );
    for (const { id, discount } of items) if (wanted.has(id) && discount != null) discounts.set(id, discount);
  } catch (error) {
    if (!isRefused(error)) throw error;
    warn('the customers cannot be read');
  }
}
