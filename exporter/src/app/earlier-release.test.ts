import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkOutRelease, EARLIER_RELEASE, hasRelease } from '../../test/earlier-release.ts';
import { REAL, startExporter, until } from '../../test/exporter-process.ts';
import { mintToken } from '../api/auth/mint.ts';

const JWT_SECRET = 'a-secret-of-more-than-thirty-two-bytes';
const LIST = '/api/v1/admin/billing-adjustments?limit=200';
/** Business gauges; those of the process itself come and go. */
const FIGURE = /^marginboard_(cost|mrr|revenue|subscriptions|users|llm|budget|messages|vector|storage|resources)/;

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'earlier-release-'));
});
afterEach(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));

/** What an exporter shows of the demonstration data on this folder. */
async function shown(main: string, dataDir: string): Promise<{ figures: string[]; invoices: string[] }> {
  const exporter = await startExporter(
    { DATA_DIR: dataDir, DEMO: 'true', NOW: '2026-03-15T12:00:00Z', SYNC_SCHEDULE: 'off', JWT_SECRET },
    main,
  );
  try {
    await until(async () => {
      if (exporter.child.exitCode !== null) throw new Error(exporter.output());
      return (await fetch(`${exporter.url}/-/ready`)).status === 200;
    });
    const expiresAt = Math.floor(Date.now() / 1000) + 3_600;
    const token = await mintToken(JWT_SECRET, { role: 'admin', subject: 'test', expiresAt, roleClaim: 'role' });
    const page = await (await fetch(`${exporter.url}/metrics`)).text();
    const list = await (await fetch(exporter.url + LIST, { headers: { authorization: `Bearer ${token}` } })).text();
    return {
      figures: page.split('\n').filter((line) => FIGURE.test(line)),
      invoices: [...list.matchAll(/"amount":"[^"]+"/g)].map(([amount]) => amount).sort(),
    };
  } finally {
    await exporter.end('SIGTERM');
  }
}

test.skipIf(!hasRelease(EARLIER_RELEASE))(
  'the data folder of an earlier release: taken over at the first start, every figure as it was',
  async () => {
    const dataDir = join(home, 'data');
    const earlier = await shown(await checkOutRelease(EARLIER_RELEASE, join(home, 'release')), dataDir);
    expect(earlier.figures.length).toBeGreaterThan(80);
    expect(earlier.invoices.length).toBeGreaterThan(10);
    const now = await shown(REAL, dataDir);
    expect(now.invoices).toEqual(earlier.invoices);
    expect(earlier.figures.filter((line) => !now.figures.includes(line))).toEqual([]);
    // And again, on what the first start has changed.
    expect(await shown(REAL, dataDir)).toEqual(now);
  },
  300_000,
);
