import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import {
  createProxy,
  runToExit,
  startExporter,
  until,
  type ExporterProcess,
  type Proxy,
} from '../../test/exporter-process.ts';
import { createPool, withTransaction } from '../database/pool.ts';

let database: TestDatabase;
const running: ExporterProcess[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(
    running
      .splice(0)
      .map(async (one) =>
        one.child.exitCode === null && one.child.signalCode === null ? one.end('SIGKILL') : undefined,
      ),
  );
  await database.drop();
});

async function exporter(env: Record<string, string> = {}): Promise<ExporterProcess> {
  const started = await startExporter({ DATABASE_URL: database.url, NOW: '2026-03-15T12:00:00Z', ...env });
  running.push(started);
  return started;
}

async function get(one: ExporterProcess, path: string): Promise<{ status: number; body: string }> {
  const response = await fetch(one.url + path);
  return { status: response.status, body: await response.text() };
}

const isReady = (one: ExporterProcess) => until(async () => (await get(one, '/-/ready')).status === 200);
const pageHas = (one: ExporterProcess, text: string) =>
  until(async () => (await get(one, '/metrics')).body.includes(text));

async function logRows(
  where = 'true',
): Promise<
  { collector: string; attempt: number; outcome: string | null; kind: string | null; retryable: boolean | null }[]
> {
  const result = await database.pool.query<{
    collector: string;
    attempt: number;
    outcome: string | null;
    kind: string | null;
    retryable: boolean | null;
  }>(`SELECT collector, attempt, outcome, kind, retryable FROM metrics_sync_logs WHERE ${where} ORDER BY id`);
  return result.rows;
}

function throughProxy(proxy: Proxy): string {
  const url = new URL(database.url);
  url.port = String(proxy.port);
  return url.href;
}

describe('the process', () => {
  test('row 34: a bad environment ends it at once with 1 and every name, no value', async () => {
    const { code, output } = await runToExit({
      PORT: 'planted-1',
      STRIPE_SECERT_KEY: 'planted-2',
      HOST: '0.0.0.0',
      JWT_SECRET: 'planted-3',
    });
    expect(code).toBe(1);
    for (const name of ['PORT', 'STRIPE_SECERT_KEY', 'JWT_SECRET']) expect(output).toContain(`  ${name}: `);
    expect(output).not.toContain('planted');
  });

  test('a port in use ends it with 1 and says so', async () => {
    const first = await exporter({ SYNC_SCHEDULE: 'off' });
    const { code, output } = await runToExit({ PORT: new URL(first.url).port, DATABASE_URL: database.url });
    expect(code).toBe(1);
    expect(output).toMatch(/port \d+ on 127.0.0.1 is in use: set PORT/);
  });

  test('row 21: after a restart the first scrape already has every series', async () => {
    const first = await exporter();
    await until(async () => (await logRows("outcome = 'succeeded'")).length === 6);
    await pageHas(first, 'marginboard_users{provider="stripe"} 7');
    const businessLines = (page: string): string[] =>
      page
        .split('\n')
        .filter((line) => /^marginboard_(users|collector_last_run_outcome|collector_data_day)/.test(line))
        .sort();
    const before = businessLines((await get(first, '/metrics')).body);
    expect(await first.end('SIGTERM')).toEqual([0, null]);
    const second = await exporter({ SYNC_SCHEDULE: 'off' });
    await isReady(second);
    expect(businessLines((await get(second, '/metrics')).body)).toEqual(before);
    expect(before.length).toBeGreaterThan(20);
  });

  // Without a change the page is read again every minute: this takes a second, and ends long before that.
  test('what one process stores is on the page of another, by the data version', async () => {
    const idle = await exporter({ SYNC_SCHEDULE: 'off' });
    await isReady(idle);
    expect((await get(idle, '/metrics')).body).not.toContain('marginboard_users{provider="stripe"} 7');
    const busy = await exporter({ SYNC_SCHEDULE: 'off' });
    await isReady(busy);
    expect((await get(busy, '/sync')).status).toBe(200);
    await pageHas(idle, 'marginboard_users{provider="stripe"} 7');
    const pool = createPool(database.url, { max: 1 });
    await withTransaction(pool, (tx) =>
      tx.query("INSERT INTO budgets (provider, month_usd, created_by) VALUES ('all', 321, 'another program')"),
    );
    await pool.end();
    for (const one of [idle, busy]) await pageHas(one, 'marginboard_budget_month_usd{provider="all"} 321');
  });

  test('row 18: kill −9 in mid-run: the lease expires, the next process takes the row over, attempt + 1, one row', async () => {
    const first = await exporter({ FAKE_HANG: 'stripe' });
    await until(
      async () =>
        (await logRows("collector = 'stripe' AND finished_at IS NULL")).length === 1 &&
        (await logRows("outcome = 'succeeded'")).length === 5,
    );
    await first.end('SIGKILL');
    await exporter();
    await until(async () => (await logRows("collector = 'stripe' AND outcome = 'succeeded'")).length === 1);
    expect(await logRows("collector = 'stripe'")).toMatchObject([{ attempt: 2, outcome: 'succeeded' }]);
    // The five that were done are left alone.
    expect(await logRows()).toHaveLength(6);
  });

  test('row 19: SIGTERM in mid-run ends it with 0, the run logged as failed (shutdown) and retryable', async () => {
    const one = await exporter({ FAKE_HANG: 'twilio' });
    await until(
      async () =>
        (await logRows("collector = 'twilio' AND finished_at IS NULL")).length === 1 &&
        (await logRows("outcome = 'succeeded'")).length === 5,
    );
    const started = performance.now();
    expect(await one.end('SIGTERM')).toEqual([0, null]);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(await logRows("collector = 'twilio'")).toMatchObject([
      { outcome: 'failed', kind: 'shutdown', retryable: true },
    ]);
    expect((await database.pool.query('SELECT outcome FROM sync_runs')).rows).toEqual([{ outcome: 'partial' }]);
  });

  test('row 13: without its database at start it lives, says so, and connects when it comes', async () => {
    const proxy = await createProxy(database.url);
    const one = await exporter({ DATABASE_URL: throughProxy(proxy), SYNC_SCHEDULE: 'off' });
    expect(await get(one, '/-/healthy')).toMatchObject({ status: 200 });
    expect(await get(one, '/-/ready')).toMatchObject({ status: 503 });
    const page = await get(one, '/metrics');
    expect(page.status).toBe(200);
    expect(page.body).toContain('\nmarginboard_database_up 0\n');
    expect(await get(one, '/sync')).toMatchObject({ status: 503 });
    await proxy.up();
    await isReady(one);
    expect((await get(one, '/metrics')).body).toContain('\nmarginboard_database_up 1\n');
    expect(await one.end('SIGTERM')).toEqual([0, null]);
    await proxy.down();
  });

  test('SIGTERM while it waits for its database ends it with 0', async () => {
    const proxy = await createProxy(database.url);
    const one = await exporter({ DATABASE_URL: throughProxy(proxy) });
    expect(await one.end('SIGTERM')).toEqual([0, null]);
  });

  test('row 14: the database lost and back: no crash, the page keeps its figures, syncs are refused, then all is well', async () => {
    const proxy = await createProxy(database.url);
    await proxy.up();
    const one = await exporter({ DATABASE_URL: throughProxy(proxy) });
    await pageHas(one, 'marginboard_users{provider="stripe"} 7');
    await until(
      async () => (await database.pool.query('SELECT 1 FROM sync_runs WHERE finished_at IS NOT NULL')).rowCount === 1,
    );
    await proxy.down();
    await pageHas(one, '\nmarginboard_database_up 0\n');
    expect((await get(one, '/metrics')).body).toContain('marginboard_users{provider="stripe"} 7');
    expect((await get(one, '/-/ready')).status).toBe(200);
    expect((await get(one, '/sync')).status).toBe(503);
    await proxy.up();
    await pageHas(one, '\nmarginboard_database_up 1\n');
    // A stretch of history that the start still fills in holds the lease for a moment.
    await until(async () => {
      const { status } = await get(one, '/sync');
      expect([200, 409]).toContain(status);
      return status === 200;
    });
    await one.end('SIGTERM');
    await proxy.down();
  });

  test('row 30: a collector that throws past every try is a bug in the log, and the process lives', async () => {
    const one = await exporter({ FAKE_BUG: 'stripe' });
    await until(async () => (await logRows("collector = 'stripe' AND kind = 'bug'")).length === 1);
    await until(
      async () => one.output().includes('rejected into the void') && one.output().includes('thrown from a timer'),
    );
    expect((await get(one, '/-/healthy')).status).toBe(200);
    await until(async () => (await logRows("outcome = 'succeeded'")).length === 5);
  });
});
