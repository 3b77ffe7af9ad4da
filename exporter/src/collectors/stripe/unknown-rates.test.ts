import { expect, it } from 'vitest';
import { z } from 'zod';
import { startApi } from '../../../test/api-server.ts';
import { createTestDatabase } from '../../../test/database.ts';
import { emptyAccount, serveStripe } from '../../../test/providers/stripe.ts';
import { invoice, line, transaction } from '../../../test/providers/stripe-objects.ts';
import { stripeSettings } from '../../../test/providers/stripe-settings.ts';
import { createStripeCollector } from './index.ts';

const list = z.object({
  data: z.array(z.object({ day: z.string(), revenueUsd: z.string().nullable(), marginUsd: z.string().nullable() })),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
});
const summary = z.object({ revenueUsd: z.string().nullable(), netMarginUsd: z.string().nullable() });

it('a day with an amount that has no rate is unknown in revenue, cash and gauges, and the API says so', async () => {
  const database = await createTestDatabase();
  const account = emptyAccount();
  account.invoices = [
    invoice('2026-03-10', [line(9_000, '2026-03-10', '2026-03-10', { currency: 'chf' })], { currency: 'chf' }),
    invoice('2026-03-10', [line(5_000, '2026-03-10', '2026-03-10')]),
    invoice('2026-03-09', [line(4_000, '2026-03-09', '2026-03-09')]),
  ];
  account.transactions = [transaction('2026-03-12', 'charge', 9_000, 300, { currency: 'chf', source: 'ch_1' })];
  const server = await serveStripe(account);
  const api = await startApi(database.url, {
    collectors: [createStripeCollector(stripeSettings({ STRIPE_API_URL: server.url }))],
  });
  try {
    await api.send('POST', '/api/v1/metrics/sync-all');
    const ask = async (basis: string) =>
      list.parse(
        (await api.get(`/api/v1/metrics/revenue-vs-costs?from=2026-03-09&to=2026-03-13&revenue=${basis}`)).json,
      );
    const recognised = await ask('recognised');
    // The payment is that of the invoice two days before, by amount: no further revenue.
    expect(recognised.data.map(({ revenueUsd }) => revenueUsd)).toEqual(['40.00', null, '0.00', '0.00']);
    expect(recognised.data.map(({ marginUsd }) => marginUsd)[1]).toBeNull();
    expect(recognised.warnings).toContainEqual(
      expect.objectContaining({ code: 'unconverted_currency', message: expect.stringContaining('CHF') }),
    );
    expect((await ask('cash')).data.at(-1)?.revenueUsd).toBeNull();
    const totals = summary.parse((await api.get('/api/v1/metrics/summary?from=2026-03-09&to=2026-03-13')).json);
    expect(totals).toMatchObject({ revenueUsd: '90.00', netMarginUsd: null });
    const samples = (
      await database.pool.query("SELECT count(*)::int AS days FROM revenue_daily WHERE unconverted <> '{}'")
    ).rows;
    expect(samples).toEqual([{ days: 2 }]);
  } finally {
    await api.close();
    await server.close();
    await database.drop();
  }
});
