import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../test/providers/serve.ts';
import { emptyAccount, type FakeStripeAccount } from '../../../../test/providers/stripe.ts';
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
import { charge, dispute, invoicePayment, refund } from '../../../../test/providers/stripe-payments.ts';
import { emptyStripeTables } from '../../../../test/providers/stripe-tables.ts';
import { runStripe, stripeRows, type StripeRun } from '../../../../test/stripe-runs.ts';
import { stripeContext } from '../../../../test/stripe-context.ts';

const stripe = stripeContext(smallAccount);

/** More objects than a page of Stripe holds. */
const MANY = 101;
const DAY = '2026-03-10';
const many = <Value>(count: number, one: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => one(index));

function smallAccount(): FakeStripeAccount {
  const lines = [line(3_100, '2026-03-01', '2026-04-01', { id: 'il_1' })];
  return {
    ...emptyAccount(),
    subscriptions: [subscription([item(flat(2_000))])],
    invoices: [invoice(DAY, lines, { id: 'in_1' })],
    creditNotes: [creditNote('2026-03-11', 'in_1', [creditLine(100, 'il_1')])],
    transactions: [
      // In another currency, so that charges are read too.
      transaction(DAY, 'charge', 3_100, 100, { source: 'ch_1', exchange_rate: 1.1 }),
    ],
    charges: [charge(DAY, 3_100, { id: 'ch_1', payment_intent: 'pi_1' })],
    refunds: [refund('2026-03-12', 200, { charge: 'ch_1', payment_intent: 'pi_1' })],
    disputes: [dispute('2026-03-12', 300, 'lost', { charge: 'ch_1', payment_intent: 'pi_1' })],
    invoicePayments: [invoicePayment(DAY, 3_100, 'in_1', 'pi_1')],
  };
}

interface List {
  readonly name: string;
  readonly path: RegExp;
  /** The warning when it is refused; undefined where the run fails then, but for a missing permission. */
  readonly warning: string;
  readonly grow: () => void;
}

const LISTS: readonly List[] = [
  {
    name: 'subscriptions',
    path: /\/subscriptions$/,
    warning: 'subscriptions_unreadable',
    grow: () => (stripe.account.subscriptions = many(MANY, () => subscription([item(flat(2_000))]))),
  },
  {
    name: 'invoices',
    path: /\/invoices$/,
    warning: 'invoices_unreadable',
    grow: () =>
      stripe.account.invoices.push(...many(MANY, () => invoice('2026-03-02', [line(31, '2026-03-01', '2026-04-01')]))),
  },
  {
    name: 'credit_notes',
    path: /\/credit_notes$/,
    warning: 'credit_notes_unreadable',
    grow: () => stripe.account.creditNotes.push(...many(MANY, () => creditNote(DAY, 'in_1', [creditLine(1, 'il_1')]))),
  },
  {
    name: 'balance_transactions',
    path: /\/balance_transactions$/,
    warning: 'balance_transactions_unreadable',
    grow: () => stripe.account.transactions.push(...many(MANY, () => transaction('2026-03-01', 'stripe_fee', -1))),
  },
  {
    name: 'refunds',
    path: /\/refunds$/,
    warning: 'refunds_unreadable',
    grow: () =>
      stripe.account.refunds.push(...many(MANY, () => refund(DAY, 1, { charge: 'ch_1', payment_intent: 'pi_1' }))),
  },
  {
    name: 'disputes',
    path: /\/disputes$/,
    warning: 'disputes_unreadable',
    grow: () =>
      stripe.account.disputes.push(
        ...many(MANY, () => dispute(DAY, 1, 'won', { charge: 'ch_1', payment_intent: 'pi_1' })),
      ),
  },
  {
    name: 'invoice_payments',
    path: /\/invoice_payments$/,
    warning: 'invoice_payments_unreadable',
    grow: () =>
      stripe.account.invoicePayments.push(...many(MANY, (index) => invoicePayment(DAY, 1, 'in_1', `pi_x${index}`))),
  },
  {
    name: 'charges',
    path: /\/charges$/,
    warning: 'charges_unreadable',
    grow: () =>
      stripe.account.charges.push(...many(MANY, (index) => charge(DAY, 1, { payment_intent: `pi_x${index}` }))),
  },
];

const json = (status: number, error: Record<string, unknown>): Answer => ({ status, json: { error } });

/** The reason of the failed run; `refused`: the list costs its own figures, and the run goes on. */
const FAULTS: readonly (readonly [name: string, answer: Answer, becomes: string])[] = [
  ['400', json(400, { code: 'parameter_unknown', param: 'created' }), 'refused'],
  ['401', json(401, { message: 'Invalid API Key provided' }), 'invalid_key'],
  ['403 permission', json(403, { message: 'does not have the required permissions for this endpoint' }), 'refused'],
  ['403 address', json(403, { message: 'does not allow requests from your IP address' }), 'address_refused'],
  ['403 account', json(403, { code: 'account_invalid', message: 'no access to account' }), 'account_refused'],
  ['404', json(404, { message: 'Unrecognized request URL' }), 'refused'],
  ['409', json(409, { code: 'lock_timeout' }), 'rate_limited'],
  ['429 lock', json(429, { code: 'lock_timeout' }), 'rate_limited'],
  ['429', json(429, { code: 'rate_limit' }), 'rate_limited'],
  ['500', json(500, { type: 'api_error' }), 'api_error'],
  ['503', { status: 503, text: '<html>' }, 'api_error'],
  ['empty body', { text: '' }, 'bad_response'],
  ['too late', { fault: 'hang' }, 'timeout'],
];

const FAULTS_OF_FURTHER_PAGES = FAULTS.filter(([name]) =>
  ['400', '403 permission', '404', '429', '503'].includes(name),
);

const run = () => runStripe(stripe.database.pool, stripe.server.url, { requestTimeoutMs: 300 });

describe.each(LISTS)('$name', ({ name, path, warning, grow }) => {
  it.each([1, 2])(
    'page %d: whatever happens to it, what was stored stays, and the next run has it all',
    async (page) => {
      grow();
      const isPage = ({ query }: { query: Readonly<Record<string, string>> }): boolean =>
        (query.starting_after !== undefined) === (page === 2) && query.status === undefined && query.limit !== '1';
      await run();
      const whole = await stripeRows(stripe.database.pool);
      for (const [fault, answer, becomes] of page === 1 ? FAULTS : FAULTS_OF_FURTHER_PAGES) {
        await emptyStripeTables(stripe.database.pool);
        stripe.server.faultAlways(path, answer, isPage);
        const isRefused = becomes === 'refused' && (name !== 'subscriptions' || fault.startsWith('403'));
        if (isRefused) {
          const { warnings }: StripeRun = await run();
          expect(
            warnings.map(({ code }) => code),
            fault,
          ).toContain(warning);
        } else {
          const reason = becomes === 'refused' ? /api_error|not_found/ : new RegExp(`^${becomes}$`);
          await expect(run(), fault).rejects.toMatchObject({ reason: expect.stringMatching(reason) });
        }
        await expectKnown(name, isRefused, fault);
        stripe.server.clear();
        expect((await run()).warnings, fault).toEqual([]);
        expect(await stripeRows(stripe.database.pool), fault).toEqual(whole);
      }
    },
    300_000,
  );
});

/** MRR stands whatever happens to another list; a refused list costs its own figures only. */
async function expectKnown(list: string, isRefused: boolean, fault: string): Promise<void> {
  const { rows } = await stripe.database.pool.query<{ mrr: boolean; revenue: boolean; cash: boolean }>(
    `SELECT coalesce(bool_or(mrr_usd IS NOT NULL), false) AS mrr, coalesce(bool_or(cash_usd IS NOT NULL), false) AS cash,
      coalesce(bool_or(recognised_usd IS NOT NULL), false) AS revenue FROM revenue_daily`,
  );
  const known = { mrr: list !== 'subscriptions', revenue: list !== 'invoices', cash: list !== 'balance_transactions' };
  expect(rows, fault).toEqual([isRefused ? known : { mrr: known.mrr, revenue: false, cash: false }]);
}
