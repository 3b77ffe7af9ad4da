import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Pool } from 'pg';
import { createPool, withTransaction } from '../src/database/pool.ts';
import { invoiceEntrySchema, statementOfInvoice } from '../src/invoices/entry-schema.ts';
import { createInvoiceService, type InvoiceService, type Stored } from '../src/invoices/service.ts';
import { dayOf } from '../src/money/days.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

export interface TestBooks {
  readonly pool: () => Pool;
  readonly url: () => string;
  readonly service: (now?: string) => InvoiceService;
  /** Enters what the API would take. */
  readonly enter: (entry: object, now?: string) => Promise<Stored>;
}

/** One database for the tests of a file, its books empty before each. */
export function useInvoices(now: string): TestBooks {
  let database: TestDatabase | undefined;
  let opened: Pool | undefined;
  const pool = (): Pool => {
    if (opened === undefined) throw new Error('only inside a test');
    return opened;
  };
  beforeAll(async () => {
    database = await createTestDatabase();
    opened = createPool(database.url, { max: 5 });
  });
  beforeEach(() => emptyBooks(pool()));
  afterAll(async () => {
    await opened?.end();
    await database?.drop();
  });
  const service = (at = now): InvoiceService =>
    createInvoiceService({
      transaction: (action) => withTransaction(pool(), action),
      clock: { now: async () => new Date(at) },
      changes: { emit: async () => undefined },
    });
  return {
    pool,
    url: () => database?.url ?? '',
    service,
    enter: (entry, at = now) =>
      service(at).enterStatements([statementOfInvoice(invoiceEntrySchema.parse(entry), dayOf(new Date(at)))], {
        origin: 'api',
        author: 'test',
      }),
  };
}

/** As replication may and no user: the triggers refuse it otherwise. */
export async function emptyBooks(db: Pool): Promise<void> {
  await withTransaction(db, async (tx) => {
    await tx.query("SET LOCAL session_replication_role = 'replica'");
    await tx.query('TRUNCATE manual_billing_adjustments, component_costs, fx_rates RESTART IDENTITY');
  });
}
