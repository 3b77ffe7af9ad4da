import { z } from 'zod';
import { API_BASE } from '../../../exporter/src/contract/datasets.ts';
import { addDays } from '../../../exporter/src/money/days.ts';
import {
  emptyAccount,
  serveStripe,
  STRIPE_KEY,
  type FakeStripeAccount,
} from '../../../exporter/test/providers/stripe.ts';
import {
  epoch,
  flat,
  invoice,
  item,
  line,
  subscription,
  transaction,
} from '../../../exporter/test/providers/stripe-objects.ts';
import { charge, invoicePayment } from '../../../exporter/test/providers/stripe-payments.ts';
import { CannotMeasure, type Bench, type BenchContext } from '../harness/bench.ts';
import { runExporter, untilReady } from '../harness/exporter.ts';
import { createClient, ok, type Client } from '../harness/http.ts';
import { expectSame } from '../harness/measure.ts';
import type { Result } from '../harness/result.ts';

const NOW = '2026-03-15T12:00:00Z';
const TODAY = '2026-03-15';
const MIB_ALLOWED = 250;
const RUNS_ALLOWED = 30;

interface Case {
  readonly what: string;
  readonly account: FakeStripeAccount;
  readonly delayMs: number;
}

/** First imports of accounts with a long past, by the built exporter as a process: runs that were told, and memory. */
export const p14StripeHistory: Bench = {
  ids: ['P14'],
  async run(context) {
    const results: Result[] = [];
    for (const one of [
      { what: '65,000 paid invoices', account: invoices(65_000, 1), delayMs: 0 },
      { what: '400 invoices of 12 lines, 350 ms a request', account: invoices(400, 12), delayMs: 350 },
      { what: '36,000 canceled subscriptions, 350 ms a request', account: canceled(36_000), delayMs: 350 },
    ] satisfies Case[])
      results.push(...(await importAll(one, context)));
    return results;
  },
};

const dayBack = (index: number, count: number, days: number): string =>
  addDays(TODAY, -1 - Math.floor((index * days) / count));

/** Paid invoices over two years, with what connects each to its payment. */
function invoices(count: number, lines: number): FakeStripeAccount {
  const days = 700;
  const each = Array.from({ length: count }, (_, index) => dayBack(index, count, days));
  const of = (day: string) => Array.from({ length: lines }, () => line(1_000, day, addDays(day, 30)));
  const paid = each.map((day, index) => invoice(day, of(day), { customer: `cus_${index % 5_000}` }));
  return {
    ...emptyAccount(),
    subscriptions: [subscription([item(flat(2_000))])],
    invoices: paid,
    transactions: each.map((day, index) => transaction(day, 'charge', 1_000 * lines, 59, { source: `ch_${index}` })),
    charges: each.map((day, index) => charge(day, 1_000 * lines, { id: `ch_${index}`, payment_intent: `pi_${index}` })),
    invoicePayments: each.map((day, index) => invoicePayment(day, 1_000 * lines, paid[index]?.id, `pi_${index}`)),
  };
}

function canceled(count: number): FakeStripeAccount {
  const over = Array.from({ length: count }, (_, index) => {
    const day = epoch(dayBack(index, count, 1_500));
    return subscription([item(flat(900))], {
      status: 'canceled',
      created: day,
      ended_at: day + 3_600,
      canceled_at: day,
    });
  });
  return { ...emptyAccount(), subscriptions: [subscription([item(flat(2_000))]), ...over] };
}

const syncStatus = z.object({
  data: z.array(
    z.object({ collector: z.string(), history: z.object({ percent: z.int(), text: z.string() }).nullable() }),
  ),
});
const summary = z.object({ mrrUsd: z.string().nullable() });

async function importAll({ what, account, delayMs }: Case, { server, say }: BenchContext): Promise<Result[]> {
  const stripe = await serveStripe(account, { delayMs });
  const database = await server.create();
  const exporter = await runExporter({
    DATABASE_URL: database.url,
    NOW,
    STRIPE_SECRET_KEY: STRIPE_KEY,
    STRIPE_API_URL: stripe.url,
  });
  try {
    await untilReady(exporter.url);
    const sync = createClient(exporter.url, { token: await exporter.token('sync') });
    const viewer = createClient(exporter.url, { token: await exporter.token('viewer') });
    const told: string[] = [];
    const seconds: number[] = [];
    while (told.length < RUNS_ALLOWED && told.at(-1) !== '100 %') {
      const start = performance.now();
      await ok(sync.post(`${API_BASE}/metrics/sync-all`, { collectors: ['stripe'] }));
      seconds.push((performance.now() - start) / 1000);
      if (told.length === 0) expectSame('MRR after the first run', await mrrOf(viewer), '20.00');
      told.push(await progressOf(viewer));
    }
    const memory = await exporter.memory();
    if (memory === undefined) throw new CannotMeasure('/proc does not tell the memory of a process here');
    const note = `told ${told.map((text) => `"${text}"`).join(', ')}; runs of ${seconds.map((one) => one.toFixed(0)).join(', ')} s`;
    say(`P14: ${what}: ${note}; highest ${memory.highest.toFixed(0)} MiB, ${stripe.requests.length} requests`);
    return [
      {
        id: 'P14',
        what: `Stripe, first import: ${what}`,
        against: '–',
        unit: 'runs until all is read',
        product: told.length,
        target: { atMost: RUNS_ALLOWED },
        note,
      },
      {
        id: 'P14',
        what: `memory meanwhile: ${what}`,
        against: '–',
        unit: 'MiB resident, highest',
        product: memory.highest,
        target: { atMost: MIB_ALLOWED },
      },
    ];
  } finally {
    await exporter.stop();
    await Promise.all([database.drop(), stripe.close()]);
  }
}

async function progressOf(viewer: Client): Promise<string> {
  const { data } = syncStatus.parse(JSON.parse(await ok(viewer.get(`${API_BASE}/metrics/sync-status`))));
  return data.find(({ collector }) => collector === 'stripe')?.history?.text ?? 'nothing';
}

async function mrrOf(viewer: Client): Promise<string | null> {
  return summary.parse(JSON.parse(await ok(viewer.get(`${API_BASE}/metrics/summary`)))).mrrUsd;
}
