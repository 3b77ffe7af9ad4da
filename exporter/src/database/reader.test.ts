import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { PGBOUNCER, startPgBouncer } from '../../test/pgbouncer.ts';
import { claimRun, finishRun, renewLeases } from '../runner/leases.ts';
import { bumpDataVersion, readDataVersion } from './data-version.ts';
import { createPool, keepsSessions, withTransaction } from './pool.ts';
import { createReader } from './reader.ts';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url, { max: 3 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const version = async (): Promise<string | null> => (await readDataVersion(pool)).version;
const budget = "INSERT INTO budgets (provider, month_usd, created_by) VALUES ('all', 1, 'test')";

test('a transaction that wrote moves the version with its commit, any other does not', async () => {
  const start = await version();
  await withTransaction(pool, (tx) => tx.query('SELECT count(*) FROM budgets'));
  await withTransaction(pool, (tx) => tx.query("UPDATE budgets SET provider = 'x' WHERE provider = 'nobody'"));
  await expect(
    withTransaction(pool, async (tx) => {
      await tx.query(budget);
      throw new Error('planted');
    }),
  ).rejects.toThrow('planted');
  expect(await version()).toBe(start);
  await withTransaction(pool, async (tx) => {
    await tx.query(budget);
    expect(await version(), 'not before the commit').toBe(start);
  });
  expect(await version()).not.toBe(start);
});

test("writers at the same time each move it, and none waits for another's whole transaction", async () => {
  const seen = new Set<string | null>();
  await Promise.all(
    Array.from({ length: 3 }, async () => {
      for (let round = 0; round < 5; round += 1) {
        await withTransaction(pool, (tx) => tx.query(budget));
        seen.add(await version());
      }
    }),
  );
  expect(seen.size).toBeGreaterThanOrEqual(5);
  // A long one holds nothing of the others.
  await withTransaction(pool, async (tx) => {
    await tx.query(budget);
    await withTransaction(pool, (other) => other.query(budget));
  });
});

test("a run's begin and end move it, its sign of life does not", async () => {
  const lease = { runId: randomUUID(), owner: randomUUID(), leaseMs: 60_000 };
  await withTransaction(pool, (tx) => claimRun(tx, lease, { trigger: 'cli', requestedBy: 'test' }, null));
  const running = await version();
  expect(await renewLeases(pool, lease)).toBe(true);
  expect(await version()).toBe(running);
  await withTransaction(pool, (tx) =>
    finishRun(tx, lease, { runId: lease.runId, outcome: 'succeeded', collectors: [] }, null),
  );
  expect(await version()).not.toBe(running);
});

test('a snapshot and its version are of one moment, and cannot write', async () => {
  const reader = createReader(() => pool, keepsSessions);
  const before = await version();
  await reader.snapshot(async ({ db, version: own }) => {
    const count = async (): Promise<unknown> => (await db.query('SELECT count(*) AS n FROM budgets')).rows;
    const first = await count();
    await withTransaction(pool, (tx) => tx.query(budget));
    expect([await count(), own]).toEqual([first, before]);
    expect((await reader.version()).version).not.toBe(before);
  });
  await expect(reader.snapshot(({ db }) => db.query(budget))).rejects.toMatchObject({ code: '25006' });
  // The connection is fit for use again.
  await expect(reader.snapshot(async ({ db }) => (await db.query('SELECT 1 AS one')).rows)).resolves.toEqual([
    { one: 1 },
  ]);
});

test('statements are prepared once a connection; one that a pooler lost is sent plainly, then and from then on', async () => {
  const single = createPool(database.url, { max: 1 });
  try {
    const prepared = async (): Promise<number> =>
      Number(
        (await single.query<{ n: string }>("SELECT count(*) AS n FROM pg_prepared_statements WHERE name LIKE 'm\\_%'"))
          .rows[0]?.n,
      );
    // Its first connection tells whether there is a pooler between.
    await single.query('SELECT 1');
    const reader = createReader(() => single, keepsSessions);
    const ask = () =>
      reader.snapshot(async ({ db }) => (await db.query<{ n: number }>('SELECT $1::int + 1 AS n', [1])).rows[0]?.n);
    expect([await ask(), await ask(), await prepared()]).toEqual([2, 2, 2]);
    await single.query('DEALLOCATE ALL');
    expect([await ask(), await ask(), await prepared()]).toEqual([2, 2, 0]);
    await expect(reader.version()).resolves.toMatchObject({ version: await version() });
  } finally {
    await single.end();
  }
});

describe.skipIf(PGBOUNCER === undefined)('PgBouncer in transaction mode', () => {
  // 1.18 does not support prepared statements there: some are not found, some are there already.
  test.each([
    ['taken for a server', () => true],
    ['distinguished', keepsSessions],
  ] as const)('answers every read, %s, within the limits of a session', async (_, keeps) => {
    const bouncer = await startPgBouncer(inject('testDatabaseUrl'), PGBOUNCER ?? '');
    const many = createPool(bouncer.through(database.url), { max: 8, statementTimeoutMs: 12_000 });
    try {
      const reader = createReader(() => many, keeps);
      const ask = () =>
        reader.snapshot(async ({ db, version: own }) => [
          own,
          (
            await db.query(
              "SELECT current_setting('statement_timeout') AS limit, $1::int AS n FROM pg_sleep(0.005)",
              [7],
            )
          ).rows,
        ]);
      const own = await version();
      for (let round = 0; round < 3; round += 1) {
        const answers = await Promise.all(
          Array.from({ length: 16 }, async (__, index) => (index % 2 === 0 ? ask() : reader.version())),
        );
        for (const answer of answers)
          expect(answer).toMatchObject(Array.isArray(answer) ? [own, [{ limit: '12s', n: 7 }]] : { version: own });
      }
    } finally {
      await many.end();
      await bouncer.stop();
    }
  });
});

test('a connection does not keep every text that anybody can make up', async () => {
  const single = createPool(database.url, { max: 1 });
  try {
    await single.query('SELECT 1');
    const reader = createReader(() => single, keepsSessions);
    const sums = await reader.snapshot(async ({ db }) => {
      const found: unknown[] = [];
      for (let limit = 1; limit <= 300; limit += 1)
        found.push((await db.query<{ n: number }>(`SELECT ${limit} + $1::int AS n`, [1])).rows[0]?.n);
      return found;
    });
    expect(sums).toEqual(Array.from({ length: 300 }, (_, index) => index + 2));
    expect(
      Number((await single.query<{ n: string }>('SELECT count(*) AS n FROM pg_prepared_statements')).rows[0]?.n),
    ).toBeLessThanOrEqual(150);
  } finally {
    await single.end();
  }
});

test('behind a pooler nothing is prepared', async () => {
  const single = createPool(database.url, { max: 1 });
  try {
    const reader = createReader(
      () => single,
      () => false,
    );
    await reader.snapshot(async ({ db }) => db.query('SELECT 1'));
    await reader.version();
    expect((await single.query("SELECT name FROM pg_prepared_statements WHERE name LIKE 'm\\_%'")).rows).toEqual([]);
  } finally {
    await single.end();
  }
});

test('without its row there is no version, so nothing can be cached', async () => {
  const other = await createTestDatabase();
  try {
    await other.pool.query('DELETE FROM data_version');
    expect(await readDataVersion(other.pool)).toMatchObject({ version: null });
    await expect(bumpDataVersion(other.pool)).resolves.toBeUndefined();
  } finally {
    await other.drop();
  }
});
