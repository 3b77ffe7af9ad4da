import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import type { ProviderServer } from '../../../test/providers/serve.ts';
import { emptyAccount, serveStripe, type FakeStripeAccount } from '../../../test/providers/stripe.ts';
import {
  creditLine,
  creditNote,
  epoch,
  flat,
  invoice,
  item,
  line,
  subscription,
} from '../../../test/providers/stripe-objects.ts';
import { dispute, invoicePayment, refund } from '../../../test/providers/stripe-payments.ts';
import { emptyStripeTables } from '../../../test/providers/stripe-tables.ts';
import { runStripe, stripeRows } from '../../../test/stripe-runs.ts';
import { addDays } from '../../money/days.ts';

let database: TestDatabase;
let account: FakeStripeAccount;
let server: ProviderServer;

beforeAll(async () => {
  database = await createTestDatabase();
  account = emptyAccount();
  server = await serveStripe(account);
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

const NOW = '2026-12-15T12:00:00Z';
const START = '2026-01-01';

/** One invoice and everything that happens to it. Amounts in minor units, times in days after it. */
const history = fc.record({
  day: fc.nat(120),
  amounts: fc.array(fc.integer({ min: 1, max: 99_999 }), { minLength: 1, maxLength: 3 }),
  length: fc.integer({ min: 0, max: 60 }),
  status: fc.constantFrom('paid', 'paid', 'paid', 'open', 'uncollectible', 'void'),
  /** Credited of the first line, in per cent; half of the notes name the refund that they paid. */
  credited: fc.option(
    fc.record({ percent: fc.integer({ min: 1, max: 100 }), after: fc.nat(50), isRefund: fc.boolean() }),
    {
      nil: undefined,
    },
  ),
  refunds: fc.array(fc.record({ percent: fc.integer({ min: 1, max: 100 }), after: fc.nat(50) }), { maxLength: 3 }),
  dispute: fc.option(
    fc.record({ status: fc.constantFrom('lost', 'won', 'under_review', 'warning_closed'), after: fc.nat(50) }),
    { nil: undefined },
  ),
});
type History = typeof history extends fc.Arbitrary<infer Drawn> ? Drawn : never;

const sum = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0);

/** Adds the history to the account; returns what of it is recognised in the end. */
function addHistory(one: History, index: number): number {
  const [id, day] = [`in_${index}`, addDays(START, one.day)];
  const total = sum(one.amounts);
  const at = (after: number): string => addDays(day, after);
  const isPaid = one.status === 'paid';
  account.invoices.push(
    invoice(
      day,
      one.amounts.map((amount, part) => line(amount, day, addDays(day, one.length), { id: `il_${index}_${part}` })),
      {
        id,
        status: one.status,
        amount_paid: isPaid ? total : 0,
        amount_remaining: isPaid ? 0 : total,
        status_transitions: {
          finalized_at: epoch(day),
          paid_at: isPaid ? epoch(day) : null,
          marked_uncollectible_at: one.status === 'uncollectible' ? epoch(at(40)) : null,
        },
      },
    ),
  );
  if (one.status === 'void') return 0;
  let left = total;
  const take = (amount: number): void => void (left -= Math.min(left, amount));
  if (one.credited !== undefined) {
    const amount = Math.ceil(((one.amounts[0] ?? 0) * one.credited.percent) / 100);
    const note = {
      id: `cn_${index}`,
      type: isPaid ? 'post_payment' : 'pre_payment',
      post_payment_amount: isPaid ? amount : 0,
    };
    const named = isPaid && one.credited.isRefund;
    const refunds = named ? [{ type: 'refund', refund: `re_${index}`, amount_refunded: amount }] : [];
    if (named)
      account.refunds.push(
        refund(at(one.credited.after), amount, { id: `re_${index}`, payment_intent: `pi_${index}` }),
      );
    account.creditNotes.push(
      creditNote(at(one.credited.after), id, [creditLine(amount, `il_${index}_0`)], {
        ...note,
        refunds,
        customer_balance_transaction: named ? null : 'cbtxn_1',
      }),
    );
    take(amount);
  }
  if (one.status === 'uncollectible') take(left);
  if (!isPaid) return left;
  account.invoicePayments.push(invoicePayment(day, total, id, `pi_${index}`));
  for (const [part, { percent, after }] of one.refunds.entries()) {
    const amount = Math.ceil((total * percent) / 100);
    account.refunds.push(refund(at(after), amount, { id: `re_${index}_${part}`, payment_intent: `pi_${index}` }));
    take(amount);
  }
  if (one.dispute !== undefined) {
    account.disputes.push(dispute(at(one.dispute.after), total, one.dispute.status, { payment_intent: `pi_${index}` }));
    if (one.dispute.status === 'lost') take(total);
  }
  return left;
}

async function recognisedCents(): Promise<number> {
  const { rows } = await database.pool.query<{ cents: string }>(
    'SELECT trim_scale(coalesce(sum(recognised_usd), 0) * 100)::text AS cents FROM revenue_daily',
  );
  return Number(rows[0]?.cents);
}

describe('random histories', () => {
  it('recognised over all time is invoiced less credited, refunded, lost and never paid; in one run and in many', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(history, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 2, max: 12 }),
        async (drawn, failAfter) => {
          Object.assign(account, emptyAccount());
          const expected = sum(drawn.map(addHistory));
          await emptyStripeTables(database.pool);
          await runStripe(database.pool, server.url, { now: NOW });
          expect(await recognisedCents()).toBe(expected);
          const whole = await stripeRows(database.pool);

          await emptyStripeTables(database.pool);
          await runStripe(database.pool, server.url, { now: NOW, failAfter }).catch(() => undefined);
          for (let runs = 0; runs < 20; runs += 1)
            if ((await runStripe(database.pool, server.url, { now: NOW, historyBudgetMs: 0 })).percent === 100) break;
          expect(await stripeRows(database.pool)).toEqual(whole);
        },
      ),
      { numRuns: 6 },
    );
  }, 300_000);
});

describe('MRR of a closed day', () => {
  const HOUR = 3_600;
  const begin = epoch('2026-03-10');
  const change = fc.record({
    amount: fc.integer({ min: 1, max: 50 }),
    created: fc.integer({ min: -48, max: 60 }),
    lives: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
  });

  it('is that of its end, and no later run changes it, at whatever hours they come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 71 }), { minLength: 2, maxLength: 6 }),
        async (changes, hours) => {
          await emptyStripeTables(database.pool);
          const lives = changes.map(({ amount, created, lives: hoursLived }, index) => ({
            amount,
            id: `sub_${index}`,
            customer: `cus_${index}`,
            // Half an hour off, so that nothing happens in the second of a run or of midnight.
            from: begin + created * HOUR + 1_800,
            to: hoursLived === undefined ? undefined : begin + (created + hoursLived) * HOUR + 1_800,
          }));
          const closed = new Map<string, number>();
          for (const hour of hours.sort((a, b) => a - b)) {
            const now = begin + hour * HOUR;
            Object.assign(account, emptyAccount(), {
              subscriptions: lives
                .filter(({ from }) => from <= now)
                .map(({ amount, id, customer, from, to }) => {
                  const isOver = to !== undefined && to <= now;
                  const end = isOver ? to : null;
                  return subscription([item(flat(amount * 100), { created: from })], {
                    id,
                    customer,
                    created: from,
                    status: isOver ? 'canceled' : 'active',
                    ended_at: end,
                    canceled_at: end,
                  });
                }),
            });
            await runStripe(database.pool, server.url, { now: new Date(now * 1000).toISOString() });
            const { rows } = await database.pool.query<{ day: string; mrr: number }>(
              'SELECT recorded_at::date::text AS day, mrr_usd::float AS mrr FROM stripe_metrics WHERE NOT provisional',
            );
            for (const { day, mrr } of rows) {
              const end = epoch(addDays(day, 1));
              const right = sum(
                lives
                  .filter(({ from, to }) => from < end && (to === undefined || to > end))
                  .map(({ amount }) => amount),
              );
              expect(mrr, day).toBe(right);
              expect(closed.get(day) ?? mrr, `${day} again`).toBe(mrr);
              closed.set(day, mrr);
            }
          }
        },
      ),
      { numRuns: 6 },
    );
  }, 300_000);
});
