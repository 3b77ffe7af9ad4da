import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { NOW, startApi, type TestApi } from '../../../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import type { ProviderServer } from '../../../../test/providers/serve.ts';
import {
  creditLine,
  creditNote,
  epoch,
  flat,
  invoice,
  item,
  line,
  subscription,
  transaction,
} from '../../../../test/providers/stripe-objects.ts';
import { stripeSettings } from '../../../../test/providers/stripe-settings.ts';
import { emptyAccount, serveStripe, type FakeStripeAccount } from '../../../../test/providers/stripe.ts';
import { createStripeCollector } from '../../../collectors/stripe/index.ts';
import { createMetrics } from '../../../metrics/index.ts';

const TODAY = NOW.slice(0, 10);
const monthly = (minor: number, fields: Record<string, unknown> = {}, currency = 'usd') =>
  subscription([item(flat(minor, 'month', 1, { currency }))], { currency, ...fields });

/** An account with one of everything: as Stripe's pages show it, read over a socket by the collector. */
function account(): FakeStripeAccount {
  const year = invoice('2026-03-01', [line(36_500, '2026-03-01', '2027-03-01')], { customer: 'cus_year' });
  const lost = invoice('2026-03-03', [line(5_000, '2026-03-03', '2026-03-03')], {
    status: 'uncollectible',
    amount_paid: 0,
    amount_remaining: 5_000,
    status_transitions: { finalized_at: epoch('2026-03-03'), marked_uncollectible_at: epoch('2026-03-12') },
  });
  const credited = invoice('2026-03-02', [line(2_000, '2026-03-02', '2026-03-02')]);
  return {
    ...emptyAccount(),
    subscriptions: [
      monthly(2_000, { customer: 'cus_a' }),
      monthly(3_000, { customer: 'cus_b', status: 'past_due' }),
      monthly(4_000, { customer: 'cus_c', status: 'trialing', trial_end: epoch('2026-04-01') }),
      monthly(5_000, { customer: 'cus_d', pause_collection: { behavior: 'void', resumes_at: null } }),
      monthly(1_000, { customer: 'cus_e' }, 'eur'),
      monthly(700, { customer: 'cus_f' }, 'chf'),
    ],
    invoices: [
      invoice('2026-03-13', [line(900, '2026-03-13', '2026-03-13', { currency: 'chf' })], { currency: 'chf' }),
      lost,
      credited,
      year,
    ],
    creditNotes: [creditNote('2026-03-09', credited['id'], [creditLine(500, null)])],
    transactions: [
      transaction('2026-03-10', 'refund', -1_500, 0, { source: 're_1' }),
      transaction('2026-03-11', 'dispute', -2_500, 1_500, { source: 'du_1' }),
      transaction('2026-03-12', 'refund', -900, 0, { currency: 'chf', source: 're_2' }),
      transaction('2026-03-01', 'charge', 36_500, 1_089, { source: 'ch_1' }),
    ],
  };
}

let database: TestDatabase;
let server: ProviderServer;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query("INSERT INTO fx_rates (currency, day, usd_rate) VALUES ('EUR', '2026-01-01', 1.1)");
  server = await serveStripe(account());
  api = await startApi(database.url, {
    collectors: [createStripeCollector(stripeSettings({ STRIPE_API_URL: server.url }))],
  });
  const { status, json } = await api.send('POST', '/api/v1/metrics/sync-all');
  expect(status, JSON.stringify(json)).toBe(200);
});
afterAll(async () => {
  await api.close();
  await server.close();
  await database.drop();
});

const list = z.looseObject({
  data: z.array(z.record(z.string(), z.unknown())),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
});
async function ask(path: string) {
  const answer = await api.get(`/api/v1/metrics/${path}`, 'figures');
  expect(answer.status, answer.text).toBe(200);
  return list.parse(answer.json);
}
const known = (amounts: Record<string, unknown>) => expect.objectContaining(amounts);

describe('revenue-by-day', () => {
  it('has MRR with the parts that are at risk, on trial and paused, and who pays', async () => {
    const { data } = await ask('revenue-by-day?from=2026-03-14&to=2026-03-16');
    for (const day of data)
      expect(day).toMatchObject({
        mrrUsd: '61.00',
        mrrAtRiskUsd: '30.00',
        mrrTrialUsd: '40.00',
        mrrPausedUsd: '50.00',
        payingCustomers: 4,
        activeSubscriptions: 5,
      });
  });

  it('has what was billed, credited, given up, refunded and disputed on its day, and what is deferred', async () => {
    const { data } = await ask('revenue-by-day?from=2026-03-01&to=2026-03-15');
    const on = (day: string) => data.find((row) => row.day === day);
    expect(on('2026-03-01')).toMatchObject({ billedUsd: '365.00', recognisedUsd: '1.00', deferredUsd: '364.00' });
    expect(on('2026-03-01')).toMatchObject({ cashUsd: '365.00', feesUsd: '10.89', refundsUsd: '0.00' });
    expect(on('2026-03-09')).toMatchObject({ creditedUsd: '5.00', badDebtUsd: '0.00' });
    expect(on('2026-03-10')).toMatchObject({ refundsUsd: '15.00', cashUsd: '-15.00', disputesUsd: '0.00' });
    expect(on('2026-03-11')).toMatchObject({ disputesUsd: '25.00', cashUsd: '-25.00', refundsUsd: '0.00' });
    expect(on('2026-03-12')).toMatchObject({ badDebtUsd: '50.00' });
    expect(on('2026-03-14')).toMatchObject({ deferredUsd: '351.00' });
  });

  it('is unknown where an amount has no rate, says which, and only there', async () => {
    const { data, warnings } = await ask('revenue-by-day?from=2026-03-12&to=2026-03-14');
    expect(data[0]).toMatchObject({
      refundsUsd: null,
      cashUsd: null,
      disputesUsd: '0.00',
      unconverted: { cash: { CHF: '-9.00' }, refunds: { CHF: '9.00' } },
    });
    expect(data[1]).toMatchObject({ billedUsd: null, badDebtUsd: '0.00', unconverted: { billed: { CHF: '9.00' } } });
    expect(warnings).toContainEqual(known({ code: 'unconverted_currency', message: expect.stringContaining('CHF') }));
  });

  it('knows nothing of a day that was not read: null, never 0', async () => {
    const { data } = await ask('revenue-by-day?from=2026-03-20&to=2026-03-21');
    const [{ day, unconverted, ...figures } = {}] = data;
    expect([day, unconverted]).toEqual(['2026-03-20', {}]);
    expect(new Set(Object.values(figures))).toEqual(new Set([null]));
    const past = await ask('revenue-by-day?from=2026-03-05&to=2026-03-06');
    expect(past.data[0]).toMatchObject({ mrrUsd: null, mrrTrialUsd: null, payingCustomers: null, billedUsd: '0.00' });
  });

  it('warns of MRR without a rate, also where every other figure is in USD', async () => {
    const { warnings } = await ask('revenue-by-day?from=2026-03-14&to=2026-03-15');
    expect(warnings).toContainEqual(
      known({ code: 'unconverted_currency', message: expect.stringContaining('1 day in CHF') }),
    );
  });
});

describe('revenue-by-month', () => {
  it('adds up the running month as far as it is known, and is unknown where a day of it is', async () => {
    const { data } = await ask('revenue-by-month?from=2026-03-10&to=2026-03-16');
    expect(data).toEqual([
      known({
        month: '2026-03',
        complete: false,
        mrrUsd: '61.00',
        payingCustomers: 4,
        creditedUsd: '5.00',
        badDebtUsd: '50.00',
        disputesUsd: '25.00',
        refundsUsd: null,
        cashUsd: null,
        billedUsd: null,
      }),
    ]);
    const { data: year } = await ask('revenue-by-month');
    expect(year).toHaveLength(12);
    expect(year[0]).toMatchObject({ month: '2025-04', complete: true, mrrUsd: null, cashUsd: null });
  });
});

describe('mrr-by-currency', () => {
  it('has each currency as it is billed, and in USD where there is a rate', async () => {
    const { data } = await ask('mrr-by-currency?from=2026-03-14&to=2026-03-15');
    expect(data).toEqual([
      { day: '2026-03-14', currency: 'CHF', mrr: '7.00', fxRate: null, mrrUsd: null },
      { day: '2026-03-14', currency: 'EUR', mrr: '10.00', fxRate: '1.1', mrrUsd: '11.00' },
      { day: '2026-03-14', currency: 'USD', mrr: '50.00', fxRate: '1', mrrUsd: '50.00' },
    ]);
  });
});

describe('revenue.csv and mrr-by-currency.csv', () => {
  const rows = z.array(z.record(z.string(), z.string()));
  it('have the same figures; what is not known is empty', async () => {
    const answer = await api.get('/api/v1/export/revenue.csv?from=2026-03-12&to=2026-03-15');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="revenue.csv"');
    const [first, , last] = rows.parse(parse(answer.text, { columns: true }));
    expect(first).toMatchObject({ day: '2026-03-12', badDebtUsd: '50.00', refundsUsd: '', mrrUsd: '' });
    expect(JSON.parse(first?.['unconverted'] ?? '')).toMatchObject({
      cash: { CHF: '-9.00' },
      refunds: { CHF: '9.00' },
    });
    expect(last).toMatchObject({ mrrUsd: '61.00', mrrAtRiskUsd: '30.00', payingCustomers: '4', unconverted: '' });
    const currencies = await api.get('/api/v1/export/mrr-by-currency.csv?from=2026-03-14&to=2026-03-15');
    expect(rows.parse(parse(currencies.text, { columns: true }))).toContainEqual({
      day: '2026-03-14',
      currency: 'CHF',
      mrr: '7.00',
      fxRate: '',
      mrrUsd: '',
    });
  });
});

describe('/metrics', () => {
  it('has the parts of MRR, and of the month what is whole', async () => {
    const page = createMetrics({
      version: '0',
      revision: '0',
      facts: () => ({ enabled: new Set(['stripe']), nextRun: null }),
    });
    await page.refresh({ db: database.pool, today: TODAY, now: new Date(NOW) });
    const { body } = await page.render();
    const value = (series: string): number | undefined => {
      const found = body.split('\n').find((one) => one.startsWith(`marginboard_${series} `));
      return found === undefined ? undefined : Number(found.split(' ').at(-1));
    };
    const stripe = (name: string) => value(`${name}{provider="stripe"}`);
    expect({
      mrr: stripe('mrr_usd'),
      atRisk: stripe('mrr_at_risk_usd'),
      trial: stripe('mrr_trial_usd'),
      paused: stripe('mrr_paused_usd'),
      customers: stripe('paying_customers'),
      deferred: stripe('deferred_revenue_usd'),
      disputes: stripe('disputes_month_to_date_usd'),
      badDebt: stripe('bad_debt_month_to_date_usd'),
    }).toEqual({
      mrr: 61,
      atRisk: 30,
      trial: 40,
      paused: 50,
      customers: 4,
      deferred: 351,
      disputes: 25,
      badDebt: 50,
    });
    expect(value('mrr_native{currency="CHF",provider="stripe"}')).toBe(7);
    for (const unknown of ['billed', 'cash', 'refunds', 'revenue'])
      expect([unknown, stripe(`${unknown}_month_to_date_usd`)]).toEqual([unknown, undefined]);
  });
});
