import { describe, expect, it } from 'vitest';
import { epoch, flat, invoice, item, line, subscription, type Json } from '../../../test/providers/stripe-objects.ts';
import { stripeContext } from '../../../test/stripe-context.ts';
import { runStripe } from '../../../test/stripe-runs.ts';
import { eraseUser, previewErasure } from '../../llm/maintenance/erase-user.ts';
import { withTransaction } from '../../database/pool.ts';

const stripe = stripeContext();

const lives = (customer: string) => subscription([item(flat(1_000))], { customer });
const person = (id: string, fields: Json = {}): Json => ({
  ...{ id, object: 'customer', created: epoch('2025-06-01'), discount: null, name: null, email: null, metadata: {} },
  ...fields,
});
const run = (now?: string) => runStripe(stripe.database.pool, stripe.server.url, now === undefined ? {} : { now });
const known = async (customer: string) =>
  (
    await stripe.database.pool.query('SELECT name, email, user_refs FROM customer_details WHERE customer = $1', [
      customer,
    ])
  ).rows[0];

describe('names of customers', () => {
  it('come with the subscriptions, follow a change and survive the deletion of the customer', async () => {
    stripe.account.subscriptions = [lives('cus_ada')];
    stripe.account.customers = [
      person('cus_ada', { name: 'Ada Ltd', email: 'ada@example.com', metadata: { user_id: 'u-1' } }),
    ];
    expect((await run()).warnings).toEqual([]);
    expect(await known('cus_ada')).toEqual({ name: 'Ada Ltd', email: 'ada@example.com', user_refs: ['u-1'] });
    stripe.account.customers = [person('cus_ada', { name: 'Ada Group', email: 'ada@example.com' })];
    await run('2026-03-15T01:30:00Z');
    expect(await known('cus_ada')).toEqual({ name: 'Ada Group', email: 'ada@example.com', user_refs: [] });
    // None for the names alone.
    expect(stripe.server.requests.some(({ path }) => path === '/v1/customers')).toBe(false);
    stripe.account.customers = [{ id: 'cus_ada', object: 'customer', deleted: true }];
    await run('2026-03-15T02:30:00Z');
    expect(await known('cus_ada')).toMatchObject({ name: 'Ada Group' });
  });

  it('come with invoices of customers who left, and do not take the place of something newer', async () => {
    stripe.account.subscriptions = [lives('cus_both')];
    stripe.account.customers = [person('cus_both', { name: 'New name' })];
    const sent = (customer: string, name: string) =>
      invoice('2026-03-14', [line(1_000, '2026-03-01', '2026-04-01')], {
        ...{ customer, customer_name: name, customer_email: null },
      });
    stripe.account.invoices = [sent('cus_left', 'Left Inc'), sent('cus_both', 'Old name')];
    await run('2026-03-16T00:30:00Z');
    expect(await known('cus_left')).toEqual({ name: 'Left Inc', email: null, user_refs: null });
    expect(await known('cus_both')).toMatchObject({ name: 'New name' });
  });

  it('are filled after an upgrade from the list of customers; a refusal costs the names alone', async () => {
    await stripe.database.pool.query(
      `INSERT INTO mrr_movements (day, customer, subscription, plan, product, currency, kind, reason, amount, amount_usd)
       VALUES ('2026-01-01', 'cus_before', '', '', '', 'USD', 'opening', '', 10, 10)`,
    );
    stripe.account.subscriptions = [lives('cus_both')];
    stripe.account.forbidden = [{ path: /^\/v1\/customers$/, permission: 'rak_customer_read' }];
    const refused = await run('2026-03-17T00:30:00Z');
    expect(refused.warnings.map(({ code }) => code)).toEqual(['customer_names_unreadable']);
    stripe.account.forbidden = [];
    stripe.account.customers = [person('cus_before', { email: 'before@example.com' }), person('cus_odd', { name: 7 })];
    expect((await run('2026-03-17T01:30:00Z')).warnings).toEqual([]);
    expect(await known('cus_before')).toEqual({ name: null, email: 'before@example.com', user_refs: [] });
    expect(await known('cus_odd')).toMatchObject({ name: null });
  });

  it('are erased with their person and do not come back', async () => {
    stripe.account.subscriptions = [lives('cus_eve')];
    stripe.account.customers = [person('cus_eve', { name: 'Eve', email: 'Eve@Example.com' })];
    await run('2026-03-18T00:30:00Z');
    expect(await previewErasure(stripe.database.pool, 'eve@example.com')).toMatchObject({ customers: ['cus_eve'] });
    await withTransaction(stripe.database.pool, (tx) =>
      eraseUser(tx, 'eve@example.com', new Date('2026-03-18T01:00:00Z')),
    );
    await run('2026-03-18T01:30:00Z');
    expect(await known('cus_eve')).toEqual({ name: null, email: null, user_refs: null });
  });
});
