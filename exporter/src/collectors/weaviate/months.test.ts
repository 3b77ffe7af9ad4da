import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { QUICK_RETRY, testContext } from '../../../test/providers/context.ts';
import { faults } from '../../../test/providers/loopback.ts';
import { startFakeWeaviate, weaviateSettings, type FakeWeaviate } from '../../../test/providers/weaviate.ts';
import { addDays } from '../../money/days.ts';
import { estimateWeaviate } from './estimate.ts';
import { createWeaviateCollector, type WeaviateSettings } from './index.ts';
import { meanOf } from './month.ts';

let database: TestDatabase;
let server: FakeWeaviate;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await startFakeWeaviate();
});
afterAll(async () => {
  await server.close();
  await database.drop();
});
beforeEach(async () => {
  server.mend();
  await database.pool.query('TRUNCATE weaviate_metrics, component_costs');
});

/** A run at noon of `today`, with a million dimensions an object: 0.00465 USD a month each, without storage prices. */
async function run(today: string, objects: Record<string, number>, change: Partial<WeaviateSettings> = {}) {
  server.state.collections = Object.fromEntries(
    Object.entries(objects).map(([name, count]) => [name, { objects: count, vectors: { default: 1_000 } }]),
  );
  const collector = createWeaviateCollector(
    weaviateSettings({
      WEAVIATE_URL: server.url,
      WEAVIATE_GRPC_URL: '127.0.0.1:1',
      WEAVIATE_PRICE_MILLION_DIMENSIONS_USD: '4.65',
      WEAVIATE_PRICE_STORAGE_GIB_USD: '0',
      WEAVIATE_PRICE_BACKUP_GIB_USD: '0',
      ...change,
    }),
  );
  const day = addDays(today, -1);
  const { data, warnings } = await collector.collect(
    testContext({
      day,
      today,
      now: new Date(`${today}T12:00:00Z`),
      db: database.pool,
      retry: { ...QUICK_RETRY, tries: 1 },
    }),
  );
  await collector.store(database.pool, day, data);
  return { codes: warnings.map(({ code }) => code), warnings };
}

async function month(month: string) {
  const { rows } = await database.pool.query<{ usd: string; days: number; equal: boolean; provisional: number }>(
    `SELECT trim_scale(sum(amount_usd))::text AS usd, count(*)::int AS days,
       max(amount_usd) - min(amount_usd) <= 0.01 AS equal, (count(*) FILTER (WHERE provisional))::int AS provisional
     FROM component_costs WHERE provider = 'weaviate' AND to_char(day, 'YYYY-MM') = $1`,
    [month],
  );
  return rows[0];
}

const GIB = 1n << 30n;

describe('a month costs the larger of the minimum and the price of its mean usage', () => {
  it.each([
    ['nothing all month', [[0n, 0n]], 4_500n],
    // 0.00465 × 5,000 is 23.25.
    ['below the minimum', [[5_000_000_000n, 0n]], 4_500n],
    // The mean of 0 and 40,000 million is 20,000 million: 93.00.
    [
      'grown from nothing',
      [
        [0n, 0n],
        [40_000_000_000n, 0n],
      ],
      9_300n,
    ],
    // Falls to nothing on the last of four days: 0.75 × 186.00.
    [
      'emptied late',
      [
        [40_000_000_000n, 0n],
        [40_000_000_000n, 0n],
        [40_000_000_000n, 0n],
        [0n, 0n],
      ],
      13_950n,
    ],
    // 100 GiB on half of the days: 50 × (0.12 + 0.03036) + 46.50.
    [
      'storage for half of it',
      [
        [10_000_000_000n, 100n * GIB],
        [10_000_000_000n, 0n],
      ],
      5_402n,
    ],
  ] as const)('%s', (_name, readings, cents) => {
    const usage = meanOf(readings.map(([dimensions, storageBytes]) => ({ dimensions, storageBytes })));
    expect(estimateWeaviate(weaviateSettings(), usage).monthlyCents).toBe(cents);
  });
});

it('restates the days of a growing month until it ends, and lets a closed one stand', async () => {
  // 1,000 objects of 1,000 dimensions are a million dimensions: 4.65.
  await run('2026-03-01', { Article: 0 });
  expect(await month('2026-03')).toEqual({ usd: '1.45', days: 1, equal: true, provisional: 1 });
  for (let day = 2; day <= 31; day += 1)
    await run(`2026-03-${String(day).padStart(2, '0')}`, { Article: day <= 15 ? 0 : 40_000 });
  // Yesterday's row is that of the newest reading: 17 of 31 days at 40 million dimensions, 186 × 17 / 31.
  expect(await month('2026-03')).toEqual({ usd: '102', days: 31, equal: true, provisional: 1 });
  await run('2026-04-01', { Article: 40_000 });
  const closed = await month('2026-03');
  expect(closed).toEqual({ usd: '102', days: 31, equal: true, provisional: 0 });
  expect(await month('2026-04')).toEqual({ usd: '6.2', days: 1, equal: true, provisional: 1 });
  await run('2026-04-02', { Article: 90_000 });
  expect(await month('2026-03')).toEqual(closed);
  const { rows } = await database.pool.query(
    `SELECT DISTINCT trim_scale(cost_usd)::text AS usd, cost_parts->0->>'basis' AS basis FROM weaviate_metrics
     WHERE recorded_at = '2026-03-10'`,
  );
  expect(rows).toEqual([{ usd: '3.29', basis: expect.stringContaining('mean of 31 days') }]);
});

it('a month on whose last days nothing ran is closed by the next run: its bill is that of the whole month', async () => {
  await run('2026-03-01', { Article: 0 });
  await run('2026-03-28', { Article: 0 });
  expect(await month('2026-03')).toEqual({ usd: '40.65', days: 28, equal: true, provisional: 1 });
  await run('2026-04-03', { Article: 90_000 });
  expect(await month('2026-03')).toEqual({ usd: '45', days: 31, equal: true, provisional: 0 });
  // The days of April before the run belong to its month, too.
  expect((await month('2026-04'))?.days).toBe(3);
  const { rows } = await database.pool.query('SELECT recorded_at::text AS day FROM weaviate_metrics WHERE provisional');
  expect(rows).toEqual([{ day: '2026-04-03' }]);
});

it('one collection that cannot be read costs only itself, and is named', async () => {
  const both = { Article: 40_000, Broken: 20_000 };
  await run('2026-05-02', both);
  const before = await month('2026-05');
  for (const fault of [
    faults.status(403, { error: [{ message: 'forbidden' }] }),
    faults.status(404),
    faults.status(429, {}, { 'retry-after': '0' }),
    faults.status(500),
    faults.text(''),
    faults.text('{"data": {"Aggregate": {"Broken": [{"meta": {"count": null}}]}}}'),
    faults.text('{"errors": [{"message": "shard is broken"}]}'),
    faults.reset(),
  ]) {
    server.failWhere(
      (request) => request.path === '/v1/graphql' && JSON.stringify(request.body).includes('Broken'),
      fault,
    );
    const { codes, warnings } = await run('2026-05-02', both);
    expect(codes).toContain('collections_unreadable');
    expect(warnings.find(({ code }) => code === 'collections_unreadable')?.message).toContain('Broken');
    server.mend();
    // What was known of the day stays, and the estimate counts the collection as it was last read.
    expect(await month('2026-05')).toEqual(before);
  }
  server.failWhere(
    (request) => request.path === '/v1/graphql' && JSON.stringify(request.body).includes('Broken'),
    faults.status(500),
  );
  await run('2026-05-03', both);
  const { rows } = await database.pool.query(
    `SELECT recorded_at::text AS day, objects::text, collections, jsonb_array_length(by_collection) AS read
     FROM weaviate_metrics WHERE recorded_at >= '2026-05-01' ORDER BY 1`,
  );
  expect(rows).toEqual([
    { day: '2026-05-01', objects: '60000', collections: 2, read: 2 },
    { day: '2026-05-02', objects: '60000', collections: 2, read: 2 },
    { day: '2026-05-03', objects: null, collections: 2, read: 1 },
  ]);
  expect((await month('2026-05'))?.days).toBe(3);
});

it('where no collection can be read the run fails', async () => {
  server.failNext('/v1/graphql', faults.status(500), Number.POSITIVE_INFINITY);
  await expect(run('2026-06-02', { A: 1, B: 2 })).rejects.toMatchObject({ kind: 'upstream' });
});
