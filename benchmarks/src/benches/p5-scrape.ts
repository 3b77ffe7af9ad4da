import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { emptyAccount, serveStripe, STRIPE_KEY } from '../../../exporter/test/providers/stripe.ts';
import type { Bench, BenchContext } from '../harness/bench.ts';
import { countingProxy } from '../harness/counting-proxy.ts';
import { runExporter, untilReady } from '../harness/exporter.ts';
import { keysOf } from '../harness/exposition.ts';
import { createClient, ok, type Client } from '../harness/http.ts';
import { expectSame, sideBySide } from '../harness/measure.ts';
import { packetsCausedBy, stretchOf, type Stretch } from '../harness/packets.ts';
import type { Queryable } from '../../../exporter/src/database/queryable.ts';
import type { Result } from '../harness/result.ts';

const SERIES = 1_000;
const BARE = fileURLToPath(new URL('../bare-registry.ts', import.meta.url));
const QUIET_MS = 11_000;
const POLLS_AT_THE_EDGES = 8;

/**
 * `/metrics` with 1,000 series against a bare prom-client registry with the same ones; and what a scrape asks of
 * others.
 */
export const p5Scrape: Bench = {
  ids: ['P5'],
  async run(context) {
    const database = await context.server.create();
    const proxy = await countingProxy(database.url);
    const stripe = await serveStripe(emptyAccount());
    const folder = await mkdtemp(join(tmpdir(), 'marginboard-bench-page-'));
    try {
      const exporter = await runExporter({
        DATABASE_URL: proxy.url,
        STRIPE_SECRET_KEY: STRIPE_KEY,
        STRIPE_API_URL: stripe.url,
      });
      try {
        const pages = createClient(exporter.url);
        await untilReady(exporter.url);
        await fillPage(database.pool, pages, exporter);
        const page = join(folder, 'page.txt');
        const text = await ok(pages.get('/metrics'));
        await writeFile(page, text);
        const bare = await startBare(page);
        try {
          return await compare(context, {
            pages,
            bare: bare.client,
            sent: proxy.sent,
            upstream: () => stripe.requests.length,
          });
        } finally {
          pages.close();
          await bare.stop();
        }
      } finally {
        await exporter.stop();
      }
    } finally {
      await Promise.all([proxy.close(), stripe.close()]);
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Gauges by model until the page has its series, read by the exporter as it reads any others. */
async function fillPage(
  db: Queryable,
  pages: Client,
  exporter: { readonly url: string; token(role: 'sync'): Promise<string> },
): Promise<void> {
  await ok(pages.get('/metrics'));
  const missing = SERIES - keysOf(await ok(pages.get('/metrics'))).length;
  const names = ['llm_requests_day', 'llm_errors_day', 'llm_cost_day_usd', 'llm_unpriced_tokens_day'];
  const samples = Array.from({ length: missing }, (_, index) => ({
    name: names[index % names.length] ?? '',
    labels: {
      llm_provider: `provider-${index % 7}`,
      model: `model-with-a-usual-name-${Math.floor(index / names.length)}`,
    },
    value: index * 1.25,
  }));
  await db.query(
    `INSERT INTO collector_samples (collector, day, samples, stored_at) VALUES ('llm', current_date - 1, $1, now())`,
    [JSON.stringify(samples)],
  );
  // Any stored run makes the exporter read its figures again; a skipped one asks no provider.
  const sync = createClient(exporter.url, { token: await exporter.token('sync') });
  await sync.post('/api/v1/metrics/sync-all', { collectors: ['twilio'], force: true });
  sync.close();
}

interface Sides {
  readonly pages: Client;
  readonly bare: Client;
  readonly sent: () => number;
  readonly upstream: () => number;
}

async function compare({ options, say }: BenchContext, { pages, bare, sent, upstream }: Sides): Promise<Result[]> {
  const [ours, theirs] = [keysOf(await ok(pages.get('/metrics'))), keysOf(await ok(bare.get('/metrics')))];
  // Routes and codes that only one of both has answered, and figures of garbage collections that only one has had.
  const comparable = (keys: readonly string[]): string[] =>
    keys.filter((key) => !/^(http_request_duration|nodejs_gc_|nodejs_active_)/.test(key));
  expectSame('the set of series', comparable(ours), comparable(theirs));
  const asked = upstream();
  const idle = await stretchOf(sent, () => sleep(QUIET_MS));
  const rounds = options.size === 'full' ? 4_000 : 1_500;
  const timing = await sideBySide(
    { product: () => ok(pages.get('/metrics')), bare: () => ok(bare.get('/metrics')) },
    { rounds, warmup: 300 },
  );
  const scrapes = { count: 0 };
  const busy = await stretchOf(sent, async () => {
    for (const end = performance.now() + QUIET_MS; performance.now() < end; scrapes.count += 1)
      await ok(pages.get('/metrics'));
  });
  const [during, without] = [inWords(busy), inWords(idle)];
  say(`P5: ${ours.length} series; ${without} without a scrape, ${during} with ${scrapes.count}`);
  // The exporter polls its database by the clock, scraped or not; where a poll falls moves a few packets from one to
  // the other.
  const caused = packetsCausedBy(busy, idle);
  if (caused > POLLS_AT_THE_EDGES)
    throw new Error(`a scrape asks the database: ${during} with ${scrapes.count} scrapes, ${without} without`);
  expectSame('requests to providers by scrapes', upstream() - asked, 0);
  const common = { id: 'P5', against: 'bare prom-client registry, same series', target: { ratioAtMost: 1.1 } } as const;
  return [
    {
      ...common,
      what: `/metrics, ${ours.length} series`,
      unit: 'ms p99',
      product: timing.product.p99,
      baseline: timing.bare.p99,
      note: `p50 ${timing.product.p50.toFixed(2)} against ${timing.bare.p50.toFixed(2)} ms; ${rounds} scrapes in turn`,
    },
    {
      id: 'P5',
      what: `upstream calls and queries caused by ${scrapes.count} scrapes`,
      against: 'the same time without a scrape',
      unit: 'packets to the database',
      product: caused,
      target: { atMost: POLLS_AT_THE_EDGES },
      note: `${during} against ${without} (the exporter's own polling); 0 requests to providers`,
    },
  ];
}

const inWords = ({ packets, ms }: Stretch): string => `${packets} packets in ${(ms / 1_000).toFixed(1)} s`;

async function startBare(page: string): Promise<{ client: Client; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [BARE, page], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const port = await Promise.race([
    once(child.stdout, 'data').then(([chunk]) => Number(String(chunk))),
    exited.then(() => Number.NaN),
  ]);
  if (!Number.isInteger(port)) throw new Error('the bare registry did not start');
  const client = createClient(`http://127.0.0.1:${port}`);
  return {
    client,
    async stop() {
      client.close();
      child.kill();
      await exited;
    },
  };
}
