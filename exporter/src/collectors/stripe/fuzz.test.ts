import { afterAll, beforeAll, expect, it } from 'vitest';
import { collectContext } from '../../../test/collect-context.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { fuzzCollector } from '../../../test/fuzz.ts';
import { mutatingProxy, type MutatingProxy } from '../../../test/fuzz-proxy.ts';
import type { ProviderServer } from '../../../test/providers/serve.ts';
import { emptyAccount, serveStripe } from '../../../test/providers/stripe.ts';
import {
  creditLine,
  creditNote,
  discount,
  flat,
  invoice,
  item,
  line,
  price,
  subscription,
  taxRate,
  transaction,
} from '../../../test/providers/stripe-objects.ts';
import { stripeSettings } from '../../../test/providers/stripe-settings.ts';
import { createStripeCollector } from './index.ts';

let database: TestDatabase;
let server: ProviderServer;
let proxy: MutatingProxy;
beforeAll(async () => {
  database = await createTestDatabase();
  const tiered = price({
    billing_scheme: 'tiered',
    tiers_mode: 'graduated',
    unit_amount: null,
    unit_amount_decimal: null,
    tiers: [
      { up_to: 5, unit_amount: 500, unit_amount_decimal: '500', flat_amount: null, flat_amount_decimal: null },
      { up_to: null, unit_amount: 300, unit_amount_decimal: '300.5', flat_amount: null, flat_amount_decimal: null },
    ],
  });
  const billed = line(12_000, '2026-03-01', '2026-04-01', { taxes: [{ amount: 2_000, tax_behavior: 'inclusive' }] });
  const paid = invoice('2026-03-01', [billed, line(-500, '2026-03-01', '2026-04-01')]);
  server = await serveStripe({
    ...emptyAccount(),
    subscriptions: [
      subscription([item(flat(2_000)), item(tiered, { quantity: 7 })], {
        customer: 'cus_1',
        discounts: [discount({ percent_off: 12.5 })],
      }),
      subscription([item(flat(120_000, 'year'), { tax_rates: [taxRate(20, true)] })], {
        customer: 'cus_2',
        status: 'past_due',
        discounts: [discount({ amount_off: 500, currency: 'usd' })],
      }),
    ],
    prices: [tiered],
    invoices: [paid],
    creditNotes: [creditNote('2026-03-05', paid['id'], [creditLine(1_000, billed['id'])])],
    transactions: [transaction('2026-03-14', 'charge', 12_000, 350), transaction('2026-03-14', 'refund', -1_000)],
  });
  proxy = await mutatingProxy(server.url);
});
afterAll(async () => {
  await proxy.close();
  await server.close();
  await database.drop();
});

it('Stripe: a spoilt answer ends in a typed error or in figures that were sent', { timeout: 120_000 }, async () => {
  const collector = createStripeCollector(stripeSettings({ STRIPE_API_URL: proxy.url }));
  // Credits, refunds and corrections are negative. Taxes, discounts and statuses may be left out where there are none.
  // Nothing is stored on the way, so that every try reads everything.
  const dryRun = () => {
    const { checkpoint: _, ...context } = collectContext(database.pool, '2026-03-15T00:30:00Z');
    return context;
  };
  await fuzzCollector(collector, proxy, dryRun, database, {
    runs: 60,
    zero: /byStatus|atRisk|progress/i,
  });
  expect(server.pending()).toBe(0);
});
