import { describe, expect, it } from 'vitest';
import { collectContext } from '../../../test/collect-context.ts';
import { flat, item, subscription, type Json } from '../../../test/providers/stripe-objects.ts';
import { stripeSettings } from '../../../test/providers/stripe-settings.ts';
import { stripeContext } from '../../../test/stripe-context.ts';
import type { StripeSettings } from './collector.ts';
import { createStripeCollector } from './index.ts';

const stripe = stripeContext();

/** A run half an hour after the end of the day before `day`. */
async function run(day: string, settings: Partial<StripeSettings> = {}): Promise<number> {
  const collector = createStripeCollector(stripeSettings({ STRIPE_API_URL: stripe.server.url, ...settings }));
  const context = collectContext(stripe.database.pool, `${day}T00:30:00Z`);
  const { data } = await collector.collect(context);
  return (await collector.store(stripe.database.pool, context.day, data)).rows;
}

async function movements(): Promise<string[]> {
  const { rows } = await stripe.database.pool.query<{ said: string }>(
    `SELECT concat_ws(' ', day, customer, plan, kind, nullif(reason, ''), trim_scale(amount), currency,
       trim_scale(amount_usd)) AS said FROM mrr_movements ORDER BY day, customer, plan, kind`,
  );
  return rows.map(({ said }) => said);
}

interface SubFields extends Json {
  readonly price?: Json;
}
const price = (minor: number, fields: Json = {}): Json => ({
  ...flat(minor),
  id: `price_${minor}`,
  product: 'prod',
  ...fields,
});
const sub = (id: string, customer: string, minor: number, { price: terms, ...fields }: SubFields = {}): Json =>
  subscription([item(price(minor, terms))], { id, customer, ...fields });

async function sumsAreMrr(): Promise<void> {
  const { rows } = await stripe.database.pool.query(
    `SELECT d.day FROM mrr_days d JOIN revenue_daily r USING (day)
     WHERE round((SELECT coalesce(sum(amount), 0) FROM mrr_movements m WHERE m.day <= d.day AND currency = 'USD'), 2)
       <> round(r.mrr_usd, 2)`,
  );
  expect(rows).toEqual([]);
}

describe('a run records what moved MRR', () => {
  it('since the last known day, also over days without a run', async () => {
    stripe.account.subscriptions = [sub('sub_1', 'cus_1', 10_000), sub('sub_2', 'cus_2', 5_000)];
    await run('2026-03-10');
    stripe.account.subscriptions = [sub('sub_1', 'cus_1', 15_000), sub('sub_3', 'cus_3', 2_000)];
    await run('2026-03-14');
    expect(await movements()).toEqual([
      '2026-03-09 cus_1 price_10000 opening 100 USD 100',
      '2026-03-09 cus_2 price_5000 opening 50 USD 50',
      '2026-03-13 cus_1 price_10000 expansion -100 USD -100',
      '2026-03-13 cus_1 price_15000 expansion 150 USD 150',
      '2026-03-13 cus_2 price_5000 churn -50 USD -50',
      '2026-03-13 cus_3 price_2000 new 20 USD 20',
    ]);
    const { rows } = await stripe.database.pool.query(
      'SELECT day::text, previous::text, provisional FROM mrr_days ORDER BY day',
    );
    expect(rows).toEqual([
      { day: '2026-03-09', previous: null, provisional: false },
      { day: '2026-03-10', previous: '2026-03-09', provisional: true },
      { day: '2026-03-13', previous: '2026-03-10', provisional: false },
      { day: '2026-03-14', previous: '2026-03-13', provisional: true },
    ]);
    await sumsAreMrr();
  });

  it('once: a second run of the day writes nothing', async () => {
    stripe.account.subscriptions = [sub('sub_1', 'cus_1', 10_000)];
    await run('2026-03-10');
    const before = await movements();
    expect(await run('2026-03-10')).toBe(0);
    expect(await movements()).toEqual(before);
  });

  it('a closed day keeps its movements; what happened since stands on the running one', async () => {
    stripe.account.subscriptions = [sub('sub_1', 'cus_1', 10_000)];
    await run('2026-03-10');
    await run('2026-03-11');
    stripe.account.subscriptions = [];
    await run('2026-03-11');
    expect(await movements()).toEqual([
      '2026-03-09 cus_1 price_10000 opening 100 USD 100',
      '2026-03-11 cus_1 price_10000 churn -100 USD -100',
    ]);
    await sumsAreMrr();
  });

  it('a customer who comes back is a reactivation', async () => {
    stripe.account.subscriptions = [sub('sub_1', 'cus_1', 10_000)];
    await run('2026-03-10');
    stripe.account.subscriptions = [];
    await run('2026-03-11');
    stripe.account.subscriptions = [sub('sub_9', 'cus_1', 3_000)];
    await run('2026-03-12');
    expect((await movements()).slice(1)).toEqual([
      '2026-03-10 cus_1 price_10000 churn -100 USD -100',
      '2026-03-11 cus_1 price_3000 reactivation 30 USD 30',
    ]);
  });

  it('a subscription that cannot be read any more did not churn, and is no new one when it can', async () => {
    const odd = sub('sub_1', 'cus_1', 10_000, { price: { unit_amount: null, unit_amount_decimal: null } });
    stripe.account.subscriptions = [sub('sub_1', 'cus_1', 10_000), sub('sub_2', 'cus_2', 5_000)];
    await run('2026-03-10');
    stripe.account.subscriptions = [odd, sub('sub_2', 'cus_2', 5_000)];
    await run('2026-03-11');
    stripe.account.subscriptions = [sub('sub_1', 'cus_1', 12_000), sub('sub_2', 'cus_2', 5_000)];
    await run('2026-03-12');
    expect((await movements()).slice(2)).toEqual([
      '2026-03-10 cus_1 price_10000 correction unread -100 USD -100',
      '2026-03-11 cus_1 price_10000 correction read_again 100 USD 100',
      '2026-03-11 cus_1 price_10000 expansion -100 USD -100',
      '2026-03-11 cus_1 price_12000 expansion 120 USD 120',
    ]);
    await sumsAreMrr();
  });

  it('a trial moves nothing until it pays, a paused subscription leaves and comes back', async () => {
    stripe.account.subscriptions = [
      sub('sub_1', 'cus_1', 10_000, { status: 'trialing' }),
      sub('sub_2', 'cus_2', 5_000),
      sub('sub_3', 'cus_3', 100),
    ];
    await run('2026-03-10');
    stripe.account.subscriptions = [
      sub('sub_1', 'cus_1', 10_000),
      sub('sub_2', 'cus_2', 5_000, { pause_collection: { behavior: 'void' } }),
      sub('sub_3', 'cus_3', 100, { status: 'past_due' }),
    ];
    await run('2026-03-11');
    stripe.account.subscriptions = [
      sub('sub_1', 'cus_1', 10_000),
      sub('sub_2', 'cus_2', 5_000),
      sub('sub_3', 'cus_3', 100),
    ];
    await run('2026-03-12');
    expect((await movements()).slice(2)).toEqual([
      '2026-03-10 cus_1 price_10000 new 100 USD 100',
      '2026-03-10 cus_2 price_5000 churn -50 USD -50',
      '2026-03-11 cus_2 price_5000 reactivation 50 USD 50',
    ]);
  });

  it('other settings are a correction, and nobody is new by them', async () => {
    stripe.account.subscriptions = [sub('sub_1', 'cus_1', 10_000, { status: 'trialing' })];
    await run('2026-03-10');
    await run('2026-03-11', { MRR_COUNT_TRIALING: true });
    expect(await movements()).toEqual(['2026-03-10 cus_1 price_10000 correction settings 100 USD 100']);
    await sumsAreMrr();
  });

  it('another rate moves nothing, and a first rate is a correction', async () => {
    const euro = sub('sub_1', 'cus_1', 10_000, { currency: 'eur', price: { currency: 'eur' } });
    stripe.account.subscriptions = [euro];
    await run('2026-03-10');
    const rate = (day: string, usd: string) =>
      stripe.database.pool.query('INSERT INTO fx_rates (currency, day, usd_rate) VALUES ($1, $2, $3)', [
        'EUR',
        day,
        usd,
      ]);
    await rate('2026-03-11', '1.1');
    await run('2026-03-12');
    await rate('2026-03-12', '1.2');
    await run('2026-03-13');
    expect(await movements()).toEqual([
      '2026-03-09 cus_1 price_10000 opening 100 EUR',
      '2026-03-11 cus_1 price_10000 correction rate_found 0 EUR 110',
    ]);
    const { rows } = await stripe.database.pool.query(
      "SELECT day::text, rates->>'EUR' AS eur FROM mrr_days ORDER BY day",
    );
    expect(rows.map(({ day, eur }) => `${day} ${eur}`)).toEqual([
      '2026-03-09 null',
      '2026-03-10 null',
      '2026-03-11 1.1',
      '2026-03-12 1.2',
      '2026-03-13 1.2',
    ]);
  });

  it('a nickname is the plan’s name, whatever stands there', async () => {
    stripe.account.subscriptions = [
      sub('sub_1', 'cus_1', 10_000, { price: { nickname: 'Team' } }),
      sub('sub_2', 'cus_2', 5_000, { price: { nickname: { odd: true } } }),
      sub('sub_3', 'cus_3', 2_000, { price: { nickname: 'a\u0000b' } }),
    ];
    await run('2026-03-10');
    const { rows } = await stripe.database.pool.query('SELECT plan, name, product FROM mrr_plans ORDER BY plan');
    expect(rows).toEqual([
      { plan: 'price_10000', name: 'Team', product: 'prod' },
      { plan: 'price_2000', name: null, product: 'prod' },
      { plan: 'price_5000', name: null, product: 'prod' },
    ]);
  });
});
