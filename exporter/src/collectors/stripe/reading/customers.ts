import { storeCustomerDetails } from '../../../customers/details.ts';
import type { Queryable } from '../../../database/queryable.ts';
import { CollectorError } from '../../errors.ts';
import { detailsOf } from '../customer-details.ts';
import { customer as customerSchema } from '../schema.ts';
import type { z } from 'zod';
import { seconds } from '../schema-parts.ts';
import { readList, type HistoryList, type HistoryReader } from './read-list.ts';

export const CUSTOMERS = 'customers';

const listedCustomer = customerSchema.extend({ created: seconds });

/**
 * Names of customers that neither a living subscription nor an invoice of these runs has brought: those of before an
 * upgrade, and those who left. The list is read only while such a customer has figures, and a failure costs the names.
 */
export async function readCustomers(reader: HistoryReader): Promise<void> {
  const { tally, context } = reader;
  if (!(await hasNameless(context.db))) return;
  const warn = (why: string): void =>
    tally.add('customer_names_unreadable', `${why}; customers whose name is not known are shown by their id`);
  try {
    const state = await readList(reader, customerList(reader));
    if (state?.unreadable !== undefined) warn(state.unreadable);
  } catch (error) {
    if (!(error instanceof CollectorError)) throw error;
    warn(error.message);
  }
}

function customerList({ context, userKeys }: HistoryReader): HistoryList<z.output<typeof listedCustomer>> {
  return {
    name: CUSTOMERS,
    resource: 'customers',
    page: (window) => (stripe, cursor) => stripe.customers.list({ ...cursor, created: window }),
    schema: listedCustomer,
    target: 0,
    prepare: (entries) => {
      const found = entries.flatMap(({ item }) => detailsOf(item, userKeys, context.now) ?? []);
      return async (tx) => ({ rows: await storeCustomerDetails(tx, found), touched: [] });
    },
  };
}

/** Whether a customer with MRR or revenue was never read. */
async function hasNameless(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ some: boolean }>(
    `SELECT EXISTS (
       SELECT 1 FROM (
         SELECT customer FROM mrr_movements UNION ALL SELECT customer FROM stripe_revenue_lines
       ) f WHERE customer <> '' AND NOT EXISTS (SELECT 1 FROM customer_details d WHERE d.customer = f.customer)
     ) AS some`,
  );
  return rows[0]?.some === true;
}
