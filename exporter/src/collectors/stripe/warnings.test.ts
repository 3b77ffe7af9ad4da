import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type TestApi } from '../../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import type { ProviderServer } from '../../../test/providers/serve.ts';
import { emptyAccount, serveStripe, type FakeStripeAccount } from '../../../test/providers/stripe.ts';
import { invoice, line, transaction } from '../../../test/providers/stripe-objects.ts';
import { charge, dispute, invoicePayment } from '../../../test/providers/stripe-payments.ts';
import { stripeSettings } from '../../../test/providers/stripe-settings.ts';
import { emptyStripeTables } from '../../../test/providers/stripe-tables.ts';
import { createStripeCollector } from './index.ts';

let database: TestDatabase;
let api: TestApi;
let account: FakeStripeAccount;
let server: ProviderServer;

beforeAll(async () => {
  database = await createTestDatabase();
  account = emptyAccount();
  server = await serveStripe(account);
  api = await startApi(database.url, {
    collectors: [createStripeCollector(stripeSettings({ STRIPE_API_URL: server.url }))],
  });
});
afterAll(async () => {
  await api.close();
  await server.close();
  await database.drop();
});
beforeEach(async () => {
  await emptyStripeTables(database.pool);
  Object.assign(account, emptyAccount());
});

const DAY = '2026-03-02';
const warning = z.object({ code: z.string(), message: z.string(), count: z.int().optional() });
const status = z.object({
  data: z.array(
    z.object({
      collector: z.string(),
      warnings: z.array(warning),
      history: z
        .object({ text: z.string(), unreadable: z.array(z.object({ list: z.string(), message: z.string() })) })
        .nullable(),
    }),
  ),
});

async function statusAfterSync() {
  const sync = await api.send('POST', '/api/v1/metrics/sync-all');
  expect(sync.status, sync.text).toBe(200);
  const { data } = status.parse((await api.get('/api/v1/metrics/sync-status')).json);
  const stripe = data.find(({ collector }) => collector === 'stripe');
  if (stripe === undefined) throw new Error('sync-status has no row of Stripe');
  return stripe;
}

describe('what is not certain is warned of with its amount', () => {
  it('disputes that are not decided, those of the balance alone included', async () => {
    account.transactions = [transaction(DAY, 'dispute', -5_000, 1_500, { source: 'dp_unread', type: 'adjustment' })];
    account.disputes = [
      dispute(DAY, 9_000, 'needs_response', { charge: 'ch_1' }),
      dispute(DAY, 12_345, 'under_review', { charge: 'ch_2', currency: 'kwd' }),
      dispute(DAY, 7_000, 'won', { charge: 'ch_3' }),
      dispute(DAY, 7_000, 'warning_needs_response', { charge: 'ch_4' }),
    ];
    const { warnings } = await statusAfterSync();
    expect(warnings).toContainEqual({
      code: 'disputes_undecided',
      count: 3,
      message: expect.stringContaining('disputes of 12.345 KWD, 140.00 USD are not decided'),
    });
  });

  it('payments that belong to an invoice by amount and day only', async () => {
    account.invoices = [invoice(DAY, [line(9_000, DAY, DAY)])];
    account.transactions = [transaction(DAY, 'charge', 9_000, 0, { source: 'ch_1' })];
    account.forbidden = [{ path: /charges|invoice_payments/, permission: '' }];
    const { warnings } = await statusAfterSync();
    expect(warnings).toContainEqual({
      code: 'payments_matched_by_amount',
      count: 1,
      message: expect.stringContaining('payments of 90.00 USD belong to an invoice by amount and day only'),
    });
    account.forbidden = [];
    account.charges = [charge(DAY, 9_000, { id: 'ch_1', payment_intent: 'pi_1' })];
    account.invoicePayments = [invoicePayment(DAY, 9_000, account.invoices[0]?.id, 'pi_1')];
    expect((await statusAfterSync()).warnings).toEqual([]);
  });

  it('what has no rate, and what is of an unknown category', async () => {
    account.invoices = [invoice(DAY, [line(9_000, DAY, DAY)], { currency: 'chf' })];
    account.transactions = [
      transaction(DAY, 'teleportation', 1_234, 0, { type: 'teleportation' }),
      transaction(DAY, 'teleportation', 1_000, 0, { type: 'teleportation' }),
    ];
    const { warnings } = await statusAfterSync();
    expect(warnings).toContainEqual({
      code: 'unconverted_currency',
      count: 1,
      message: expect.stringContaining('(90.00 CHF)'),
    });
    expect(warnings).toContainEqual({
      code: 'unknown_enum',
      count: 2,
      message: expect.stringContaining('22.34 USD are of a category'),
    });
    const margin = await api.get(`/api/v1/metrics/margin-by-customer?from=${DAY}&to=2026-03-03`);
    expect(z.object({ warnings: z.array(warning) }).parse(margin.json).warnings).toContainEqual({
      code: 'unconverted_currency',
      message: 'Stripe: 1 day in CHF without a rate to USD are not in the totals.',
    });
  });
});

it('sync-status names the lists that may not be read, with the permission, and how far the history is', async () => {
  account.forbidden = [
    { path: /\/refunds/, permission: '' },
    { path: /\/disputes/, permission: 'rak_dispute_read' },
  ];
  expect((await statusAfterSync()).history).toMatchObject({
    text: '100 %',
    unreadable: [
      { list: 'disputes', message: expect.stringContaining('rak_dispute_read ("Disputes: read")') },
      { list: 'refunds', message: expect.stringContaining('"Charges and Refunds: read"') },
    ],
  });
  account.forbidden = [];
  expect((await statusAfterSync()).history).toMatchObject({ text: '100 %', unreadable: [] });
});
