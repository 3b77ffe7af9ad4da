import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi } from '../../test/api-server.ts';
import { createCitusDatabase, documentedStatements } from '../../test/citus.ts';
import { createPlainDatabase, opened, type TestDatabase } from '../../test/database.ts';
import { expectEqualAnswers, fill, lateUsage, NOW, onEach, TODAY, type Side } from '../../test/equal-answers.ts';
import { storeUsage } from '../collectors/llm/store.ts';
import { foldLateChanges } from '../llm/rollups/running-totals.ts';
import { readDataVersion } from '../database/data-version.ts';
import { migrate } from '../database/migrate.ts';
import { createPool, withTransaction } from '../database/pool.ts';

const coordinator = process.env.CITUS_URL;
const DISTRIBUTED = ['llm_metrics_history', 'llm_user_cum', 'llm_user_day', 'llm_user_late', 'llm_user_month'];

/**
 * A database distributed by the statements of docs/scaling.md: before anything is stored, or with what is there
 * already.
 */
async function distributed(url: string, when: 'empty' | 'filled'): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  if (when === 'empty') return opened(await createCitusDatabase(url, name));
  const database = opened(await createCitusDatabase(url, name, 'empty'));
  await migrate(database.url);
  await fill(database);
  const client = await database.pool.connect();
  try {
    for (const statement of ['SET citus.shard_count = 4', ...documentedStatements().tables])
      await client.query(statement);
  } finally {
    client.release();
  }
  return database;
}

describe.skipIf(coordinator === undefined)('Citus, set up as docs/scaling.md says', { timeout: 120_000 }, () => {
  let sides: Side[] = [];
  let plain: Side;

  beforeAll(async () => {
    const url = coordinator ?? '';
    const databases = [
      { name: 'plain', database: await createPlainDatabase() },
      { name: 'distributed, then filled', database: await distributed(url, 'empty') },
      { name: 'filled, then distributed', database: await distributed(url, 'filled') },
    ];
    for (const { name, database } of databases.slice(0, 2))
      await fill(database).catch((cause: unknown) => {
        throw new Error(name, { cause });
      });
    sides = await Promise.all(
      databases.map(async (side) => ({ ...side, api: await startApi(side.database.url, { env: { NOW } }) })),
    );
    const [first] = sides;
    if (first === undefined) throw new Error('no database');
    plain = first;
  }, 120_000);

  afterAll(async () => {
    for (const { api, database } of sides) {
      await api.close();
      await database.drop();
    }
  }, 60_000);

  const expectSameAnswers = (): Promise<void> => expectEqualAnswers(sides);
  const everywhere = (action: (side: Side) => Promise<unknown>): Promise<void> => onEach(sides, action);

  it('spreads the rows by user over both workers, side by side, and copies the small tables to each', async () => {
    for (const { database } of sides.slice(1)) {
      const tables = await database.pool.query<{ name: string; kind: string; colocation: number }>(
        `SELECT table_name::text AS name, citus_table_type AS kind, colocation_id AS colocation FROM citus_tables
         WHERE NOT EXISTS (SELECT 1 FROM pg_inherits WHERE inhrelid = table_name) ORDER BY table_name::text`,
      );
      expect(tables.rows.filter(({ kind }) => kind === 'distributed').map(({ name }) => name)).toEqual(DISTRIBUTED);
      expect(
        new Set(tables.rows.filter(({ kind }) => kind === 'distributed').map(({ colocation }) => colocation)).size,
      ).toBe(1);
      expect(tables.rows.filter(({ kind }) => kind === 'reference').map(({ name }) => name)).toEqual([
        'customer_users',
        'llm_model_day',
        'llm_user_emails',
      ]);
      const spread = await database.pool.query<{ nodes: number }>(
        "SELECT count(DISTINCT nodeport)::int AS nodes FROM citus_shards WHERE table_name = 'llm_user_day'::regclass",
      );
      expect(spread.rows[0]?.nodes).toBe(2);
      for (const table of [...DISTRIBUTED, 'llm_model_day']) {
        const count = `SELECT count(*)::int AS rows FROM ${table}`;
        expect((await database.pool.query(count)).rows).toEqual((await plain.database.pool.query(count)).rows);
      }
    }
  });

  it('answers every dataset as plain Postgres does', expectSameAnswers);

  it('stores what is new, late and corrected as plain Postgres does', async () => {
    await everywhere(({ database }) => withTransaction(database.pool, (tx) => storeUsage(tx, lateUsage([TODAY], 7n))));
    await everywhere(({ database }) => withTransaction(database.pool, (tx) => storeUsage(tx, lateUsage([TODAY], 7n))));
    await everywhere(({ database }) =>
      withTransaction(database.pool, (tx) => storeUsage(tx, lateUsage([TODAY, '2026-02-10', '2025-11-30'], 9n))),
    );
    await expectSameAnswers();
  });

  it('sets changes of long ago aside and folds them in as plain Postgres does', async () => {
    const late = ({ database }: Side) =>
      withTransaction(database.pool, (tx) =>
        storeUsage(tx, lateUsage(['2026-02-10', '2025-11-30', '2025-10-20'], 11n), {
          atOnce: 0,
          aside: 1_000,
          share: 1,
        }),
      );
    await everywhere(late);
    await everywhere(
      async ({ database }) =>
        (await database.pool.query('SELECT day::text, user_id, cost_usd, used_days FROM llm_user_late ORDER BY 1, 2'))
          .rows,
    );
    expect((await plain.database.pool.query('SELECT 1 FROM llm_user_late')).rows.length).toBeGreaterThan(2);
    await expectSameAnswers();
    await everywhere(({ database }) => withTransaction(database.pool, (tx) => foldLateChanges(tx, 300)));
    await expectSameAnswers();
    await everywhere(({ database }) => withTransaction(database.pool, (tx) => foldLateChanges(tx)));
    expect((await plain.database.pool.query('SELECT 1 FROM llm_user_late')).rows).toEqual([]);
    await expectSameAnswers();
  });

  it('links customers, re-prices, and books invoices as plain Postgres does', async () => {
    const send = (method: string, path: string, body: object) =>
      everywhere(async ({ api }) => {
        const { status, text } = await api.send(method, `/api/v1${path}`, { body: JSON.stringify(body) });
        expect(status, text).toBeLessThan(300);
        return status;
      });
    await send('PUT', '/admin/customer-users', { customer: 'cus_citus', userId: 'late-1', validFrom: '2026-02-01' });
    await send('POST', '/admin/llm-prices', {
      provider: 'acme',
      model: 'house-1',
      validFrom: '2026-01-01',
      inputUsdPerMillion: '2.00',
      outputUsdPerMillion: '8.00',
    });
    await send('POST', '/admin/llm-prices/reprice', { from: '2025-11-01', to: '2026-03-16', apply: true });
    await send('POST', '/admin/billing-adjustment', { billingDate: '2026-03-01', supabaseUsd: '31.00' });
    await expectSameAnswers();
  });

  it('marks data as changed that were written on workers alone', async () => {
    for (const { database } of sides) {
      const pool = createPool(database.url, { max: 1 });
      try {
        const before = await readDataVersion(pool);
        await withTransaction(pool, (tx) =>
          tx.query("UPDATE llm_user_day SET errors = errors WHERE user_id = 'late-1'"),
        );
        expect((await readDataVersion(pool)).version).not.toBe(before.version);
      } finally {
        await pool.end();
      }
    }
  });
});
