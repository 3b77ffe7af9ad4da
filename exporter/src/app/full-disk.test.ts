import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { REAL, runToExit, startExporter, until, type ExporterProcess } from '../../test/exporter-process.ts';
import { openSmallDisk, type SmallDisk } from '../../test/small-disk.ts';
import { mintToken } from '../api/auth/mint.ts';

// Clusters of their own start slowly beside other tests.
vi.setConfig({ testTimeout: 90_000 });

const SECRET = 'a-test-secret-of-more-than-32-bytes!';
const probe = await openSmallDisk(1);
await probe?.close();
const cannotMount = probe === undefined;

let disk: SmallDisk;
let exporter: ExporterProcess | undefined;
let headers: Record<string, string>;
beforeEach(async () => {
  if (cannotMount) return;
  const opened = await openSmallDisk(256);
  if (opened === undefined) throw new Error('a file system could be mounted a moment ago');
  disk = opened;
  headers = {
    authorization: `Bearer ${await mintToken(SECRET, { role: 'admin', subject: 'test', expiresAt: Math.floor(Date.now() / 1000) + 3_600, roleClaim: 'role' })}`,
    'content-type': 'application/json',
  };
});
afterEach(async () => {
  if (cannotMount) return;
  if (exporter?.child.exitCode === null) await exporter.end('SIGKILL');
  exporter = undefined;
  await disk.close();
});

const settings = (): Record<string, string> => ({
  DATA_DIR: join(disk.path, 'data'),
  DEMO: 'true',
  NOW: '2026-03-15T12:00:00Z',
  SYNC_SCHEDULE: 'off',
  JWT_SECRET: SECRET,
});

async function ask(path: string, init: RequestInit = {}): Promise<{ status: number; text: string }> {
  const response = await fetch((exporter?.url ?? '') + path, { headers, ...init });
  return { status: response.status, text: await response.text() };
}

const page = async (): Promise<string> => (await ask('/metrics')).text;
const SUMMARY = '/api/v1/metrics/summary';
const post = (path: string, body: object): Promise<{ status: number; text: string }> =>
  ask(path, { method: 'POST', body: JSON.stringify(body) });
const invoice = (n: number): object => ({
  provider: `vendor_${n}`,
  periodStart: '2026-02-01',
  periodEnd: '2026-03-01',
  amount: '28.00',
  currency: 'USD',
});
/** Of warnings and errors. */
const complaints = (): string[] =>
  (exporter?.output() ?? '').split('\n').filter((line) => /"level":"(warn|error|fatal)"/.test(line));

test.skipIf(cannotMount)(
  'a full disk: every write is refused as such, every figure stays readable, two lines in the log, and no restart',
  async () => {
    exporter = await startExporter(settings(), REAL);
    await until(async () => (await ask('/-/ready')).status === 200);
    await until(async () => (await page()).includes('\nmarginboard_database_writable 1\n'));
    expect(await page()).toMatch(/\nmarginboard_disk_free_bytes\{folder="database"\} \d{8,9}\n/);
    expect(await page()).toContain(`marginboard_disk_size_bytes{folder="database"} ${256 * 2 ** 20}\n`);
    expect((await post('/api/v1/admin/billing-adjustment', invoice(1))).status).toBe(201);
    const summary = await ask(SUMMARY);
    expect(summary.status).toBe(200);
    const before = complaints().length;

    await disk.fill();
    await until(async () => (await page()).includes('\nmarginboard_database_writable 0\n'));
    // The disk is looked at on its own.
    await until(async () => (await page()).includes('marginboard_disk_free_bytes{folder="database"} 0\n'));
    for (let n = 2; n < 12; n += 1) {
      const refused = await post('/api/v1/admin/billing-adjustment', invoice(n));
      expect(refused).toMatchObject({ status: 503, text: expect.stringContaining('Cannot write: disk full.') });
      expect((await post('/api/v1/metrics/sync-all', {})).text).toContain('Cannot write: disk full.');
    }
    expect(await ask('/-/ready')).toEqual({
      status: 200,
      text: expect.stringMatching(/^ready for reading only: cannot write: disk full\. 0 MiB are left for DATA_DIR/),
    });
    expect(await ask('/-/ready?for=writes')).toMatchObject({
      status: 503,
      text: expect.stringContaining('Not ready for writes: cannot write: disk full'),
    });
    expect((await ask('/-/healthy')).status).toBe(200);
    expect((await ask(SUMMARY)).status).toBe(200);
    expect((await ask('/api/v1/admin/billing-adjustments')).text).toContain('vendor_1');

    await disk.empty();
    await until(async () => (await page()).includes('\nmarginboard_database_writable 1\n'));
    expect(await ask('/-/ready?for=writes')).toEqual({ status: 200, text: 'ready\n' });
    expect((await post('/api/v1/admin/billing-adjustment', invoice(12))).status).toBe(201);
    const stored = (await ask('/api/v1/admin/billing-adjustments')).text;
    expect([stored.includes('vendor_12'), stored.includes('vendor_2"')]).toEqual([true, false]);
    // What was refused is in the audit log, now that there is room for it.
    await until(async () => (await ask('/api/v1/admin/audit-log')).text.includes('"status":503'));
    expect(complaints().slice(before)).toEqual([expect.stringContaining('cannot write: disk full')]);
    expect(exporter.output().match(/the database accepts writes again/g)).toHaveLength(1);
    expect(await exporter.end('SIGTERM')).toEqual([0, null]);
  },
);

test.skipIf(cannotMount)('a start on a full or a read-only disk ends with one line that says so', async () => {
  await disk.fill();
  const full = await runToExit(settings(), REAL);
  expect(full.code).toBe(1);
  expect(full.output).toMatch(/\nmarginboard cannot start: .*disk full.*DATA_DIR/);
  await disk.empty();
  await mkdir(join(disk.path, 'data'), { recursive: true });
  disk.readOnly(true);
  const readOnly = await runToExit(settings(), REAL);
  expect(readOnly.code).toBe(1);
  expect(readOnly.output).toMatch(/\nmarginboard cannot start: .*read-only.*DATA_DIR/);
  disk.readOnly(false);
});
