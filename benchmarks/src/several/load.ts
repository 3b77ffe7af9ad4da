import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { API_BASE } from '../../../exporter/src/contract/datasets.ts';
import type { RunningExporter } from '../harness/exporter.ts';
import { createClient, type Client } from '../harness/http.ts';
import { timingOf, type Timing } from '../harness/measure.ts';

export interface LoadReport {
  readonly exporters: number;
  readonly answers: number;
  readonly perSecond: number;
  readonly latency: Timing;
  /** Answers of sync-all by status, over all exporters. */
  readonly syncs: Readonly<Record<string, number>>;
  /** From the 201 of an entry on one exporter to the right figure on every other: API and /metrics. */
  readonly api: Timing;
  readonly metrics: Timing;
  readonly wrong: readonly string[];
}

const PATHS = [
  'summary',
  'infrastructure-costs',
  'cost-by-user',
  'token-ratios',
  'error-rates',
  'metrics-monthly-summary',
  'revenue-vs-costs',
  'sync-status',
].map((name) => `${API_BASE}/metrics/${name}`);

/**
 * `clients` read every panel again and again, spread over the exporters, which are all asked to synchronise all the
 * time, while invoices come in.
 */
export async function load(
  exporters: readonly RunningExporter[],
  options: { readonly clients: number; readonly seconds: number },
): Promise<LoadReport> {
  const end = performance.now() + options.seconds * 1_000;
  const times: number[] = [];
  const wrong: string[] = [];
  const syncs: Record<string, number> = {};
  const clientOf = async (one: RunningExporter): Promise<Client> =>
    createClient(one.url, { token: await one.token('admin') });
  const at = (index: number): RunningExporter => exporters[index % exporters.length] ?? fail();

  async function reader(index: number): Promise<void> {
    const client = await clientOf(at(index));
    for (let turn = index; performance.now() < end; turn += 1) {
      const started = performance.now();
      const path = turn % 9 === 8 ? '/metrics' : (PATHS[turn % PATHS.length] ?? '');
      const { status, body } = await client.get(path);
      times.push(performance.now() - started);
      if (status !== 200) wrong.push(`${path} answered ${status}: ${body.slice(0, 200)}`);
    }
    client.close();
  }

  async function synchroniser(index: number): Promise<void> {
    const client = await clientOf(at(index));
    while (performance.now() < end) {
      const { status } = await client.post(`${API_BASE}/metrics/sync-all`, { force: true });
      syncs[status] = (syncs[status] ?? 0) + 1;
      if (status !== 200 && status !== 409) wrong.push(`sync-all answered ${status}`);
      await sleep(2_000);
    }
    client.close();
  }

  const api: number[] = [];
  const metrics: number[] = [];
  async function entries(): Promise<void> {
    const clients = await Promise.all(exporters.map(clientOf));
    for (let turn = 0; performance.now() < end; turn += 1) {
      const provider = `vendor_${exporters.length}_${turn}`;
      const { status, body } = await (clients[turn % clients.length] ?? fail()).post(
        `${API_BASE}/admin/billing-adjustment`,
        { provider, ...month(), amount: '31.00', currency: 'USD' },
      );
      if (status !== 201) throw new Error(`an entry answered ${status}: ${body}`);
      const entered = performance.now();
      await Promise.all(
        clients.flatMap((client) => [
          (async () => {
            while (!(await shows(client, provider))) await sleep(5);
            api.push(performance.now() - entered);
          })(),
          (async () => {
            while (!(await client.get('/metrics')).body.includes(`"${provider}"`)) await sleep(20);
            metrics.push(performance.now() - entered);
          })(),
        ]),
      );
      await sleep(300);
    }
    for (const client of clients) client.close();
  }

  const started = performance.now();
  await Promise.all([
    ...Array.from({ length: options.clients }, (_, index) => reader(index)),
    ...exporters.map((_, index) => synchroniser(index)),
    entries(),
  ]);
  const seconds = (performance.now() - started) / 1_000;
  return {
    exporters: exporters.length,
    answers: times.length,
    perSecond: times.length / seconds,
    latency: timingOf(times),
    syncs,
    api: timingOf(api),
    metrics: timingOf(metrics),
    wrong,
  };
}

const costs = z.object({ data: z.array(z.object({ sources: z.record(z.string(), z.string()) })) });

async function shows(client: Client, provider: string): Promise<boolean> {
  const { from } = range();
  const { status, body } = await client.get(`${API_BASE}/metrics/infrastructure-costs?from=${from}&to=${range().to}`);
  return status === 200 && costs.parse(JSON.parse(body)).data[0]?.sources[provider] === 'invoice';
}

function month(): { periodStart: string; periodEnd: string } {
  const now = new Date();
  const first = (offset: number): string =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset, 1)).toISOString().slice(0, 10);
  return { periodStart: first(0), periodEnd: first(1) };
}

function range(): { from: string; to: string } {
  const { periodStart: from } = month();
  return { from, to: `${from.slice(0, 8)}02` };
}

function fail(): never {
  throw new Error('there is no exporter');
}
