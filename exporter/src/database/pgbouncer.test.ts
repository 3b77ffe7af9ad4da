import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { startApi } from '../../test/api-server.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { contentsOf } from '../../test/database-contents.ts';
import { REAL, startExporter, until } from '../../test/exporter-process.ts';
import { PGBOUNCER, startPgBouncer, type PgBouncer } from '../../test/pgbouncer.ts';
import { mintToken } from '../api/auth/mint.ts';
import { fillDemo } from '../demo/index.ts';
import { restoreBackup } from './backup/restore.ts';
import { writeBackup } from './backup/write.ts';
import { isMigrated, migrate } from './migrate.ts';
import { createPool, keepsSessions, withTransaction } from './pool.ts';

// Processes and clusters of their own start slowly beside other tests.
vi.setConfig({ testTimeout: 90_000 });

const INVOICE = {
  provider: 'supabase',
  invoiceNumber: 'SB-1',
  periodStart: '2026-03-01',
  periodEnd: '2026-04-01',
  amount: '31.00',
  currency: 'USD',
};

describe.skipIf(PGBOUNCER === undefined)('behind PgBouncer in transaction mode', () => {
  let bouncer: PgBouncer;
  let database: TestDatabase;
  beforeAll(async () => {
    bouncer = await startPgBouncer(inject('testDatabaseUrl'), PGBOUNCER ?? '');
  });
  afterAll(() => bouncer.stop());
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    await database.drop();
  });

  /** What stands in the settings of every server connection after the work of a pool, ten transactions at once. */
  async function seen(url: string, inTransaction: boolean): Promise<Set<string>> {
    const pool = createPool(url);
    const ask = `SELECT concat_ws(' ', current_setting('statement_timeout'), current_setting('lock_timeout'),
      current_setting('idle_in_transaction_session_timeout'), current_setting('timezone')) AS set FROM pg_sleep(0.01)`;
    const rounds = Array.from(
      { length: 30 },
      async () =>
        (
          await (inTransaction
            ? withTransaction(pool, (tx) => tx.query<{ set: string }>(ask))
            : pool.query<{ set: string }>(ask))
        ).rows[0]?.set ?? '',
    );
    const found = new Set(await Promise.all(rounds));
    expect(keepsSessions(pool)).toBe(false);
    await pool.end();
    return found;
  }

  test('a backup and a restore through it are whole, while others change the connections all the time', async () => {
    const target = await createEmptyDatabase();
    const folder = await mkdtemp(join(tmpdir(), 'pgbouncer-backup-'));
    ends.push(
      () => target.drop(),
      () => rm(folder, { recursive: true }),
    );
    await fillDemo(database.pool, { now: async () => new Date('2026-03-15T12:00:00Z') }, pino({ level: 'silent' }));
    const pool = createPool(bouncer.through(database.url));
    ends.push(() => pool.end());
    let busy = true;
    const others = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (busy) {
          await withTransaction(pool, (tx) => tx.query('SELECT 1'));
          await sleep(5);
        }
      }),
    );
    const file = join(folder, 'a.backup');
    const { rows } = await writeBackup(bouncer.through(database.url), file);
    await restoreBackup(file, bouncer.through(target.url));
    busy = false;
    await others;
    expect(rows).toBeGreaterThan(1000n);
    expect(await contentsOf(target)).toEqual(await contentsOf(database));
    expect(await isMigrated(target.url)).toBe(true);
  });

  test('transactions carry their limits, every statement its time zone, and nothing is left on connections that others use', async () => {
    await database.pool.query(
      `ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET timezone = 'America/New_York'`,
    );
    const url = bouncer.through(database.url);
    expect(await seen(url, true)).toEqual(new Set(['1min 15s 1min UTC']));
    expect(await seen(url, false)).toEqual(new Set(['0 0 0 UTC']));
    const other = new pg.Pool({ connectionString: url, max: 5 });
    const zones = await Promise.all(
      Array.from(
        { length: 20 },
        async () =>
          (await other.query<{ zone: string }>("SELECT current_setting('timezone') AS zone FROM pg_sleep(0.01)"))
            .rows[0]?.zone,
      ),
    );
    await other.end();
    expect(new Set(zones)).toEqual(new Set(['America/New_York']));
  });

  test('limits of single statements come from the role or the database, and reach every connection', async () => {
    const name = new URL(database.url).pathname.slice(1);
    await database.pool.query(
      `ALTER DATABASE ${name} SET statement_timeout = '59s'; ALTER DATABASE ${name} SET lock_timeout = '14s'`,
    );
    expect(await seen(bouncer.through(database.url), false)).toEqual(new Set(['59s 14s 0 UTC']));
  });

  test('a direct connection is recognised: it keeps its settings for the session', async () => {
    const pool = createPool(database.url);
    expect(
      (
        await pool.query(
          `SELECT current_setting('statement_timeout') AS a, current_setting('lock_timeout') AS b,
           current_setting('timezone') AS c`,
        )
      ).rows,
    ).toEqual([{ a: '1min', b: '15s', c: 'UTC' }]);
    expect(keepsSessions(pool)).toBe(true);
    await pool.end();
  });

  test('an empty database is migrated by three at once', async () => {
    const empty = await createEmptyDatabase();
    const url = bouncer.through(empty.url);
    await Promise.all([migrate(url), migrate(url), migrate(url)]);
    expect(await isMigrated(url)).toBe(true);
    await empty.drop();
  });

  test('of fifty syncs at once one runs and the rest learn which; then an invoice is right at once, whichever connection answers', async () => {
    const api = await startApi(bouncer.through(database.url));
    const calls = await Promise.all(
      Array.from({ length: 50 }, () => api.send('POST', '/api/v1/metrics/sync-all', { role: 'sync' })),
    );
    const counts = Map.groupBy(calls, ({ status }) => status);
    expect([...counts.keys()].sort()).toEqual([200, 409]);
    expect(
      (await database.pool.query('SELECT collector, count(*)::int AS n FROM metrics_sync_logs GROUP BY 1')).rows.every(
        ({ n }) => n === 1,
      ),
    ).toBe(true);
    expect(await api.send('POST', '/api/v1/admin/billing-adjustment', { body: JSON.stringify(INVOICE) })).toMatchObject(
      { status: 201 },
    );
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api.get('/api/v1/metrics/infrastructure-costs?from=2026-03-01&to=2026-03-03')),
    );
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 200, json: { data: [{ supabaseUsd: '1.00' }, { supabaseUsd: '1.00' }] } });
    await api.close();
  });

  test('the exporter itself starts, is ready, takes an invoice, shows it everywhere, and survives a restart of the pooler', async () => {
    const secret = 'a-test-secret-of-more-than-32-bytes!';
    const own = await startPgBouncer(database.url, PGBOUNCER ?? '');
    ends.push(() => own.stop());
    const one = await startExporter(
      {
        DATABASE_URL: own.through(database.url),
        NOW: '2026-03-15T12:00:00Z',
        SYNC_SCHEDULE: 'off',
        JWT_SECRET: secret,
      },
      REAL,
    );
    ends.push(() => one.end('SIGKILL'));
    const token = await mintToken(secret, {
      role: 'admin',
      subject: 'test',
      expiresAt: Math.floor(Date.now() / 1000) + 600,
      roleClaim: 'role',
    });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    await until(async () => (await fetch(`${one.url}/-/ready`)).status === 200);
    expect(
      (
        await fetch(`${one.url}/api/v1/admin/billing-adjustment`, {
          method: 'POST',
          headers,
          body: JSON.stringify(INVOICE),
        })
      ).status,
    ).toBe(201);
    const costs = async (): Promise<string> =>
      (await fetch(`${one.url}/api/v1/metrics/infrastructure-costs?from=2026-03-01&to=2026-03-02`, { headers })).text();
    expect(await costs()).toContain('"supabaseUsd":"1.00"');
    await until(async () =>
      /\nmarginboard_cost_month_to_date_usd\{[^}]*provider="supabase"/.test(
        await (await fetch(`${one.url}/metrics`)).text(),
      ),
    );
    await own.stop();
    const back = await startPgBouncer(database.url, PGBOUNCER ?? '', {
      listen_port: new URL(own.through(database.url)).port,
    });
    ends.push(() => back.stop());
    await until(async () => (await costs()).includes('"supabaseUsd":"1.00"'));
    expect(await one.end('SIGTERM')).toEqual([0, null]);
  });
});
