import { z } from 'zod';
import { API_BASE } from '../../../exporter/src/contract/datasets.ts';
import { emptyAccount, serveStripe, STRIPE_KEY } from '../../../exporter/test/providers/stripe.ts';
import { manySubscriptions } from '../../../exporter/test/providers/stripe-objects.ts';
import { CannotMeasure, type Bench } from '../harness/bench.ts';
import { runExporter, untilReady, type RunningExporter } from '../harness/exporter.ts';
import { createClient, ok, type Client } from '../harness/http.ts';
import type { Result } from '../harness/result.ts';
import { panelsOf } from '../workload/panels.ts';
import { prometheusOf } from '../workload/prometheus.ts';

const FIRST = { syncs: 10, scrapes: 10 } as const;
const MORE = { small: { syncs: 5, scrapes: 1_500 }, full: { syncs: 40, scrapes: 50_000 } } as const;
/** Syncs of many users take their time; after so long the rest is left out, and the note says how many there were. */
const MAX_MS = { small: 60_000, full: 240_000 } as const;
const MIB_ALLOWED = 150;

/** Resident memory of the built exporter as a process, with a real Prometheus and a Stripe account behind it. */
export const p10Memory: Bench = {
  ids: ['P10'],
  async run({ options, history, say }) {
    const made = await history();
    const prometheus = await prometheusOf(options.users, made.today);
    const stripe = await serveStripe({ ...emptyAccount(), ...manySubscriptions(500, 5) });
    const exporter = await runExporter({
      DATABASE_URL: made.database.url,
      PROMETHEUS_URL: prometheus.url,
      STRIPE_SECRET_KEY: STRIPE_KEY,
      STRIPE_API_URL: stripe.url,
    });
    const [sync, viewer, pages] = [
      createClient(exporter.url, { token: await exporter.token('sync') }),
      createClient(exporter.url, { token: await exporter.token('viewer') }),
      createClient(exporter.url),
    ];
    try {
      await untilReady(exporter.url);
      const paths = panelsOf(made).map(({ path }) => path);
      const memory = async (): Promise<{ now: number; highest: number }> => (await exporter.memory()) ?? missing();
      const idle = await memory();
      for (let scrape = 0; scrape < FIRST.scrapes; scrape += 1) await ok(pages.get('/metrics'));
      for (const path of paths) await ok(viewer.get(path));
      const serving = await memory();
      for (let run = 0; run < FIRST.syncs; run += 1) await synchronise(sync);
      const first = await settled(exporter, memory);
      say(
        `P10: ${idle.now.toFixed(0)} MiB after start, ${serving.now.toFixed(0)} serving, ` +
          `${first.now.toFixed(0)} after ${FIRST.syncs} syncs (highest ${first.highest.toFixed(0)})`,
      );
      const ran = await many(sync, viewer, pages, paths, MORE[options.size], MAX_MS[options.size]);
      const last = await settled(exporter, memory);
      say(
        `P10: ${last.now.toFixed(0)} MiB after ${ran.syncs} syncs and ${ran.scrapes} scrapes more ` +
          `(highest ${last.highest.toFixed(0)})`,
      );
      const users = `${options.users.toLocaleString('en')} users`;
      const atMost = (what: string, product: number, note?: string): Result => ({
        id: 'P10',
        what,
        against: '–',
        unit: 'MiB resident',
        product,
        target: { atMost: MIB_ALLOWED },
        note,
      });
      return [
        {
          id: 'P10',
          what: `memory after ${ran.syncs + FIRST.syncs} syncs and ${ran.scrapes} scrapes, ${users}`,
          against: `after ${FIRST.syncs}`,
          unit: 'MiB resident',
          product: last.now,
          baseline: first.now,
          target: { ratioAtMost: 1.05 },
        },
        atMost(`after start, ${users}`, idle.now),
        atMost(`after scrapes and every panel, ${users}`, serving.now),
        atMost(`after ${FIRST.syncs} syncs, ${users}`, first.now),
        atMost(`at the end, ${users}`, last.now),
        atMost(
          `highest ever (inside a sync), ${users}`,
          last.highest,
          `${options.users * 8} series in a real Prometheus, 500 Stripe subscriptions`,
        ),
      ];
    } finally {
      for (const client of [sync, viewer, pages]) client.close();
      await exporter.stop();
      await Promise.all([prometheus.close(), stripe.close()]);
    }
  },
};

const report = z.object({
  collectors: z.array(z.object({ collector: z.string(), outcome: z.string(), message: z.string().nullable() })),
});

async function synchronise(client: Client): Promise<void> {
  const { status, body } = await client.post(`${API_BASE}/metrics/sync-all`, {
    force: true,
    collectors: ['llm', 'stripe'],
  });
  const parsed = report.safeParse(JSON.parse(body));
  const failed = parsed.data?.collectors.filter(({ outcome }) => outcome !== 'succeeded') ?? [];
  if (status !== 200 || !parsed.success || failed.length > 0)
    throw new Error(`a sync answered ${status}: ${body.slice(0, 500)}`);
}

async function many(
  sync: Client,
  viewer: Client,
  pages: Client,
  paths: readonly string[],
  wanted: { syncs: number; scrapes: number },
  longestMs: number,
): Promise<{ syncs: number; scrapes: number }> {
  const end = performance.now() + longestMs;
  const done = { syncs: 0, scrapes: 0 };
  for (; done.syncs < wanted.syncs && performance.now() < end; done.syncs += 1) {
    await synchronise(sync);
    for (const path of paths) await ok(viewer.get(path));
    for (let scrape = 0; scrape < wanted.scrapes / wanted.syncs; scrape += 1, done.scrapes += 1)
      await ok(pages.get('/metrics'));
  }
  return done;
}

/** What the engine releases by itself within a moment does not count as in use. */
async function settled(
  { url }: RunningExporter,
  memory: () => Promise<{ now: number; highest: number }>,
): Promise<{ now: number; highest: number }> {
  await untilReady(url);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  return memory();
}

function missing(): never {
  throw new CannotMeasure('/proc does not tell the memory of a process here');
}
