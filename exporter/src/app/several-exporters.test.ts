import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { startExporter, until, type ExporterProcess } from '../../test/exporter-process.ts';
import { mintToken } from '../api/auth/mint.ts';
import { COLLECTOR_NAMES } from '../contract/providers.ts';

// Processes and clusters of their own start slowly beside other tests.
vi.setConfig({ testTimeout: 90_000 });

const SECRET = 'a-test-secret-of-more-than-32-bytes!';
const DAY = '/api/v1/metrics/infrastructure-costs?from=2026-03-01&to=2026-03-02';

let database: TestDatabase;
let headers: Record<string, string>;
const running: ExporterProcess[] = [];
beforeEach(async () => {
  database = await createTestDatabase();
  headers = {
    authorization: `Bearer ${await mintToken(SECRET, { role: 'admin', subject: 'test', expiresAt: Math.floor(Date.now() / 1000) + 3_600, roleClaim: 'role' })}`,
    'content-type': 'application/json',
  };
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.end('SIGKILL')));
  await database.drop();
});

async function exporter(env: Record<string, string> = {}): Promise<ExporterProcess> {
  const one = await startExporter({
    DATABASE_URL: database.url,
    NOW: '2026-03-15T12:00:00Z',
    SYNC_SCHEDULE: 'off',
    JWT_SECRET: SECRET,
    FAKE_API: 'true',
    ...env,
  });
  running.push(one);
  await until(async () => (await fetch(`${one.url}/-/ready`)).ok);
  return one;
}

const answer = z.object({ runId: z.string() });
async function sync(one: ExporterProcess): Promise<{ status: number; runId: string }> {
  const response = await fetch(`${one.url}/api/v1/metrics/sync-all`, { method: 'POST', headers });
  return { status: response.status, ...answer.parse(await response.json()) };
}

async function read(one: ExporterProcess, path: string): Promise<string> {
  const response = await fetch(one.url + path, { headers });
  const body = await response.text();
  expect(response.status, body).toBe(200);
  return body;
}

async function enter(one: ExporterProcess, provider: string): Promise<void> {
  const body = JSON.stringify({
    provider,
    periodStart: '2026-03-01',
    periodEnd: '2026-04-01',
    amount: '31.00',
    currency: 'USD',
  });
  expect((await fetch(`${one.url}/api/v1/admin/billing-adjustment`, { method: 'POST', headers, body })).status).toBe(
    201,
  );
}

test('two exporters on one database: one synchronises, both answer meanwhile, and what is entered on one is right on the other', async () => {
  const two = await Promise.all([exporter({ FAKE_SLOW: 'stripe' }), exporter({ FAKE_SLOW: 'stripe' })]);
  const [a, b] = two;
  let asking = true;
  let answers = 0;
  const readers = Promise.all(
    [...two, ...two].map(async (one) => {
      for (; asking; answers += 1) await read(one, answers % 3 === 0 ? '/metrics' : DAY);
    }),
  );
  const calls = await Promise.all(Array.from({ length: 10 }, (_, index) => sync(index % 2 === 0 ? a : b)));
  expect(calls.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(calls.filter(({ status }) => status === 409)).toHaveLength(9);
  expect(new Set(calls.map(({ runId }) => runId)).size).toBe(1);
  const { rows } = await database.pool.query<{ collector: string; outcome: string }>(
    'SELECT collector, outcome FROM metrics_sync_logs ORDER BY collector',
  );
  expect(rows).toEqual([...COLLECTOR_NAMES].sort().map((collector) => ({ collector, outcome: 'succeeded' })));

  for (const one of two)
    await until(async () =>
      (await read(one, '/metrics')).includes(
        'marginboard_collector_last_run_outcome{collector="stripe",outcome="succeeded"} 1',
      ),
    );
  await enter(a, 'vendor_a');
  expect(await read(a, DAY)).toContain('"otherUsd":"1.00"');
  expect(await read(b, DAY)).toContain('"otherUsd":"1.00"');
  await enter(b, 'vendor_b');
  expect(await read(a, DAY)).toContain('"otherUsd":"2.00"');
  for (const one of two)
    await until(async () => /^marginboard_cost_month_to_date_usd\{[^}]*"vendor_b"/m.test(await read(one, '/metrics')));
  asking = false;
  await readers;
  expect(answers).toBeGreaterThan(20);
});

test('the exporter that synchronises is killed: the other one has to wait until the lease has expired, then does it', async () => {
  const [holder, other] = await Promise.all([exporter({ FAKE_HANG: 'stripe' }), exporter()]);
  void fetch(`${holder.url}/api/v1/metrics/sync-all`, { method: 'POST', headers }).catch(() => undefined);
  await until(
    async () =>
      (await database.pool.query("SELECT 1 FROM metrics_sync_logs WHERE outcome = 'succeeded'")).rowCount === 5,
  );
  expect((await sync(other)).status).toBe(409);
  await holder.end('SIGKILL');
  const stripe = async () =>
    (
      await database.pool.query<{ attempt: number; outcome: string | null }>(
        "SELECT attempt, outcome FROM metrics_sync_logs WHERE collector = 'stripe'",
      )
    ).rows;
  // The leases of the run and of its rows end one after the other.
  await until(async () => (await sync(other)).status === 200 && (await stripe())[0]?.outcome === 'succeeded');
  expect(await stripe()).toEqual([{ attempt: 2, outcome: 'succeeded' }]);
  const { rows } = await database.pool.query<{ outcome: string | null }>(
    'SELECT outcome FROM sync_runs ORDER BY started_at, finished_at',
  );
  expect(rows.filter(({ outcome }) => outcome === 'failed')).toHaveLength(1);
  expect(rows.every(({ outcome }) => outcome !== null)).toBe(true);
});
