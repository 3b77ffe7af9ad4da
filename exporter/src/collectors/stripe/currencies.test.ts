import { describe, expect, it } from 'vitest';
import { collectContext } from '../../../test/collect-context.ts';
import { flat, invoice, item, line, subscription, transaction } from '../../../test/providers/stripe-objects.ts';
import { stripeSettings } from '../../../test/providers/stripe-settings.ts';
import { revenueSum, storedRun, stripeContext } from '../../../test/stripe-context.ts';
import { createStripeCollector, type StripeOptions } from './index.ts';

const stripe = stripeContext();

const run = (now: string, options: StripeOptions = {}) => storedRun(stripe, now, options);

const total = (column: string, from: string, to: string) => revenueSum(stripe, column, from, to);

describe('currencies (row 29)', () => {
  it('without a rate: native amounts, outside the USD totals, with a warning', async () => {
    stripe.account.subscriptions = [
      subscription([item(flat(1_000, 'month', 1, { currency: 'eur' }))], { currency: 'eur' }),
      subscription([item(flat(500, 'month', 1, { currency: 'jpy' }))], { currency: 'jpy' }),
      subscription([item(flat(1_234, 'month', 1, { currency: 'kwd' }))], { currency: 'kwd' }),
      subscription([item(flat(2_000))]),
    ];
    stripe.account.invoices = [invoice('2026-03-10', [line(1_000, '2026-03-10', '2026-04-10')], { currency: 'eur' })];
    const { warnings } = await run('2026-03-15T00:30:00Z');
    const stored = await stripe.database.pool.query(
      "SELECT mrr_usd::float AS mrr, mrr_by_currency FROM stripe_metrics WHERE recorded_at = '2026-03-14'",
    );
    expect(stored.rows).toEqual([
      { mrr: 20, mrr_by_currency: { EUR: '10.00', JPY: '500.00', KWD: '1.234', USD: '20.00' } },
    ]);
    expect(warnings).toEqual([expect.objectContaining({ code: 'unconverted_currency', count: 4 })]);
    expect(await total('billed_usd', '2026-03-01', '2026-03-15')).toBe('0.00');
  });

  it('only an unconverted currency: USD MRR is not known, and has no series', async () => {
    stripe.account.subscriptions = [
      subscription([item(flat(1_000, 'month', 1, { currency: 'eur' }))], { currency: 'eur' }),
    ];
    const collector = createStripeCollector(stripeSettings({ STRIPE_API_URL: stripe.server.url }));
    const { data } = await collector.collect(collectContext(stripe.database.pool, '2026-03-15T00:30:00Z'));
    expect(data.snapshot.mrrUsd).toBeUndefined();
    expect(collector.samples(data, '2026-03-14').map(({ name }) => name)).not.toContain('mrr_usd');
  });

  it('a stored rate converts exactly; a later rate restates nothing; a rate that was late converts what was unconverted', async () => {
    stripe.account.subscriptions = [
      subscription([item(flat(1_000, 'month', 1, { currency: 'eur' }))], { currency: 'eur', customer: 'cus_1' }),
    ];
    stripe.account.invoices = [invoice('2026-03-10', [line(1_000, '2026-03-10', '2026-03-13')], { currency: 'eur' })];
    stripe.account.transactions = [transaction('2026-03-10', 'charge', 1_000, 30, { currency: 'eur' })];
    await run('2026-03-15T00:30:00Z');
    await stripe.database.pool.query(
      "INSERT INTO fx_rates (currency, day, usd_rate) VALUES ('EUR', '2026-03-01', 1.1)",
    );
    await run('2026-03-15T00:30:00Z');
    expect(await total('recognised_usd', '2026-03-10', '2026-03-13')).toBe('11.00');
    expect(await total('cash_usd', '2026-03-10', '2026-03-13')).toBe('11.00');
    await stripe.database.pool.query("INSERT INTO fx_rates (currency, day, usd_rate) VALUES ('EUR', '2026-03-05', 2)");
    await run('2026-03-15T00:30:00Z');
    expect(await total('billed_usd', '2026-03-10', '2026-03-13')).toBe('11.00');
    expect(await total('fees_usd', '2026-03-10', '2026-03-13')).toBe('0.33');
    const rows = await stripe.database.pool.query(
      `SELECT trim_scale(fx_rate)::text AS rate FROM stripe_revenue_lines UNION SELECT trim_scale(fx_rate)::text
        FROM stripe_balance_transactions`,
    );
    expect(rows.rows).toEqual([{ rate: '1.1' }]);
    expect(
      (await stripe.database.pool.query("SELECT fx_rates FROM stripe_metrics WHERE recorded_at = '2026-03-14'")).rows,
    ).toEqual([{ fx_rates: { EUR: '1.1' } }]);
  });
});
