import { describe, expect, it } from 'vitest';
import {
  creditLine,
  creditNote,
  flat,
  invoice,
  item,
  line,
  subscription,
  transaction,
} from '../../../test/providers/stripe-objects.ts';
import { revenueSum, storedRun, stripeContext } from '../../../test/stripe-context.ts';
import { addDays } from '../../money/days.ts';
import { type StripeOptions } from './index.ts';

const stripe = stripeContext();

const run = (now: string, options: StripeOptions = {}) => storedRun(stripe, now, options);

const total = (column: string, from: string, to: string) => revenueSum(stripe, column, from, to);

describe('the four figures', () => {
  it('an annual plan bought on 1 January: cash 1,200.00, recognised 595.07 for January to June, MRR 100.00 today', async () => {
    stripe.account.subscriptions = [subscription([item(flat(120_000, 'year'))], { customer: 'cus_1' })];
    stripe.account.invoices = [invoice('2026-01-01', [line(120_000, '2026-01-01', '2027-01-01')])];
    stripe.account.transactions = [transaction('2026-01-01', 'charge', 120_000, 3_510)];
    await run('2026-07-01T00:30:00Z');
    expect(await total('recognised_usd', '2026-01-01', '2026-07-01')).toBe('595.07');
    expect(await total('cash_usd', '2026-01-01', '2026-07-01')).toBe('1200.00');
    expect(await total('billed_usd', '2026-01-01', '2026-07-01')).toBe('1200.00');
    expect(await total('fees_usd', '2026-01-01', '2026-07-01')).toBe('35.10');
    const days = await stripe.database.pool.query(
      'SELECT day::text, mrr_usd, provisional FROM revenue_daily WHERE mrr_usd IS NOT NULL ORDER BY day',
    );
    expect(days.rows).toEqual([
      { day: '2026-06-30', mrr_usd: '100.000000', provisional: false },
      { day: '2026-07-01', mrr_usd: '100.000000', provisional: true },
    ]);
    const customers = await stripe.database.pool.query<{ sum: string }>(
      "SELECT sum(recognised_usd) FROM revenue_by_customer WHERE customer = 'cus_1' AND day < '2026-07-01'",
    );
    expect(Number(customers.rows[0]?.sum)).toBe(595.07);
    expect((await stripe.database.pool.query('SELECT max(day)::text AS last FROM revenue_daily')).rows).toEqual([
      { last: '2026-07-01' },
    ]);
  });

  it('refunds and disputes lower cash; payouts and transfers are no cash; fees of every kind count', async () => {
    stripe.account.transactions = [
      transaction('2026-03-10', 'charge', 10_000, 320),
      transaction('2026-03-10', 'payout', -9_000),
      transaction('2026-03-11', 'refund', -2_000),
      transaction('2026-03-12', 'dispute', -3_000, 1_500, { type: 'adjustment' }),
      transaction('2026-03-12', 'dispute_reversal', 1_000, -500, { type: 'adjustment' }),
      transaction('2026-03-12', 'fee', -700, 0, { type: 'stripe_fee' }),
      transaction('2026-03-12', 'transfer', -400),
      transaction('2026-03-13', 'something_new', 5_000, 0),
    ];
    const { warnings } = await run('2026-03-15T00:30:00Z');
    const sums = await stripe.database.pool.query(
      `SELECT sum(cash_usd)::float AS cash, sum(fees_usd)::float AS fees, sum(refunds_usd)::float AS refunds,
        sum(disputes_usd)::float AS disputes FROM revenue_daily`,
    );
    expect(sums.rows).toEqual([{ cash: 60, fees: 20.2, refunds: 20, disputes: 20 }]);
    expect(warnings).toEqual([
      expect.objectContaining({ code: 'unknown_enum', count: 1 }),
      expect.objectContaining({ code: 'disputes_undecided', message: expect.stringContaining('30.00 USD') }),
    ]);
  });

  it('is without tax and discounts, to the cent of the invoice, and has shipping on its day', async () => {
    stripe.account.invoices = [
      invoice(
        '2026-03-01',
        [
          line(12_000, '2026-03-01', '2026-04-01', { taxes: [{ amount: 2_000, tax_behavior: 'inclusive' }] }),
          line(5_000, '2026-03-01', '2026-04-01', {
            discount_amounts: [{ amount: 1_000, discount: 'di' }],
            taxes: [{ amount: 800, tax_behavior: 'exclusive' }],
          }),
        ],
        { total_excluding_tax: 14_501, shipping_cost: { amount_subtotal: 500, amount_tax: 0, amount_total: 500 } },
      ),
    ];
    await run('2026-04-02T00:30:00Z');
    expect(await total('billed_usd', '2026-03-01', '2026-03-02')).toBe('145.01');
    expect(await total('recognised_usd', '2026-03-01', '2026-04-01')).toBe('145.01');
  });

  it('a credit note counts over what is to come, drafts and voids not at all', async () => {
    const sold = line(36_500, '2026-01-01', '2027-01-01');
    const paid = invoice('2026-01-01', [sold], { post_payment_credit_notes_amount: 10_000 });
    stripe.account.invoices = [
      invoice('2026-02-01', [line(7_000, '2026-02-01', '2026-03-01')], { status: 'draft' }),
      invoice('2026-02-01', [line(7_000, '2026-02-01', '2026-03-01')], { status: 'void' }),
      paid,
    ];
    stripe.account.creditNotes = [
      creditNote('2026-07-01', paid.id, [
        creditLine(12_000, sold.id, { taxes: [{ amount: 2_000, tax_behavior: 'inclusive' }] }),
      ]),
    ];
    await run('2027-01-02T00:30:00Z');
    expect(await total('recognised_usd', '2026-01-01', '2026-07-01')).toBe('181.00');
    expect(await total('recognised_usd', '2026-01-01', '2027-01-01')).toBe('265.00');
    expect(await total('billed_usd', '2026-01-01', '2027-01-01')).toBe('365.00');
  });

  it('a key that may not read credit notes: the invoices say what was credited, and a warning says so', async () => {
    stripe.account.forbidden = [{ path: /credit_notes/, permission: 'rak_credit_note_read' }];
    stripe.account.invoices = [
      invoice('2026-03-01', [line(10_000, '2026-03-01', '2026-03-11')], {
        total: 12_000,
        total_excluding_tax: 10_000,
        post_payment_credit_notes_amount: 6_000,
      }),
    ];
    const { warnings } = await run('2026-03-15T00:30:00Z');
    expect(await total('recognised_usd', '2026-03-01', '2026-03-15')).toBe('50.00');
    expect(warnings).toEqual([
      expect.objectContaining({
        code: 'credit_notes_unreadable',
        message: expect.stringContaining('rak_credit_note_read'),
      }),
    ]);
    stripe.account.forbidden = [];
    stripe.account.creditNotes = [
      creditNote('2026-03-05', stripe.account.invoices[0]?.id, [creditLine(4_000, undefined)]),
    ];
    await run('2026-03-15T00:30:00Z');
    expect(await total('recognised_usd', '2026-03-01', '2026-03-15')).toBe('60.00');
  });
});

describe('runs that follow', () => {
  it('write nothing when nothing changed, and ask for what is new only', async () => {
    stripe.account.subscriptions = [subscription([item(flat(2_000))])];
    stripe.account.invoices = [
      invoice('2026-03-14', [line(2_000, '2026-03-14', '2026-04-14')]),
      invoice('2025-06-14', [line(2_000, '2025-06-14', '2025-07-14')]),
    ];
    stripe.account.transactions = [transaction('2026-03-14', 'charge', 2_000, 88)];
    expect((await run('2026-03-15T00:30:00Z')).rows).toBeGreaterThan(0);
    const second = await run('2026-03-15T00:30:00Z');
    // One request a list: subscriptions, invoices, credit notes, balance, refunds, disputes, invoice payments.
    expect(second).toMatchObject({ rows: 0, requests: 8 });
    expect(
      stripe.server.requests.filter(({ path }) => path === '/v1/invoices').map(({ query }) => query['created[gte]']),
    ).toEqual([String(Date.parse('2022-02-01') / 1000), String(Date.parse('2026-03-11') / 1000)]);
  });

  it('the MRR of a past day is never rebuilt', async () => {
    stripe.account.subscriptions = [subscription([item(flat(2_000))], { customer: 'cus_1' })];
    await run('2026-03-15T00:30:00Z');
    stripe.account.subscriptions = [subscription([item(flat(9_000))], { customer: 'cus_2' })];
    await run('2026-03-17T00:30:00Z');
    const days = await stripe.database.pool.query(
      'SELECT recorded_at::text AS day, mrr_usd::float AS mrr, provisional FROM stripe_metrics ORDER BY 1',
    );
    expect(days.rows).toEqual([
      { day: '2026-03-14', mrr: 20, provisional: false },
      { day: '2026-03-15', mrr: 20, provisional: true },
      { day: '2026-03-16', mrr: 90, provisional: false },
      { day: '2026-03-17', mrr: 90, provisional: true },
    ]);
    const customers = await stripe.database.pool.query('SELECT day::text, customer FROM mrr_by_customer ORDER BY 1, 2');
    expect(customers.rows.map(({ day, customer }) => `${day} ${customer}`)).toEqual([
      '2026-03-14 cus_1',
      '2026-03-15 cus_1',
      '2026-03-16 cus_2',
      '2026-03-17 cus_2',
    ]);
    expect(await total('1', '2026-03-14', '2026-03-18')).toBe('4.00');
  });

  it('notice that an old open invoice was voided and that an old draft was finalised or deleted', async () => {
    const open = invoice('2026-01-05', [line(3_000, '2026-01-05', '2026-02-05')], { status: 'open' });
    const draft = invoice('2026-01-06', [line(4_000, '2026-01-06', '2026-02-06')], {
      status: 'draft',
      status_transitions: { finalized_at: null },
    });
    const deleted = invoice('2026-01-07', [line(5_000, '2026-01-07', '2026-02-07')], {
      status: 'draft',
      status_transitions: { finalized_at: null },
    });
    const recent = invoice('2026-03-10', [line(1_000, '2026-03-10', '2026-04-10')]);
    stripe.account.invoices = [recent, deleted, draft, open];
    await run('2026-03-15T00:30:00Z');
    expect(await total('billed_usd', '2026-01-01', '2026-03-15')).toBe('40.00');
    stripe.account.invoices = [
      recent,
      { ...draft, status: 'open', status_transitions: { finalized_at: Date.parse('2026-03-15T08:00:00Z') / 1000 } },
      { ...open, status: 'void' },
    ];
    await run('2026-03-16T00:30:00Z');
    expect(await total('billed_usd', '2026-01-01', '2026-03-15')).toBe('10.00');
    expect(await total('billed_usd', '2026-03-15', '2026-03-16')).toBe('40.00');
    expect(await total('recognised_usd', '2026-01-01', '2026-02-10')).toBe('40.00');
    expect(
      (await stripe.database.pool.query("SELECT 1 FROM stripe_revenue_lines WHERE status = 'draft'")).rows,
    ).toEqual([]);
    expect((await run('2026-03-16T00:30:00Z')).rows).toBe(0);
  });

  it('notice that an old open invoice became bad debt', async () => {
    const open = invoice('2026-01-05', [line(3_000, '2026-01-05', '2026-01-05')], { status: 'open', amount_paid: 0 });
    const recent = invoice('2026-03-10', [line(1_000, '2026-03-10', '2026-04-10')]);
    stripe.account.invoices = [recent, open];
    await run('2026-03-15T00:30:00Z');
    expect(await total('recognised_usd', '2026-01-05', '2026-01-06')).toBe('30.00');
    stripe.account.invoices = [recent, { ...open, status: 'uncollectible', amount_remaining: 3_000 }];
    await run('2026-03-16T00:30:00Z');
    expect(await total('recognised_usd', '2026-01-05', '2026-01-06')).toBe('0.00');
  });

  it('go on with a long history where the last one ran out of time; until then revenue is unknown, not small', async () => {
    stripe.account.subscriptions = [subscription([item(flat(2_000))])];
    stripe.account.invoices = Array.from({ length: 250 }, (_, index) =>
      invoice(addDays('2026-03-14', -index), [
        line(1_000, addDays('2026-03-14', -index), addDays('2026-03-15', -index)),
      ]),
    );
    const first = await run('2026-03-15T00:30:00Z', { historyBudgetMs: 0 });
    expect(first.warnings).toEqual([expect.objectContaining({ code: 'history_incomplete' })]);
    expect(
      (
        await stripe.database.pool.query(
          'SELECT count(recognised_usd)::int AS known, count(mrr_usd)::int AS mrr FROM revenue_daily',
        )
      ).rows,
    ).toEqual([{ known: 0, mrr: 2 }]);
    await run('2026-03-15T06:30:00Z', { historyBudgetMs: 0 });
    const third = await run('2026-03-15T12:30:00Z', { historyBudgetMs: 0 });
    expect(third.warnings).toEqual([]);
    expect(await total('recognised_usd', '2025-01-01', '2026-03-15')).toBe('2500.00');
  });

  it('a gap of days is filled for revenue, and not for MRR', async () => {
    stripe.account.invoices = [invoice('2026-03-01', [line(3_100, '2026-03-01', '2026-04-01')])];
    await run('2026-03-05T00:30:00Z');
    await run('2026-03-12T00:30:00Z');
    const days = await stripe.database.pool.query(
      `SELECT count(*)::int AS days, sum(recognised_usd)::float AS usd, count(mrr_usd)::int AS mrr FROM revenue_daily
        WHERE day >= '2026-03-01'`,
    );
    expect(days.rows).toEqual([{ days: 12, usd: 12, mrr: 4 }]);
    expect((await stripe.database.pool.query('SELECT day::text FROM revenue_daily WHERE provisional')).rows).toEqual([
      { day: '2026-03-12' },
    ]);
  });
});
