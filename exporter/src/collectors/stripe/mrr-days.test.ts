import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectContext } from '../../../test/collect-context.ts';
import { discount, epoch, flat, item, subscription, type Json } from '../../../test/providers/stripe-objects.ts';
import { stripeSettings } from '../../../test/providers/stripe-settings.ts';
import { emptyStripeTables } from '../../../test/providers/stripe-tables.ts';
import { serveProvider } from '../../../test/providers/serve.ts';
import { stripeContext } from '../../../test/stripe-context.ts';
import { createStripeCollector, type StripeOptions } from './index.ts';

const stripe = stripeContext();

async function run(now: string, options: StripeOptions = {}): Promise<string[]> {
  const collector = createStripeCollector(stripeSettings({ STRIPE_API_URL: stripe.server.url }), options);
  const context = collectContext(stripe.database.pool, now);
  const { data, warnings } = await collector.collect(context);
  await collector.store(stripe.database.pool, context.day, data);
  return warnings.map(({ code }) => code);
}

/** MRR in USD of the days that are closed. */
async function closedDays(): Promise<Record<string, number | null>> {
  const { rows } = await stripe.database.pool.query<{ day: string; mrr: number | null }>(
    'SELECT recorded_at::text AS day, mrr_usd::float AS mrr FROM stripe_metrics WHERE NOT provisional ORDER BY 1',
  );
  return Object.fromEntries(rows.map(({ day, mrr }) => [day, mrr]));
}

const NOON = '2026-03-15T12:00:00Z';
const MORNING = epoch('2026-03-15T08:00:00Z');
const canceled = (fields: Json): Json =>
  subscription([item(flat(2_000))], { status: 'canceled', canceled_at: fields.ended_at, ...fields });

describe('a first run at noon writes yesterday as it was at its end', () => {
  it.each<[string, () => Json[], number, number]>([
    ['created that morning: not yet', () => [subscription([item(flat(2_000))], { created: MORNING })], 0, 20],
    [
      'created at midnight: not yet',
      () => [subscription([item(flat(2_000))], { created: epoch('2026-03-15') })],
      0,
      20,
    ],
    ['cancelled that morning: still there', () => [canceled({ ended_at: MORNING })], 20, 0],
    ['cancelled at midnight: over', () => [canceled({ ended_at: epoch('2026-03-15') })], 0, 0],
    ['cancelled the day before: over', () => [canceled({ ended_at: epoch('2026-03-14T23:00:00Z') })], 0, 0],
    ['began and ended that morning: never', () => [canceled({ created: MORNING, ended_at: MORNING + 60 })], 0, 0],
    [
      'an item that was added that morning: not yet',
      () => [subscription([item(flat(2_000)), item(flat(500), { created: MORNING })])],
      20,
      25,
    ],
    [
      'a plan that was replaced that morning: the new one, as the old one is unknown',
      () => [subscription([item(flat(3_000), { created: MORNING })])],
      30,
      30,
    ],
    [
      'a discount that was given that morning: not yet',
      () => [subscription([item(flat(2_000))], { discounts: [discount({ percent_off: 50 }, { start: MORNING })] })],
      20,
      10,
    ],
    [
      'a trial that ended that morning: was a trial',
      () => [subscription([item(flat(2_000))], { trial_end: MORNING })],
      0,
      20,
    ],
  ])('%s', async (_name, subscriptions, yesterday, today) => {
    stripe.account.subscriptions = subscriptions();
    stripe.account.coupons = stripe.account.subscriptions.flatMap(({ discounts }) =>
      (Array.isArray(discounts) ? discounts : []).map((one: { source: { coupon: Json } }) => one.source.coupon),
    );
    await run(NOON);
    const { rows } = await stripe.database.pool.query(
      `SELECT day::text, mrr_usd::float AS mrr, provisional FROM revenue_daily WHERE mrr_usd IS NOT NULL ORDER BY day`,
    );
    expect(rows).toEqual([
      { day: '2026-03-14', mrr: yesterday, provisional: false },
      { day: '2026-03-15', mrr: today, provisional: true },
    ]);
  });
});

describe('a closed day', () => {
  it('keeps its MRR whatever happens later; the gauge shows what lives now', async () => {
    stripe.account.subscriptions = [subscription([item(flat(2_000))])];
    await run('2026-03-15T00:30:00Z');
    stripe.account.subscriptions = [];
    await run(NOON);
    expect(await closedDays()).toEqual({ '2026-03-14': 20 });
    const collector = createStripeCollector(stripeSettings({ STRIPE_API_URL: stripe.server.url }));
    const { data } = await collector.collect(collectContext(stripe.database.pool, NOON));
    expect(collector.samples(data, '2026-03-14')).toContainEqual({
      name: 'mrr_usd',
      labels: { provider: 'stripe' },
      value: 0,
    });
  });

  it('counts what vanished after its end, also what is asked for by its id', async () => {
    const old = subscription([item(flat(2_000))]);
    stripe.account.subscriptions = [old];
    await run('2026-03-14T12:00:00Z');
    stripe.account.subscriptions = [{ ...old, status: 'canceled', ended_at: MORNING, canceled_at: MORNING }];
    await run(NOON);
    expect(await closedDays()).toEqual({ '2026-03-13': 20, '2026-03-14': 20 });
    await run('2026-03-16T00:30:00Z');
    expect(await closedDays()).toEqual({ '2026-03-13': 20, '2026-03-14': 20, '2026-03-15': 0 });
  });

  it('counts what was cancelled after its end, on a server that knows no other status than all', async () => {
    stripe.account.subscriptions = [canceled({ ended_at: MORNING }), subscription([item(flat(500))])];
    const filtered = stripe.account.subscriptions.slice(1);
    const all = await serveProvider(({ path, query }) => ({
      json: {
        object: 'list',
        has_more: false,
        data: path !== '/v1/subscriptions' ? [] : query.status === 'all' ? stripe.account.subscriptions : filtered,
      },
    }));
    try {
      const collector = createStripeCollector(stripeSettings({ STRIPE_API_URL: all.url }));
      await collector.collect(collectContext(stripe.database.pool, NOON));
      expect(await closedDays()).toEqual({ '2026-03-14': 25 });
    } finally {
      await all.close();
    }
  });

  it('without a rate is unknown, and closed once there is one', async () => {
    stripe.account.subscriptions = [
      subscription([item(flat(1_000, 'month', 1, { currency: 'eur' }))], { currency: 'eur' }),
    ];
    expect(await run('2026-03-15T00:30:00Z')).toEqual(['unconverted_currency']);
    expect(await closedDays()).toEqual({ '2026-03-14': null });
    await stripe.database.pool.query(
      "INSERT INTO fx_rates (currency, day, usd_rate) VALUES ('EUR', '2026-03-01', 1.1)",
    );
    await run('2026-03-15T06:30:00Z');
    expect(await closedDays()).toEqual({ '2026-03-14': 11 });
  });

  it('stays open where the cancellations could not be read, and MRR is there all the same', async () => {
    const old = subscription([item(flat(2_000))]);
    stripe.account.subscriptions = [old, canceled({ ended_at: MORNING })];
    stripe.server.faultAlways(/\/v1\/(invoices|credit_notes|balance_transactions)/, { status: 500, json: {} });
    await expect(run(NOON)).rejects.toMatchObject({ kind: 'upstream' });
    expect(await closedDays()).toEqual({ '2026-03-14': 40 });
  });
});

it('any runs at any hours: the MRR of a day is that of its end, and never changes once it is closed', async () => {
  const hour = fc.integer({ min: 0, max: 24 * 5 - 1 });
  const account1 = fc.array(
    fc.record({
      began: fc.integer({ min: -24, max: 24 * 5 }),
      lasts: fc.option(fc.integer({ min: 1, max: 100 })),
      cents: fc.integer({ min: 1, max: 90 }),
    }),
    { maxLength: 5 },
  );
  const start = epoch('2026-03-10');
  await fc.assert(
    fc.asyncProperty(account1, fc.array(hour, { minLength: 1, maxLength: 6 }), async (drawn, hours) => {
      await emptyStripeTables(stripe.database.pool);
      const all = drawn.map(({ began, lasts, cents }) => ({
        created: start + began * 3_600,
        ended: lasts === null ? Infinity : start + (began + lasts) * 3_600,
        cents: cents * 100,
        object: subscription([item(flat(cents * 100))], { created: start + began * 3_600 }),
      }));
      const before: Record<string, number | null> = {};
      for (const at of hours.map((one) => start + one * 3_600 + 1_800).sort((a, b) => a - b)) {
        stripe.account.subscriptions = all
          .filter(({ created }) => created <= at)
          .map(({ object, ended }) =>
            ended <= at ? { ...object, status: 'canceled', ended_at: ended, canceled_at: ended } : object,
          );
        await run(new Date(at * 1000).toISOString());
        const now = await closedDays();
        expect(now).toMatchObject(before);
        Object.assign(before, now);
      }
      for (const [day, mrr] of Object.entries(before)) {
        const end = epoch(day) + 86_400;
        const live = all.filter(({ created, ended }) => created < end && ended > end);
        expect([day, mrr]).toEqual([day, live.reduce((sum, { cents }) => sum + cents / 100, 0)]);
      }
    }),
    { numRuns: 8, interruptAfterTimeLimit: 20_000 },
  );
}, 60_000);
