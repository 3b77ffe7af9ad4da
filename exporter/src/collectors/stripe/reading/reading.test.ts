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
} from '../../../../test/providers/stripe-objects.ts';
import { charge, invoicePayment } from '../../../../test/providers/stripe-payments.ts';
import { emptyStripeTables } from '../../../../test/providers/stripe-tables.ts';
import { runStripe, stripeRows, type StripeRunOptions } from '../../../../test/stripe-runs.ts';
import { stripeContext } from '../../../../test/stripe-context.ts';
import { addDays } from '../../../money/days.ts';

const stripe = stripeContext();

const run = (options: StripeRunOptions = {}) => runStripe(stripe.database.pool, stripe.server.url, options);
const rows = () => stripeRows(stripe.database.pool);

function longHistory(): void {
  stripe.account.embedded = 3;
  const dayBack = (index: number) => addDays('2026-03-14', -index);
  stripe.account.subscriptions = [
    subscription([item(flat(2_000))]),
    ...Array.from({ length: 110 }, (_, index) =>
      subscription([item(flat(900))], {
        status: 'canceled',
        created: Date.parse(dayBack(index + 30)) / 1000,
        ended_at: Date.parse(dayBack(index)) / 1000,
      }),
    ),
  ];
  stripe.account.invoices = Array.from({ length: 205 }, (_, index) => {
    const lines = Array.from({ length: index % 20 === 0 ? 7 : 1 }, () =>
      line(1_001, dayBack(index), dayBack(index - 30)),
    );
    return invoice(dayBack(index), lines, { customer: `cus_${index % 7}` });
  });
  stripe.account.creditNotes = [1, 40, 120].map((index) =>
    creditNote(dayBack(index - 5), stripe.account.invoices[index]?.id, [creditLine(300, firstLineOf(index))]),
  );
  stripe.account.transactions = Array.from({ length: 120 }, (_, index) =>
    transaction(dayBack(index), 'charge', 1_001, 59),
  );
}

function firstLineOf(index: number): unknown {
  const lines: unknown = stripe.account.invoices[index]?.lines;
  const data =
    typeof lines === 'object' && lines !== null && 'data' in lines && Array.isArray(lines.data) ? lines.data : [];
  const first: unknown = data[0];
  return typeof first === 'object' && first !== null && 'id' in first ? first.id : undefined;
}

describe('without any time', () => {
  it('credit notes of the last months, which each run lists again, do not keep the history from its end', async () => {
    const lines = [line(31_000, '2026-03-01', '2026-04-01', { id: 'il_1' })];
    stripe.account.invoices = [invoice('2026-03-01', lines, { id: 'in_1' })];
    stripe.account.creditNotes = Array.from({ length: 9 }, (_, index) =>
      creditNote(`2026-03-0${index + 1}`, 'in_1', [creditLine(100, 'il_1')]),
    );
    const percents: number[] = [];
    while (percents.at(-1) !== 100 && percents.length < 12) percents.push((await run({ historyBudgetMs: 0 })).percent);
    expect(percents.at(-1)).toBe(100);
  });
});

describe('the same history gives the same rows', { timeout: 120_000 }, () => {
  it('in one run, in runs of a page each, and with a failure after each request', async () => {
    longHistory();
    expect((await run()).percent).toBe(100);
    const whole = await rows();

    await emptyStripeTables(stripe.database.pool);
    const seen: number[] = [];
    for (let runs = 0; runs < 30 && seen.at(-1) !== 100; runs += 1)
      seen.push((await run({ historyBudgetMs: 0 })).percent);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.at(-1)).toBe(100);
    expect(await rows()).toEqual(whole);

    await emptyStripeTables(stripe.database.pool);
    let failures = 0;
    for (let requests = 2; requests < 16; requests += 1)
      await run({ failAfter: requests }).catch((error: unknown) => {
        expect(error).toMatchObject({ message: 'the provider fell over' });
        failures += 1;
      });
    expect(failures).toBeGreaterThan(4);
    expect((await run()).percent).toBe(100);
    expect(await rows()).toEqual(whole);
  });
});

describe('a history that takes several runs', () => {
  it('has MRR after the first, and says how far it is', async () => {
    longHistory();
    const first = await run({ historyBudgetMs: 0 });
    expect(first.warnings.map(({ code }) => code)).toContain('history_incomplete');
    expect(first.warnings.find(({ code }) => code === 'history_incomplete')?.message).toMatch(
      /^history: \d+ %, (one more run|about \d+ more runs);/,
    );
    const { rows: stored } = await stripe.database.pool.query(
      'SELECT mrr_usd::float AS mrr, recognised_usd FROM revenue_daily WHERE mrr_usd IS NOT NULL ORDER BY day',
    );
    expect(stored).toEqual([
      { mrr: 20, recognised_usd: null },
      { mrr: 20, recognised_usd: null },
    ]);
    expect(first.percent).toBeLessThan(100);
  });

  it('goes on although the object of the cursor was deleted meanwhile', async () => {
    longHistory();
    stripe.account.invoices = stripe.account.invoices.map((one, index) =>
      index === 99 ? { ...one, status: 'draft' } : one,
    );
    await run({ historyBudgetMs: 0 });
    stripe.account.invoices = stripe.account.invoices.filter((_, index) => index !== 99);
    for (let runs = 0; runs < 30 && (await run({ historyBudgetMs: 0 })).percent < 100; runs += 1);
    const { rows: stored } = await stripe.database.pool.query<{ count: number }>(
      "SELECT count(DISTINCT invoice_id)::int AS count FROM stripe_revenue_lines WHERE kind <> 'payment'",
    );
    expect(stored).toEqual([{ count: 204 }]);
  });
});

describe('one odd object', () => {
  it.each<[string, RegExp, () => void]>([
    [
      'subscription',
      /sub_\d+ \(status: /,
      () =>
        (stripe.account.subscriptions = [
          odd(stripe.account.subscriptions[0], 'status'),
          ...stripe.account.subscriptions.slice(1),
        ]),
    ],
    [
      'invoice',
      /in_\d+ \(currency: /,
      () =>
        (stripe.account.invoices = [odd(stripe.account.invoices[0], 'currency'), ...stripe.account.invoices.slice(1)]),
    ],
    [
      'credit note',
      /cn_\d+ \(currency: /,
      () =>
        (stripe.account.creditNotes = [
          odd(stripe.account.creditNotes[0], 'currency'),
          ...stripe.account.creditNotes.slice(1),
        ]),
    ],
    [
      'balance transaction',
      /txn_\d+ \(amount: /,
      () =>
        (stripe.account.transactions = [
          odd(stripe.account.transactions[0], 'amount'),
          ...stripe.account.transactions.slice(1),
        ]),
    ],
  ])('%s is left out by name, on every run; the rest is stored', async (_name, named, spoil) => {
    stripe.account.subscriptions = [subscription([item(flat(500))]), subscription([item(flat(2_000))])];
    stripe.account.invoices = ['2026-03-10', '2026-03-01'].map((day) => invoice(day, [line(100, day, '2026-04-01')]));
    stripe.account.creditNotes = ['2026-03-11', '2026-03-02'].map((day) =>
      creditNote(day, stripe.account.invoices[1]?.id, [creditLine(10, undefined)]),
    );
    stripe.account.transactions = ['2026-03-10', '2026-03-01'].map((day, index) =>
      transaction(day, 'charge', 100, 0, { source: `ch_${index}` }),
    );
    stripe.account.invoicePayments = stripe.account.invoices.map((one, index) =>
      invoicePayment('2026-03-10', 100, one.id, null, { payment: { type: 'charge', charge: `ch_${index}` } }),
    );
    spoil();
    for (let runs = 0; runs < 2; runs += 1) {
      const { warnings } = await run();
      expect(warnings).toEqual([{ code: 'object_left_out', message: expect.stringMatching(named) }]);
    }
    const { rows: counts } = await stripe.database.pool.query<{ lines: number; cash: number; mrr: number }>(
      `SELECT (SELECT count(*)::int FROM stripe_revenue_lines WHERE kind <> 'payment') AS lines,
        (SELECT count(*)::int FROM stripe_balance_transactions) AS cash,
        (SELECT mrr_usd::float FROM stripe_metrics WHERE recorded_at = '2026-03-14') AS mrr`,
    );
    const left = { lines: 4, cash: 2, mrr: 25 };
    expect(counts).toEqual([
      { subscription: { ...left, mrr: 20 }, invoice: { ...left, lines: 3 }, 'credit note': { ...left, lines: 3 } }[
        _name
      ] ?? { ...left, cash: 1 },
    ]);
  });
});

function odd(one: unknown, field: string): Record<string, unknown> {
  return { ...(typeof one === 'object' ? one : {}), [field]: { unexpected: true } };
}

describe('a key without one permission', () => {
  it.each<[RegExp, string[], Record<string, boolean>]>([
    [/\/subscriptions/, ['subscriptions_unreadable'], { mrr: false, revenue: true, cash: true }],
    [/\/invoices/, ['invoices_unreadable'], { mrr: true, revenue: false, cash: true }],
    [/\/credit_notes/, ['credit_notes_unreadable'], { mrr: true, revenue: true, cash: true }],
    [/\/balance_transactions/, ['balance_transactions_unreadable'], { mrr: true, revenue: true, cash: false }],
    [/\/coupons/, [], { mrr: true, revenue: true, cash: true }],
    [/\/customers/, ['customer_names_unreadable'], { mrr: true, revenue: true, cash: true }],
  ])('%s loses only its own figures, and knows them again with it', async (path, codes, known) => {
    stripe.account.subscriptions = [subscription([item(flat(2_000))])];
    stripe.account.invoices = [invoice('2026-03-10', [line(3_100, '2026-03-01', '2026-04-01')])];
    stripe.account.transactions = [transaction('2026-03-10', 'charge', 3_100, 100, { source: 'ch_1' })];
    stripe.account.charges = [charge('2026-03-10', 3_100, { id: 'ch_1', payment_intent: 'pi_1' })];
    stripe.account.invoicePayments = [invoicePayment('2026-03-10', 3_100, stripe.account.invoices[0]?.id, 'pi_1')];
    stripe.account.forbidden = [{ path, permission: '' }];
    const figures = async () =>
      (
        await stripe.database.pool.query(
          `SELECT count(mrr_usd) > 0 AS mrr, count(recognised_usd) > 0 AS revenue, count(cash_usd) > 0 AS cash
            FROM revenue_daily`,
        )
      ).rows;
    expect((await run()).warnings.map(({ code }) => code)).toEqual(codes);
    expect(await figures()).toEqual([known]);
    stripe.account.forbidden = [];
    expect((await run()).warnings).toEqual([]);
    expect(await figures()).toEqual([{ mrr: true, revenue: true, cash: true }]);
  });
});

describe('refusals that are told apart', () => {
  it.each<[number, Record<string, unknown>, string]>([
    [400, { type: 'invalid_request_error', code: 'parameter_unknown', param: 'expand' }, 'api_error'],
    [401, { message: 'Invalid API Key provided' }, 'invalid_key'],
    [
      403,
      { message: "The provided key does not have the required permissions for this endpoint on account 'acct_1'." },
      'missing_permission',
    ],
    [403, { message: 'The API key provided does not allow requests from your IP address.' }, 'address_refused'],
    [
      403,
      {
        code: 'account_invalid',
        message: "The provided key does not have access to account 'acct_1' (or that account does not exist).",
      },
      'account_refused',
    ],
    [403, { message: 'This account has been rejected and cannot make requests.' }, 'account_refused'],
    [429, { code: 'lock_timeout' }, 'rate_limited'],
    [409, { code: 'lock_timeout' }, 'rate_limited'],
    [500, { type: 'api_error' }, 'api_error'],
  ])('%d %o is %s', async (status, error, reason) => {
    stripe.server.faultAlways(/./, { status, json: { error } });
    await expect(run()).rejects.toMatchObject({ reason });
  });

  it('a lock that passes is waited for', async () => {
    stripe.account.subscriptions = [subscription([item(flat(2_000))])];
    stripe.server.fault(/./, { status: 409, json: { error: { code: 'lock_timeout' } } });
    expect((await run()).warnings).toEqual([]);
  });
});
