import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { openMonthSamples } from './open-months.ts';
import { storeVersion } from './store.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('counts the days of every month that is over and not closed, from the first that was ever closed', async () => {
  const { pool } = database;
  const open = async () =>
    (await openMonthSamples(pool, '2026-05-04')).map(({ labels, value }) => [labels['month'], value]);
  expect(await open()).toEqual([]);
  const version = { document: '{}', reason: null, by: 'test', now: new Date('2026-02-05T00:00:00Z') };
  await storeVersion(pool, { ...version, month: '2026-01', version: 1 });
  await storeVersion(pool, { ...version, month: '2026-03', version: 1 });
  await storeVersion(pool, { ...version, month: '2026-03', version: 2, document: null });
  await storeVersion(pool, { ...version, month: '2026-04', version: 1 });
  expect(await open()).toEqual([
    ['2026-02', 64],
    ['2026-03', 33],
  ]);
});
