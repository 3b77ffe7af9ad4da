import { expect, it } from 'vitest';
import { z } from 'zod';
import { startApi } from '../../../test/api-server.ts';
import { createTestDatabase } from '../../../test/database.ts';
import { emptyAccount, serveStripe } from '../../../test/providers/stripe.ts';
import { invoice, line, transaction } from '../../../test/providers/stripe-objects.ts';
import { charge, invoicePayment } from '../../../test/providers/stripe-payments.ts';
import { stripeSettings } from '../../../test/providers/stripe-settings.ts';
import { createStripeCollector } from './index.ts';

const list = z.object({ data: z.array(z.object({ revenueUsd: z.string().nullable() })) });

it.each([
  [undefined, '110.00', 'the rate at which Stripe converted the payment fills the gap'],
  ['1.2', '120.00', "an operator's rate wins"],
])('an operator rate of %s gives %s: %s', async (rate, revenueUsd, _why) => {
  const database = await createTestDatabase();
  const account = emptyAccount();
  account.invoices = [
    invoice('2026-03-10', [line(10_000, '2026-03-10', '2026-03-10')], { id: 'in_eur', currency: 'eur' }),
  ];
  account.charges = [charge('2026-03-10', 10_000, { id: 'ch_eur', payment_intent: 'pi_eur', currency: 'eur' })];
  account.invoicePayments = [invoicePayment('2026-03-10', 10_000, 'in_eur', 'pi_eur', { currency: 'eur' })];
  account.transactions = [transaction('2026-03-10', 'charge', 11_000, 300, { source: 'ch_eur', exchange_rate: 1.1 })];
  if (rate !== undefined)
    await database.pool.query("INSERT INTO fx_rates (currency, day, usd_rate) VALUES ('EUR', '2026-01-01', $1)", [
      rate,
    ]);
  const server = await serveStripe(account);
  const api = await startApi(database.url, {
    collectors: [createStripeCollector(stripeSettings({ STRIPE_API_URL: server.url }))],
  });
  try {
    await api.send('POST', '/api/v1/metrics/sync-all');
    const { json } = await api.get('/api/v1/metrics/revenue-vs-costs?from=2026-03-10&to=2026-03-11');
    expect(list.parse(json).data).toEqual([{ revenueUsd }]);
  } finally {
    await api.close();
    await server.close();
    await database.drop();
  }
});
