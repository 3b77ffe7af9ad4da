import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collectContext } from '../../../test/collect-context.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { loadSpec, specExists, violations } from '../../../test/openapi.ts';
import { emptyAccount, serveStripe } from '../../../test/providers/stripe.ts';
import * as objects from '../../../test/providers/stripe-objects.ts';
import { emptyStripeTables } from '../../../test/providers/stripe-tables.ts';
import { stripeSettings } from '../../../test/providers/stripe-settings.ts';
import { startStripeMock, stripeMock } from '../../../test/providers/stripe-mock.ts';
import type { RecordedRequest } from '../../../test/providers/serve.ts';
import { createStripeCollector } from './index.ts';
import * as schema from './schema.ts';

const SPEC = 'stripe/spec3.trimmed.json';
const FIXTURES = 'stripe/fixtures3.json';
/** Described by Stripe, but not in the trimmed description: stripe-mock, which has the whole of it, checks these. */
const BEYOND = /^\/v1\/(billing\/credit_grants|credit_notes|disputes|invoice_payments|invoices\/[^/]+)(\/|$)/;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** An account that makes the collector ask for everything that it ever asks for. */
function everything() {
  const { coupon, creditLine, creditNote, discount, flat, invoice, item, line, price, subscription, transaction } =
    objects;
  const limited = coupon({ percent_off: 10 });
  const tiered = price({
    currency: 'eur',
    billing_scheme: 'tiered',
    tiers_mode: 'graduated',
    unit_amount: null,
    unit_amount_decimal: null,
    tiers: [],
    currency_options: {
      usd: {
        tiers: [
          { up_to: null, unit_amount: 5, unit_amount_decimal: '5', flat_amount: null, flat_amount_decimal: null },
        ],
      },
    },
  });
  const old = invoice('2026-01-05', [line(300, '2026-01-05', '2026-02-05')], { status: 'open' });
  const draft = invoice('2026-01-06', [line(300, '2026-01-06', '2026-02-06')], {
    status: 'draft',
    status_transitions: { finalized_at: null },
  });
  const sold = line(900, '2026-03-01', '2026-04-01');
  const long = invoice(
    '2026-03-01',
    [sold, ...Array.from({ length: 15 }, () => line(100, '2026-03-01', '2026-04-01'))],
    { post_payment_credit_notes_amount: 900 },
  );
  return {
    ...emptyAccount(),
    subscriptions: [
      ...Array.from({ length: 120 }, () => subscription([item(flat(2_000))])),
      subscription(
        [
          ...Array.from({ length: 12 }, () => item(flat(100))),
          item(tiered, { discounts: [discount({ percent_off: 5 })] }),
        ],
        { discounts: [discount(limited)] },
      ),
    ],
    prices: [tiered],
    coupons: [limited],
    invoices: [long, draft, old],
    transactions: [transaction('2026-03-01', 'charge', 2_400, 100)],
    creditNotes: [
      creditNote('2026-03-05', long.id, [
        creditLine(10, sold.id),
        ...Array.from({ length: 12 }, () => creditLine(1, undefined)),
      ]),
    ],
  };
}

describe.skipIf(!specExists(SPEC))("Stripe's own description", () => {
  it('allows every request that the collector and the doctor send', async () => {
    const server = await serveStripe(everything());
    try {
      const collector = createStripeCollector(stripeSettings({ STRIPE_API_URL: server.url }));
      for (const now of ['2026-03-15T00:30:00Z', '2026-03-16T00:30:00Z']) {
        const context = collectContext(database.pool, now);
        const { data } = await collector.collect(context);
        await collector.store(database.pool, context.day, data);
      }
      await collector.diagnose(collectContext(database.pool, '2026-03-16T00:30:00Z'));
      const spec = loadSpec(SPEC);
      const [beyond, described] = [
        server.requests.filter(({ path }) => BEYOND.test(path)),
        server.requests.filter(({ path }) => !BEYOND.test(path)),
      ];
      expect(described.flatMap((request) => violations(spec, named(request)))).toEqual([]);
      expect(new Set(described.map(({ path }) => path.replace(/price_\w+/, '{price}')))).toEqual(
        new Set([
          '/v1/subscriptions',
          '/v1/subscription_items',
          '/v1/prices/{price}',
          '/v1/prices',
          '/v1/coupons',
          '/v1/invoices',
          '/v1/balance_transactions',
          '/v1/customers',
          '/v1/charges',
          '/v1/refunds',
        ]),
      );
      expect(new Set(beyond.map(({ path }) => path.replace(/(in|cn)_\w+/, '{id}')))).toEqual(
        new Set([
          '/v1/billing/credit_grants',
          '/v1/credit_notes',
          '/v1/credit_notes/{id}/lines',
          '/v1/disputes',
          '/v1/invoice_payments',
          '/v1/invoices/{id}',
          '/v1/invoices/{id}/lines',
        ]),
      );
    } finally {
      await server.close();
    }
  });

  it.each([
    ['subscription', objects.subscription([objects.item(objects.price())])],
    ['subscription_item', objects.item(objects.price())],
    ['price', objects.price()],
    ['coupon', objects.coupon()],
    ['discount', objects.discount({})],
    ['invoice', objects.invoice('2026-03-01', [])],
    ['line_item', objects.line(1, '2026-03-01', '2026-04-01')],
    ['balance_transaction', objects.transaction('2026-03-01', 'charge', 1)],
    ['tax_rate', objects.taxRate(20, true)],
  ])('the fake server shows a whole %s', (name, object) => {
    const required = requiredShape.parse(loadSpec(SPEC)).components.schemas[name]?.required ?? [];
    expect(required.filter((field) => !Object.hasOwn(object, field))).toEqual([]);
  });
});

const requiredShape = z.object({
  components: z.object({ schemas: z.record(z.string(), z.object({ required: z.array(z.string()).optional() })) }),
});

describe.skipIf(!specExists(FIXTURES))("Stripe's own fixtures", () => {
  const fixtures = (): Record<string, unknown> =>
    z
      .object({ resources: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(readFileSync(new URL(`../../../../../shared/specs/${FIXTURES}`, import.meta.url), 'utf8')))
      .resources;

  it.each([
    ['subscription', schema.subscription],
    ['subscription_item', schema.subscriptionItem],
    ['price', schema.price],
    ['coupon', schema.coupon],
    ['invoice', schema.invoice],
    ['line_item', schema.invoiceLine],
    ['credit_note', schema.creditNote],
    ['credit_note_line_item', schema.creditNoteLine],
    ['balance_transaction', schema.balanceTransaction],
  ] as const)('%s', (name, shape) => {
    expect(shape.safeParse(fixtures()[name]).error).toBeUndefined();
  });

  it('a discount without its coupon is refused', () => {
    expect(schema.discount.safeParse(fixtures().discount).success).toBe(false);
  });
});

describe.skipIf(stripeMock === undefined)('a real stripe-mock (STRIPE_MOCK, or on the PATH)', () => {
  let mock: { url: string; stop(): Promise<void> };
  beforeAll(async () => {
    mock = await startStripeMock(stripeMock ?? '');
  });
  afterAll(() => mock.stop());

  it('takes every request, and its answers parse', async () => {
    await emptyStripeTables(database.pool);
    const collector = createStripeCollector(
      stripeSettings({ STRIPE_SECRET_KEY: 'sk_test_123', STRIPE_ALLOW_TEST_MODE: true, STRIPE_API_URL: mock.url }),
    );
    const context = collectContext(database.pool, '2026-03-15T00:30:00Z');
    const findings = await collector.diagnose(context);
    expect(findings.map(({ ok }) => ok)).toEqual([true, true, true, true, true, true, true, 'warning']);
    const { data } = await collector.collect(context);
    await collector.store(database.pool, context.day, data);
    expect(data.snapshot.byStatus).toMatchObject({ active: 1 });
    const cash = await database.pool.query('SELECT id FROM stripe_balance_transactions');
    expect(cash.rows).toHaveLength(1);
    expect(new Set(context.codes)).toEqual(new Set(['200']));
  });

  it.each([
    '/v1/subscriptions?limit=100&expand[0]=data.discounts.source.coupon&expand[1]=data.items.data.discounts&expand[2]=data.customer',
    '/v1/subscriptions?limit=100&status=canceled&created[gte]=0&expand[0]=data.discounts.source.coupon',
    '/v1/subscriptions/sub_1?expand[0]=discounts.source.coupon&expand[1]=customer',
    '/v1/customers?limit=100&expand[0]=data.discount.source.coupon',
    '/v1/customers/cus_1?expand[0]=discount.source.coupon',
    '/v1/subscription_items?subscription=sub_1&limit=100&expand[0]=data.discounts.source.coupon',
    '/v1/prices/price_1?expand[0]=tiers&expand[1]=currency_options&expand[2]=currency_options.tiers',
    '/v1/coupons?limit=100&expand[0]=data.applies_to&expand[1]=data.currency_options',
    '/v1/invoices?limit=100&status=void&created[gte]=1',
    '/v1/invoices/in_1',
    '/v1/invoices/in_1/lines?limit=100&starting_after=il_1',
    '/v1/credit_notes?limit=100&created[gte]=1',
    '/v1/credit_notes/cn_1/lines?limit=100',
    '/v1/balance_transactions?limit=100&created[gte]=1&created[lte]=2',
  ])('knows %s', async (path) => {
    const response = await fetch(`${mock.url}${path}`, { headers: { authorization: 'Bearer sk_test_123' } });
    expect([response.status, await response.json()]).toEqual([
      200,
      expect.objectContaining({ object: expect.any(String) }),
    ]);
  });
});

/** `expand[0]` and `created[gte]` are members of the described parameters `expand` and `created`. */
function named(request: RecordedRequest): RecordedRequest {
  return {
    ...request,
    query: Object.fromEntries(Object.entries(request.query).map(([name, value]) => [name.replace(/\[.*$/, ''), value])),
  };
}
