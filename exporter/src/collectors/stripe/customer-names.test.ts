import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { emptyAccount, serveStripe, type FakeStripeAccount } from '../../../test/providers/stripe.ts';
import { epoch, flat, invoice, item, line, subscription, type Json } from '../../../test/providers/stripe-objects.ts';
import type { ProviderServer } from '../../../test/providers/serve.ts';
import { runStripe } from '../../../test/stripe-runs.ts';
import { eraseUser, previewErasure } from '../../llm/maintenance/erase-user.ts';
import { withTransaction } from '../../database/pool.ts';

let database: TestDatabase;
let account: FakeStripeAccount;
let server: ProviderServer;
beforeAll(async () => {
  database = await createTestDatabase();
  account = emptyAccount();
  server = await serveStripe(account);
});
afterAll(async () => {
  await server.close();
  await database.drop();
});
beforeEach(() => Object.assign(account, emptyAccount()));

const lives = (customer: string) => subscription([item(flat(1_000))], { customer });
const person = (id: string, fields: Json = {}): Json => ({
  ...{ id, object: 'customer', created: epoch('2025-06-01'), discount: null, name: null, email: null, metadata: {} },
  ...fields,
});
const run = (now?: string) => runStripe(database.pool, server.url, now === undefined ? {} : { now });
const known = async (customer: string) =>
  (await database.pool.query('SELECT name, email, user_refs FROM customer_details WHERE customer = $1', [customer]))
    .rows[0];

describe('names of customers', () => {
  it('come with the subscriptions, follow a change and survive the deletion of the customer', async () => {
    account.subscriptions = [lives('cus_ada')];
    account.customers = [
      person('cus_ada', { name: 'Ada Ltd', email: 'ada@example.com', metadata: { user_id: 'u-1' } }),
    ];
    expect((await run()).warnings).toEqual([]);
    expect(await known('cus_ada')).toEqual({ name: 'Ada Ltd', email: 'ada@example.com', user_refs: ['u-1'] });
    account.customers = [person('cus_ada', { name: 'Ada Group', email: 'ada@example.com' })];
    await run('2026-03-15T01:30:00Z');
    expect(await known('cus_ada')).toEqual({ name: 'Ada Group', email: 'ada@example.com', user_refs: [] });
    // None for the names alone.
    expect(server.requests.some(({ path }) => path === '/v1/customers')).toBe(false);
    account.customers = [{ id: 'cus_ada', object: 'customer', deleted: true }];
    await run('2026-03-15T02:30:00Z');
    expect(await known('cus_ada')).toMatchObject({ name: 'Ada Group' });
  });

  it('come with invoices of customers who left, and do not take the place of something newer', async () => {
    account.subscriptions = [lives('cus_both')];
    account.customers = [person('cus_both', { name: 'New name' })];
    const sent = (customer: string, name: string) =>
      invoice('2026-03-14', [line(1_000, '2026-03-01', '2026-04-01')], {
        ...{ customer, customer_name: name, customer_email: null },
      });
    account.invoices = [sent('cus_left', 'Left Inc'), sent('cus_both', 'Old name')];
    await run('2026-03-16T00:30:00Z');
    expect(await known('cus_left')).toEqual({ name: 'Left Inc', email: null, user_refs: null });
    expect(await known('cus_both')).toMatchObject({ name: 'New name' });
  });

  it('are filled after an upgrade from the list of customers; a refusal costs the names alone', async () => {
    await database.pool.query(
      `INSERT INTO mrr_movements (day, customer, subscription, plan, product, currency, kind, reason, amount, amount_usd)
       VALUES ('2026-01-01', 'cus_before', '', '', '', 'USD', 'opening', '', 10, 10)`,
    );
    account.subscriptions = [lives('cus_both')];
    account.forbidden = [{ path: /^\/v1\/customers$/, permission: 'rak_customer_read' }];
    const refused = await run('2026-03-17T00:30:00Z');
    expect(refused.warnings.map(({ code }) => code)).toEqual(['customer_names_unreadable']);
    account.forbidden = [];
    account.customers = [person('cus_before', { email: 'before@example.com' }), person('cus_odd', { name: 7 })];
    expect((await run('2026-03-17T01:30:00Z')).warnings).toEqual([]);
    expect(await known('cus_before')).toEqual({ name: null, email: 'before@example.com', user_refs: [] });
    expect(await known('cus_odd')).toMatchObject({ name: null });
  });

  it('are erased with their person and do not come back', async () => {
    account.subscriptions = [lives('cus_eve')];
    account.customers = [person('cus_eve', { name: 'Eve', email: 'Eve@Example.com' })];
    await run('2026-03-18T00:30:00Z');
    expect(await previewErasure(database.pool, 'eve@example.com')).toMatchObject({ customers: ['cus_eve'] });
    await withTransaction(database.pool, (tx) => eraseUser(tx, 'eve@example.com', new Date('2026-03-18T01:00:00Z')));
    await run('2026-03-18T01:30:00Z');
    expect(await known('cus_eve')).toEqual({ name: null, email: null, user_refs: null });
  });
});
