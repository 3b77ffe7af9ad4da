import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { BUILT, buildExporter } from '../../test/built-exporter.ts';
import { startExporter, until, type ExporterProcess } from '../../test/exporter-process.ts';
import { openProviders, type Providers } from '../../test/faults/providers.ts';
import { ACCESS_TOKEN } from '../../test/providers/supabase.ts';
import { mintToken } from '../api/auth/mint.ts';
import { daysOf } from '../money/days.ts';

const SECRET = 'a-secret-of-the-infrastructure-cases-32-bytes';

const costs = z.object({
  data: z.array(
    z.object({ day: z.string(), byProvider: z.array(z.object({ provider: z.string(), costUsd: z.string() })) }),
  ),
});

let folder: string;
let providers: Providers;
let exporter: ExporterProcess | undefined;
beforeAll(async () => {
  [folder, providers] = await Promise.all([mkdtemp(join(tmpdir(), 'marginboard-cases-')), openProviders()]);
  await buildExporter();
  const { digitalOcean, supabase, weaviate, twilio } = providers.state;
  digitalOcean.points = daysOf('2026-02-01', '2026-03-16').flatMap((day) => [
    { day, amount: '2.50' },
    // A line below zero belongs to its day.
    { day, amount: '-0.50', sku: '1-DB-PG-1' },
  ]);
  digitalOcean.balance = { usage: '30.00', at: '2026-03-16T00:00:00Z' };
  // One a page, so that February's stands beyond the first; the preview of 999.99 never counts.
  digitalOcean.pageSize = 1;
  digitalOcean.invoices = ['2026-01', '2026-02'].map((period) => ({
    uuid: period,
    period,
    products: '30.00',
    credits: '-2.00',
    taxes: '5.60',
    amount: '33.60',
  }));
  twilio.usage = daysOf('2026-03-01', '2026-03-16').map((day) => ({
    category: 'totalprice',
    day,
    price: day === '2026-03-10' ? '-4.00' : '2.00',
    unit: 'eur',
  }));
  supabase.plan = 'pro';
  supabase.addons = [
    {
      type: 'compute_instance',
      variant: { id: 'ci_small', name: 'Small', price: { interval: 'monthly', amount: 15 } },
    },
    { type: 'pitr', variant: { id: 'pitr_7', name: '7 days', price: { interval: 'monthly', amount: 100 } } },
  ];
  weaviate.collections = {
    Named: { objects: 3, vectors: { title: 8, body: 4 } },
    Asleep: { objects: 0, tenants: { ada: { objects: 9, status: 'FROZEN' } } },
  };
}, 120_000);
afterAll(async () => {
  if (exporter?.child.exitCode === null) await exporter.end('SIGKILL');
  await providers.close();
  // Postgres ends a moment after the exporter that was killed.
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
});

/** The exporter as it is built, over the same folder, at another time. */
async function startAt(now: string): Promise<void> {
  await exporter?.end('SIGTERM');
  exporter = await startExporter(
    {
      ...providers.env,
      DATA_DIR: folder,
      JWT_SECRET: SECRET,
      NOW: now,
      SYNC_SCHEDULE: 'off',
      SUPABASE_ACCESS_TOKEN: ACCESS_TOKEN,
      SUPABASE_API_URL: providers.gateways.supabase.url,
    },
    BUILT,
  );
  await until(async () => (await fetch(`${exporter?.url ?? ''}/-/ready`)).ok);
}

async function ask(path: string, method = 'GET', body?: object): Promise<unknown> {
  const expiresAt = Math.floor(Date.now() / 1000) + 3_600;
  const token = await mintToken(SECRET, { role: 'admin', subject: 'test', roleClaim: 'role', expiresAt });
  const response = await fetch(`${exporter?.url ?? ''}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  expect(response.status, text).toBeLessThan(300);
  return JSON.parse(text);
}

/** Cents of one provider by day, `to` excluded; a day without a known cost is not there. */
async function centsOf(provider: string, from: string, to: string): Promise<Map<string, number>> {
  const { data } = costs.parse(await ask(`/metrics/infrastructure-costs?from=${from}&to=${to}`));
  return new Map(
    data.flatMap(({ day, byProvider }) =>
      byProvider
        .filter((one) => one.provider === provider)
        .map(({ costUsd }) => [day, Math.round(Number(costUsd) * 100)]),
    ),
  );
}

const gauges = async () => (await fetch(`${exporter?.url ?? ''}/metrics`)).text();
const sum = (days: ReadonlyMap<string, number>) => [...days.values()].reduce((total, cents) => total + cents, 0);

it('what nobody may read on the first evening is unknown, not 0', { timeout: 240_000 }, async () => {
  providers.gateways.digital_ocean.breakAlways(/insights|balance|invoices/, { status: 403, json: { message: 'no' } });
  providers.gateways.supabase.breakAlways(/./, { status: 540, json: { message: 'Project is paused' } });
  providers.gateways.weaviate.breakAlways(/\/v1\/(schema|users\/own-info)/, { status: 403, json: { error: [] } });
  await startAt('2026-03-15T00:30:00Z');
  await ask('/metrics/sync-all', 'POST');
  for (const provider of ['digital_ocean', 'twilio', 'supabase', 'weaviate'])
    expect(await centsOf(provider, '2026-02-01', '2026-03-16'), provider).toEqual(new Map());
  expect(await gauges()).not.toMatch(/^marginboard_(users|vector_objects|infrastructure_cost_day_usd)\S* 0$/m);
});

it('the days come later, in full: rights, a rate, pages of invoices, credits', { timeout: 240_000 }, async () => {
  providers.mend();
  // Records are revised later, and one day is in another currency.
  const { twilio: account } = providers.state;
  account.usage = account.usage.map((record) => ({
    ...record,
    ...(record.day === '2026-03-05' ? { price: '3.00' } : record.day === '2026-03-06' ? { unit: 'usd' } : {}),
  }));
  await ask('/admin/fx-rates', 'PUT', { currency: 'EUR', day: '2026-03-01', usdRate: '1.25' });
  await startAt('2026-03-16T00:30:00Z');
  await ask('/metrics/sync-all', 'POST');
  const march = await centsOf('digital_ocean', '2026-03-01', '2026-03-16');
  expect(march).toEqual(new Map(daysOf('2026-03-01', '2026-03-16').map((day) => [day, 200])));
  // 33.60 less the tax of 5.60; the credit of 2.00 is in it.
  expect(sum(await centsOf('digital_ocean', '2026-02-01', '2026-03-01'))).toBe(2_800);
  const twilio = await centsOf('twilio', '2026-03-01', '2026-03-16');
  expect(twilio.size).toBe(15);
  expect(['2026-03-05', '2026-03-06', '2026-03-10', '2026-03-11'].map((day) => twilio.get(day))).toEqual([
    375, 200, -500, 250,
  ]);
  // Pro 25, compute 15 less the credit of 10, point-in-time recovery 100: by 31 days.
  expect((await centsOf('supabase', '2026-03-15', '2026-03-16')).get('2026-03-15')).toBe(419);
  const shown = await gauges();
  expect(shown).toMatch(/^marginboard_vector_objects\{provider="weaviate",collection="Named"\} 3$/m);
  expect(shown).not.toMatch(/collection="Asleep"/);
});
