import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildExporter } from '../../../exporter/test/built-exporter.ts';
import { createTestDatabase, type TestDatabase } from '../../../exporter/test/database.ts';
import { soak } from './soak.ts';
import { tableOf } from './table.ts';

let database: TestDatabase;
beforeAll(async () => {
  await buildExporter();
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it.skipIf(process.platform !== 'linux')(
  'a short soak: after every run each figure is that of its last success, and nothing is left open',
  async () => {
    const report = await soak({ url: database.url, db: database.pool, syncs: 12, scrapes: 600, settleMs: 500 });
    expect(report.wrong, tableOf(report, 'test database', 0)).toEqual([]);
    expect(report.cuts).toBeGreaterThan(0);
    expect(report.collectors).toMatchObject({
      succeeded: expect.any(Number),
      'failed timeout': expect.any(Number),
      'failed upstream': expect.any(Number),
      'failed bad_payload': expect.any(Number),
    });
    // A connection pool of ten, and what idles for some seconds; a handle left by each run would be more.
    expect(report.last.connections).toBeLessThanOrEqual(10);
    expect(report.last.handles).toBeLessThanOrEqual((report.first.handles ?? 0) + 12);
  },
  120_000,
);
