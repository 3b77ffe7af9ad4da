import { randomBytes } from 'node:crypto';
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi } from '../../test/api-server.ts';
import { createPlainDatabase, opened, type TestDatabase } from '../../test/database.ts';
import { documentedSql } from '../../test/documented-sql.ts';
import { expectEqualAnswers, fill, lateUsage, NOW, onEach, TODAY, type Side } from '../../test/equal-answers.ts';
import { databaseIn } from '../../test/global-setup.ts';
import { storeUsage } from '../collectors/llm/store.ts';
import { maintainUsage } from '../llm/maintenance/daily.ts';
import { migrate } from '../database/migrate.ts';
import { withTransaction } from '../database/pool.ts';

const server = process.env.TIMESCALE_URL;

async function execute(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

async function createTimescaleDatabase(url: string, statements: readonly string[]): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await execute(url, [`CREATE DATABASE ${name} TEMPLATE template0`]);
  const own = databaseIn(url, name);
  await execute(own, statements);
  return opened({ url: own, drop: () => execute(url, [`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`]) });
}

describe.skipIf(server === undefined)('TimescaleDB, set up as docs/scaling.md says', { timeout: 120_000 }, () => {
  const [extension = [], hypertable = [], aggregates = []] = documentedSql('TimescaleDB');
  let sides: Side[] = [];

  beforeAll(async () => {
    const databases = [
      { name: 'plain', database: await createPlainDatabase() },
      { name: 'timescale', database: await createTimescaleDatabase(server ?? '', extension) },
    ];
    for (const { name, database } of databases) {
      if (name === 'timescale') await migrate(database.url);
      await fill(database);
      if (name === 'timescale') await execute(database.url, hypertable);
    }
    sides = await Promise.all(
      databases.map(async (side) => ({ ...side, api: await startApi(side.database.url, { env: { NOW } }) })),
    );
  }, 120_000);

  afterAll(async () => {
    for (const { api, database } of sides) {
      await api.close();
      await database.drop();
    }
  }, 60_000);

  it('keeps the raw rows in chunks of days, all of them, under their name', async () => {
    const [plain, timescale] = sides;
    const chunks = await timescale?.database.pool.query<{ chunks: number }>(
      "SELECT count(*)::int AS chunks FROM timescaledb_information.chunks WHERE hypertable_name = 'llm_metrics_history'",
    );
    expect(chunks?.rows[0]?.chunks).toBeGreaterThan(20);
    const rows = 'SELECT count(*)::int AS rows, sum(cost_usd)::text AS cost FROM llm_metrics_history';
    expect((await timescale?.database.pool.query(rows))?.rows).toEqual((await plain?.database.pool.query(rows))?.rows);
  });

  it('answers every dataset as plain Postgres does, also after new, late and corrected usage and the daily maintenance', async () => {
    await expectEqualAnswers(sides);
    for (const days of [[TODAY], [TODAY, '2026-02-10', '2025-11-30']])
      await onEach(sides, ({ database }) =>
        withTransaction(database.pool, (tx) => storeUsage(tx, lateUsage(days, BigInt(days.length)))),
      );
    await onEach(sides, ({ database }) =>
      maintainUsage({
        pool: database.pool,
        log: pino({ level: 'silent' }),
        signal: new AbortController().signal,
        today: async () => TODAY,
      }),
    );
    await expectEqualAnswers(sides);
  });

  it('has aggregates by user and by model that hold what the rollups hold', async () => {
    const { database } = sides[1] ?? {};
    await execute(database?.url ?? '', aggregates);
    for (const [aggregate, rollup, key] of [
      ['usage_by_user_day', 'llm_user_day', 'user_id'],
      ['usage_by_model_day', 'llm_model_day', 'provider, model'],
    ] as const) {
      const sums = (table: string): string =>
        `SELECT day::text, ${key}, sum(requests)::bigint AS requests,
         coalesce(sum(cost_usd), 0)::numeric(18,6)::text AS cost FROM ${table} GROUP BY day, ${key} ORDER BY 1, ${key}`;
      expect((await database?.pool.query(sums(aggregate)))?.rows).toEqual(
        (await database?.pool.query(sums(rollup)))?.rows,
      );
    }
  });
});
