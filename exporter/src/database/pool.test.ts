import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { createPool, withTransaction } from './pool.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

test('days, bigints and decimals come as exact strings, alone and in arrays', async () => {
  const pool = createPool(database.url);
  const { rows } = await pool.query<Record<string, unknown>>(
    `SELECT date '2026-02-28' AS day, 9007199254740993::bigint AS big, 0.10::numeric AS amount,
            ARRAY[date '2026-02-28'] AS days, ARRAY[9007199254740993::bigint] AS bigs, ARRAY[0.10,
              NULL]::numeric[] AS amounts, count(*) AS n`,
  );
  await pool.end();
  expect(rows[0]).toEqual({
    day: '2026-02-28',
    big: '9007199254740993',
    amount: '0.10',
    days: ['2026-02-28'],
    bigs: ['9007199254740993'],
    amounts: ['0.10', null],
    n: '1',
  });
});

test('a connection that the server cuts, idle or between two statements, is reported and replaced', async () => {
  const errors: Error[] = [];
  const pool = createPool(database.url, { onError: (error) => errors.push(error), max: 2 });
  const pid = async (): Promise<number> =>
    (await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid ?? 0;
  const idle = await pid();
  await database.pool.query('SELECT pg_terminate_backend($1::int)', [idle]);
  await expect.poll(() => errors.length).toBe(1);
  expect(await pid()).not.toBe(idle);

  const failed = withTransaction(pool, async (tx) => {
    const backend = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const cut = new Promise((resolve) => tx.once('error', resolve));
    await database.pool.query('SELECT pg_terminate_backend($1::int)', [backend.rows[0]?.pid]);
    await cut;
    await tx.query('SELECT 1');
  });
  await expect(failed).rejects.toThrow();
  await expect(pid()).resolves.toBeGreaterThan(0);
  await pool.end();
});

test('deadlocked transactions are retried until both are done', async () => {
  const pool = createPool(database.url);
  await pool.query(
    'CREATE TABLE deadlock (id int PRIMARY KEY, n int NOT NULL); INSERT INTO deadlock VALUES (1, 0), (2, 0)',
  );
  let attempts = 0;
  let arrived = 0;
  let open = (): void => undefined;
  const both = new Promise<void>((resolve) => (open = resolve));
  const crosswise = (first: number, second: number): Promise<void> =>
    withTransaction(pool, async (tx) => {
      attempts += 1;
      await tx.query('UPDATE deadlock SET n = n + 1 WHERE id = $1', [first]);
      arrived += 1;
      if (arrived === 2) open();
      await both;
      await tx.query('UPDATE deadlock SET n = n + 1 WHERE id = $1', [second]);
    });
  await Promise.all([crosswise(1, 2), crosswise(2, 1)]);
  expect((await pool.query<{ n: number }>('SELECT n FROM deadlock')).rows).toEqual([{ n: 2 }, { n: 2 }]);
  expect(attempts).toBeGreaterThan(2);
  await pool.end();
});

test('a serialization failure is retried three times and then reported; other errors at once', async () => {
  const pool = createPool(database.url);
  let attempts = 0;
  const conflict = withTransaction(pool, async (tx) => {
    attempts += 1;
    await tx.query("DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$");
  });
  await expect(conflict).rejects.toMatchObject({ code: '40001' });
  expect(attempts).toBe(4);

  attempts = 0;
  const wrong = withTransaction(pool, async (tx) => {
    attempts += 1;
    await tx.query('CREATE TABLE half (id int)');
    await tx.query('SELECT 1/0');
  });
  await expect(wrong).rejects.toMatchObject({ code: '22012' });
  expect(attempts).toBe(1);
  expect((await pool.query<{ there: string | null }>("SELECT to_regclass('half') AS there")).rows[0]?.there).toBeNull();
  await pool.end();
});

test('a server that does not answer costs the caller the time-out, not for ever', async () => {
  const pool = createPool('postgres://nobody@127.0.0.1:1/none', { connectionTimeoutMs: 500 });
  await expect(pool.query('SELECT 1')).rejects.toThrow();
  await pool.end();
});
