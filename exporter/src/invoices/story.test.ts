import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { token } from '../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { REAL, startExporter, until, type ExporterProcess } from '../../test/exporter-process.ts';
import { daysOf } from '../money/days.ts';
import { formatMicros, parseMicros, sumMicros } from '../money/micros.ts';
import { replaceLedger } from '../ledger/replace-rows.ts';

/** One month's story, by the real process: what the API and `/metrics` say after each step, at once. */
const SECRET = 'a-test-secret-of-more-than-32-bytes!';
const MARCH = daysOf('2026-03-01', '2026-04-01');

let database: TestDatabase;
let running: ExporterProcess | undefined;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await running?.end('SIGKILL');
  await database.drop();
});

async function start(env: Record<string, string>): Promise<string> {
  await running?.end('SIGTERM');
  const started = await startExporter(
    { DATABASE_URL: database.url, NOW: '2026-04-05T12:00:00Z', SYNC_SCHEDULE: 'off', JWT_SECRET: SECRET, ...env },
    REAL,
  );
  running = started;
  await until(async () => (await fetch(`${started.url}/-/ready`)).status === 200);
  return started.url;
}

async function call(url: string, path: string, body?: object): Promise<{ status: number; json: unknown }> {
  const headers = {
    authorization: `Bearer ${await token({ role: 'admin', subject: 'anna' }, SECRET)}`,
    'content-type': 'application/json',
  };
  const response = await fetch(
    `${url}/api/v1${path}`,
    body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) },
  );
  return { status: response.status, json: await response.json() };
}

const days = z.object({
  data: z.array(z.object({ supabaseUsd: z.string().nullable(), sources: z.record(z.string(), z.string()) })),
  coverage: z.object({ invoice: z.number() }).nullable(),
});
const reconciliation = z.object({
  data: z.array(z.object({ provider: z.string(), countedUsd: z.string().nullable(), source: z.string().nullable() })),
});
const summary = z.object({ infrastructureCostUsd: z.string().nullable() });
const forecast = z.object({ data: z.array(z.object({ provider: z.string() })) });

/** The month by every answer that knows it. */
async function monthFigures(url: string): Promise<Record<string, unknown>> {
  const range = 'from=2026-03-01&to=2026-04-01';
  const costs = days.parse((await call(url, `/metrics/infrastructure-costs?${range}`)).json);
  const reconciled = reconciliation.parse((await call(url, `/metrics/reconciliation?${range}&provider=supabase`)).json)
    .data[0];
  const amounts = costs.data.flatMap(({ supabaseUsd }) => (supabaseUsd === null ? [] : [parseMicros(supabaseUsd)]));
  const page = await (await fetch(`${url}/metrics`)).text();
  forecast.parse((await call(url, '/metrics/forecast')).json);
  return {
    byDay: formatMicros(sumMicros(amounts)),
    source: costs.data[0]?.sources['supabase'],
    invoiced: costs.coverage?.invoice,
    reconciled: reconciled?.countedUsd,
    summary: summary.parse((await call(url, `/metrics/summary?${range}`)).json).infrastructureCostUsd,
    metric: /marginboard_cost_previous_month_usd\{provider="supabase"\} (\S+)/.exec(page)?.[1],
    missing: /marginboard_invoice_missing\{[^}]*provider="supabase"[^}]*\} 1/.test(page),
  };
}

const stored = z.object({ data: z.array(z.object({ id: z.string(), createdBy: z.string() })) });

it(
  'estimate, fixed price, invoice, correction, void: each figure is right everywhere at once',
  { timeout: 60_000 },
  async () => {
    await replaceLedger(
      database.pool,
      'supabase',
      'estimate',
      MARCH,
      MARCH.map((day) => ({ day, component: 'all', amountUsd: '0.90' })),
    );
    let url = await start({});
    expect(await monthFigures(url)).toEqual({
      byDay: '27.90',
      source: 'estimate',
      invoiced: 0,
      reconciled: '27.90',
      summary: '27.90',
      metric: '27.9',
      missing: true,
    });

    url = await start({ SUPABASE_MONTHLY_COST_USD: '25.00' });
    expect(await monthFigures(url)).toEqual({
      byDay: '25.00',
      source: 'fixed',
      invoiced: 0,
      reconciled: '25.00',
      summary: '25.00',
      metric: '25',
      missing: true,
    });

    const entered = stored.parse(
      (await call(url, '/admin/billing-adjustment', { billingDate: '2026-03-31', supabaseUsd: '315.50' })).json,
    ).data[0];
    expect(entered?.createdBy).toBe('anna');
    expect(await monthFigures(url)).toEqual({
      byDay: '315.50',
      source: 'invoice',
      invoiced: 1,
      reconciled: '315.50',
      summary: '315.50',
      metric: '315.5',
      missing: false,
    });

    const corrected = stored.parse(
      (await call(url, `/admin/billing-adjustments/${entered?.id}/correction`, { amount: '31.55' })).json,
    ).data[0];
    expect(await monthFigures(url)).toEqual({
      byDay: '31.55',
      source: 'invoice',
      invoiced: 1,
      reconciled: '31.55',
      summary: '31.55',
      metric: '31.55',
      missing: false,
    });

    expect(
      (await call(url, `/admin/billing-adjustments/${corrected?.id}/void`, { reason: 'of another project' })).status,
    ).toBe(201);
    expect(await monthFigures(url)).toEqual({
      byDay: '25.00',
      source: 'fixed',
      invoiced: 0,
      reconciled: '25.00',
      summary: '25.00',
      metric: '25',
      missing: true,
    });
  },
);
