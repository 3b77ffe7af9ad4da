import { pino } from 'pino';
import { createStripeCollector } from '../../../exporter/src/collectors/stripe/index.ts';
import type { CollectContext } from '../../../exporter/src/collectors/contract.ts';
import { addDays } from '../../../exporter/src/money/days.ts';
import { withTransaction } from '../../../exporter/src/database/pool.ts';
import { emptyAccount, serveStripe } from '../../../exporter/test/providers/stripe.ts';
import { invoice, line, manySubscriptions, transaction } from '../../../exporter/test/providers/stripe-objects.ts';
import { stripeSettings } from '../../../exporter/test/providers/stripe-settings.ts';
import type { Bench } from '../harness/bench.ts';
import type { Database } from '../harness/database.ts';
import { expectSame } from '../harness/measure.ts';

const SUBSCRIPTIONS = 5_000;
const TIERED = 20;
const INVOICES = 900;
const TRANSACTIONS = 950;
const PAGE = 100;
const TODAY = '2026-03-15';

/**
 * A Stripe account of 5,000 subscriptions on a real socket: requests against the fewest possible, and what a second run
 * writes.
 */
export const p7Stripe: Bench = {
  ids: ['P7'],
  async run({ server, say }) {
    const { subscriptions, prices } = manySubscriptions(SUBSCRIPTIONS, TIERED);
    const invoices = Array.from({ length: INVOICES }, (_, index) =>
      invoice(addDays(TODAY, -1 - Math.floor(index / 10)), [line(2_000, '2026-03-01', '2026-04-01')]),
    );
    const transactions = Array.from({ length: TRANSACTIONS }, (_, index) =>
      transaction(addDays(TODAY, -1 - Math.floor(index / 10)), 'charge', 2_000, 88),
    );
    const stripe = await serveStripe({ ...emptyAccount(), subscriptions, prices, invoices, transactions });
    const database = await server.create();
    try {
      const collector = createStripeCollector(stripeSettings({ STRIPE_API_URL: stripe.url }));
      const run = async (): Promise<{
        requests: number;
        forSubscriptions: number;
        rows: number;
        seconds: number;
        mrr: bigint | undefined;
      }> => {
        const [before, start] = [stripe.requests.length, performance.now()];
        let earlier = 0;
        const { data } = await collector.collect({
          ...contextOn(database),
          checkpoint: async (part) => void (earlier += (await withTransaction(database.pool, part)).rows),
        });
        const { rows } = await withTransaction(database.pool, (tx) => collector.store(tx, addDays(TODAY, -1), data));
        const asked = stripe.requests.slice(before);
        return {
          requests: asked.length,
          forSubscriptions: asked.filter(({ path }) => /^\/v1\/(subscriptions|subscription_items|prices)/.test(path))
            .length,
          rows: earlier + rows,
          seconds: (performance.now() - start) / 1000,
          mrr: data.snapshot.mrrUsd,
        };
      };
      const first = await run();
      // Graduated tiers from 10.00 for one seat; everybody else pays 20.00.
      expectSame('MRR', String(first.mrr), String(BigInt((SUBSCRIPTIONS - TIERED) * 20 + TIERED * 10) * 1_000_000n));
      const second = await run();
      say(
        `P7: first ${first.requests} requests, ${first.seconds.toFixed(2)} s, ${first.rows} rows; ` +
          `second ${second.requests} requests, ${second.seconds.toFixed(2)} s, ${second.rows} rows`,
      );
      // A list of nothing is a request too: credit notes, canceled subscriptions, refunds, disputes, invoice payments,
      // charges and billing credits.
      const lists = [SUBSCRIPTIONS, INVOICES, TRANSACTIONS, 1, 1, 1, 1, 1, 1, 1].reduce(
        (sum, objects) => sum + Math.ceil(objects / PAGE),
        0,
      );
      return [
        {
          id: 'P7',
          what: `Stripe: ${SUBSCRIPTIONS} subscriptions, requests for them`,
          against: '⌈n/100⌉ lists + distinct tiered prices',
          unit: 'requests',
          product: first.forSubscriptions,
          baseline: Math.ceil(SUBSCRIPTIONS / PAGE) + TIERED,
          target: { ratioAtMost: 1.05 },
        },
        {
          id: 'P7',
          what: `the whole sync: also ${INVOICES} invoices, ${TRANSACTIONS} balance transactions`,
          against: 'the same for every list',
          unit: 'requests',
          product: first.requests,
          baseline: lists + TIERED,
          target: { ratioAtMost: 1.05 },
          note: `${first.seconds.toFixed(1)} s, ${first.rows} rows; the second run sent ${second.requests}`,
        },
        {
          id: 'P7',
          what: 'rows written by a second run',
          against: '–',
          unit: 'rows',
          product: second.rows,
          target: { atMost: 0 },
        },
      ];
    } finally {
      await Promise.all([database.drop(), stripe.close()]);
    }
  },
};

function contextOn({ pool }: Database): CollectContext {
  return {
    day: addDays(TODAY, -1),
    days: [addDays(TODAY, -1), TODAY],
    today: TODAY,
    now: new Date(`${TODAY}T00:30:00Z`),
    signal: new AbortController().signal,
    log: pino({ level: 'silent' }),
    upstream: { observe: () => undefined },
    db: pool,
  };
}
