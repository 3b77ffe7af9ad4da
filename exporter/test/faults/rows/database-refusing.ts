import { expect } from 'vitest';
import { COLLECTOR_NAMES } from '../../../src/contract/providers.ts';
import { until } from '../../exporter-process.ts';
import { byCollector, unharmed, type Stage } from '../stage.ts';
import { connect, wellAgain, blocked, cut, conflicting } from '../database-faults.ts';
import { keepBusy } from '../busy.ts';
import type { System } from '../system.ts';
import type { FaultRow } from '../table.ts';

/** Says of which collector it is not true, and why. */
async function expectSynchronised(system: System): Promise<void> {
  const { report } = await system.sync();
  expect(report.collectors.filter(({ outcome }) => outcome !== 'succeeded')).toEqual([]);
}

/** With the real waits: divided ones make a healthy provider late where the machine is busy. */
async function everyConnectionWaits(stage: Stage): Promise<void> {
  const running = await stage.own();
  const { system, database } = running;
  await expectSynchronised(system);
  const holder = await connect(stage, database);
  await holder.query('BEGIN; LOCK TABLE manual_billing_adjustments IN ACCESS EXCLUSIVE MODE');
  const waiting = Array.from({ length: 24 }, () => system.ask('/api/v1/admin/billing-adjustments'));
  await blocked(holder);
  expect((await Promise.race(waiting)).status).toBe(503);
  expect([await system.alive(), (await system.ask('/metrics')).status]).toEqual([true, 200]);
  await holder.query('ROLLBACK');
  expect(new Set((await Promise.all(waiting)).map(({ status }) => status))).toEqual(new Set([200, 503]));
  await until(async () => (await system.ask('/api/v1/admin/billing-adjustments')).status === 200);
  await expectSynchronised(system);
}

export const databaseRefusingRows: readonly FaultRow[] = [
  {
    id: 15,
    fault: 'disk full (53100), read-only (25006), pool exhausted',
    expected: 'failed storage; still answers',
    on: COLLECTOR_NAMES,
    cases: {
      'the disk is full, for one collector and for the log': async (stage) => {
        const { cluster, system } = await stage.cluster();
        const figures = await system.figures();
        await cluster.fillDisk('twilio_metrics');
        const one = await system.sync();
        expect([one.status, one.report.outcome, byCollector(one.report).twilio]).toMatchObject([
          207,
          'partial',
          { outcome: 'failed', kind: 'storage', message: expect.stringContaining('53100') },
        ]);
        expect(
          (
            await cluster.query(
              "SELECT kind, retryable FROM metrics_sync_logs WHERE outcome = 'failed' AND collector = 'twilio'",
            )
          ).rows,
        ).toEqual([{ kind: 'storage', retryable: true }]);
        expect(await system.page()).toMatch(/collector_run_failures_total\{collector="twilio",kind="storage"\} [1-9]/);
        await cluster.fillDisk('metrics_sync_logs');
        const all = await system.sync();
        expect([all.status, all.report.collectors.map(({ kind }) => kind)]).toEqual([502, Array(6).fill('storage')]);
        expect(await system.figures()).toEqual(figures);
        const codes = await Promise.all(
          ['/-/healthy', '/metrics', '/api/v1/metrics/summary', '/api/v1/metrics/sync-status'].map(
            async (path) => (await system.ask(path)).status,
          ),
        );
        expect(codes).toEqual([200, 200, 200, 200]);
        // Room again: the next run is as good as any.
        await cluster.query('TRUNCATE twilio_metrics; TRUNCATE metrics_sync_logs');
        expect((await system.sync()).status).toBe(200);
        expect((await cluster.query("SELECT 1 FROM twilio_metrics WHERE recorded_at = '2026-03-14'")).rowCount).toBe(1);
        expect(await system.figures()).toEqual(figures);
      },
      'the database is read-only, as after a failover': async (stage) => {
        const running = await stage.own();
        const { system, database } = running;
        expect((await system.sync()).status).toBe(200);
        const readOnly = (on: boolean): Promise<unknown> =>
          database.pool.query(
            `SET default_transaction_read_only = off;
             ALTER DATABASE ${new URL(database.url).pathname.slice(1)}
             SET default_transaction_read_only = ${on ? 'on' : 'off'}; ${cut}`,
          );
        await unharmed(running, async () => {
          await readOnly(true);
          expect((await system.ask('/api/v1/metrics/sync-all', { method: 'POST' })).status).toBe(503);
          const entry = await system.ask('/api/v1/admin/billing-adjustment', {
            method: 'POST',
            body: { billingDate: '2026-03-01', supabaseUsd: '25.00' },
          });
          expect(entry.status).toBe(503);
          expect(entry.text).not.toContain('read-only transaction');
          const codes = await Promise.all(
            ['/-/healthy', '/-/ready', '/metrics', '/api/v1/metrics/summary', '/api/v1/metrics/sync-logs'].map(
              async (path) => (await system.ask(path)).status,
            ),
          );
          expect(codes).toEqual([200, 200, 200, 200, 200]);
        });
        await readOnly(false);
        await wellAgain(system);
      },
      'it becomes read-only in mid-run': async (stage) => {
        const { system, database } = await stage.own();
        expect((await system.sync()).status).toBe(200);
        const switched = Promise.withResolvers<void>();
        stage.providers.gateways.stripe.breakAlways(/./, { after: switched.promise });
        const sync = system.sync();
        await until(
          async () =>
            (await database.pool.query('SELECT 1 FROM metrics_sync_logs WHERE finished_at IS NULL')).rowCount === 1 &&
            stage.providers.gateways.stripe.pending() > 0,
        );
        const name = new URL(database.url).pathname.slice(1);
        await database.pool.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on; ${cut}`);
        // Reads go on, on new connections.
        await until(async () => (await system.ask('/api/v1/metrics/summary')).status === 200);
        switched.resolve();
        const { status, report } = await sync;
        expect([status, byCollector(report).stripe]).toMatchObject([
          207,
          { outcome: 'failed', kind: 'storage', message: expect.stringContaining('25006') },
        ]);
        expect(await system.alive()).toBe(true);
      },
      'no connection is left at the server (53300)': async (stage) => {
        const { cluster, system } = await stage.cluster();
        const figures = await system.figures();
        // The role may not connect any more, and what it had is gone.
        await cluster.query('ALTER ROLE app CONNECTION LIMIT 0');
        await cluster.query(cut);
        await until(async () => (await system.page()).includes('\nmarginboard_database_up 0\n'));
        const codes = await Promise.all(
          ['/-/healthy', '/metrics', '/api/v1/metrics/summary'].map(async (path) => (await system.ask(path)).status),
        );
        expect(codes).toEqual([200, 200, 503]);
        expect((await system.ask('/api/v1/metrics/sync-all', { method: 'POST' })).status).toBe(503);
        expect(await system.figures()).toEqual(figures);
        await cluster.query('ALTER ROLE app CONNECTION LIMIT -1');
        await until(async () => (await system.page()).includes('\nmarginboard_database_up 1\n'));
        await wellAgain(system);
      },
      'every connection of the pool waits for a lock': everyConnectionWaits,
      'the same on a busy machine': async (stage) => {
        const stop = keepBusy(4);
        stage.after(stop);
        await everyConnectionWaits(stage);
      },
    },
  },
  {
    id: 16,
    fault: 'deadlock, serialization failure',
    expected: 'transaction retried, at most 3 times',
    on: ['twilio'],
    cases: {
      'a real deadlock': async (stage) => {
        const { system, database } = await stage.own();
        expect((await system.sync()).status).toBe(200);
        const other = await connect(stage, database);
        await other.query("SET deadlock_timeout = '30s'; BEGIN; LOCK TABLE twilio_metrics IN EXCLUSIVE MODE");
        stage.providers.state.twilio.usage[0] = { category: 'totalprice', day: '2026-03-14', price: '1.50' };
        stage.after(
          async () =>
            void (stage.providers.state.twilio.usage[0] = { category: 'totalprice', day: '2026-03-14', price: '1.25' }),
        );
        const sync = system.sync(['twilio']);
        await blocked(database.pool);
        // Now each waits for the other, and Postgres ends the one that began to wait first: the exporter.
        await other.query(
          "UPDATE metrics_sync_logs SET message = message WHERE collector = 'twilio' AND finished_at IS NULL",
        );
        await other.query('COMMIT');
        expect((await sync).status).toBe(200);
        expect(
          (await database.pool.query('SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()'))
            .rows,
        ).toEqual([{ deadlocks: 1 }]);
        expect(
          (await database.pool.query("SELECT cost_usd::float FROM twilio_metrics WHERE recorded_at = '2026-03-14'"))
            .rows,
        ).toEqual([{ cost_usd: 1.5 }]);
      },
      'a real serialization failure': async (stage) => {
        const { system, database } = await stage.own();
        expect((await system.sync()).status).toBe(200);
        await database.pool.query(
          `ALTER DATABASE ${new URL(database.url).pathname.slice(1)}
           SET default_transaction_isolation = 'repeatable read'; ${cut}`,
        );
        const other = await connect(stage, database);
        await other.query("BEGIN; UPDATE twilio_metrics SET cost_usd = 9 WHERE recorded_at = '2026-03-14'");
        const sync = system.sync(['twilio']);
        await blocked(database.pool);
        await other.query('COMMIT');
        expect((await sync).status).toBe(200);
        expect(
          (await database.pool.query("SELECT cost_usd::float FROM twilio_metrics WHERE recorded_at = '2026-03-14'"))
            .rows,
        ).toEqual([{ cost_usd: 1.25 }]);
      },
      'three conflicts are retried, the fourth is reported': async (stage) => {
        const { system, database } = await stage.own();
        await database.pool.query(conflicting(3));
        expect((await system.sync(['twilio'])).status).toBe(200);
        expect((await database.pool.query('SELECT last_value::int AS tries FROM planted_conflicts')).rows).toEqual([
          { tries: 4 },
        ]);
        await database.pool.query(
          `DROP FUNCTION planted_conflict CASCADE; DROP SEQUENCE planted_conflicts; ${conflicting(99)}`,
        );
        const { status, report } = await system.sync(['twilio']);
        expect([status, report.collectors[0]]).toMatchObject([
          502,
          { kind: 'storage', message: expect.stringContaining('40P01') },
        ]);
        expect((await database.pool.query('SELECT last_value::int AS tries FROM planted_conflicts')).rows).toEqual([
          { tries: 4 },
        ]);
        expect((await database.pool.query('SELECT count(*)::int AS rows FROM twilio_metrics')).rows).toEqual([
          { rows: 1 },
        ]);
      },
    },
  },
];
