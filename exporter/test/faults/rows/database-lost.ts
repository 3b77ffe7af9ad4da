import { expect } from 'vitest';
import { COLLECTOR_NAMES } from '../../../src/contract/providers.ts';
import { until } from '../../exporter-process.ts';
import { byCollector, HASTE, storedIn, synchronised, unharmed } from '../stage.ts';
import { EXPIRE } from './process.ts';
import { wellAgain, cut } from '../database-faults.ts';
import type { FaultRow } from '../table.ts';

export const databaseLostRows: readonly FaultRow[] = [
  {
    id: 13,
    fault: 'database down at start',
    expected: 'process up, live 200, /metrics 200 with database_up 0, ready 503, reconnects with backoff',
    on: COLLECTOR_NAMES,
    cases: {
      'a server that is stopped, and started later': async (stage) => {
        const { cluster } = await stage.cluster();
        await cluster.stop();
        // Whatever becomes of this row, the next ones need the server.
        stage.after(() => cluster.start());
        const { system } = await stage.own({ DATABASE_URL: cluster.url }, { haste: HASTE, ready: false });
        const status = async (path: string): Promise<number> => (await system.ask(path)).status;
        expect([
          await status('/-/healthy'),
          await status('/-/ready'),
          await status('/metrics'),
          await status('/'),
          await status('/api/v1/metrics/summary'),
        ]).toEqual([200, 503, 200, 200, 503]);
        expect(await system.page()).toContain('\nmarginboard_database_up 0\n');
        expect(await system.figures()).toEqual([]);
        expect((await system.ask('/api/v1/metrics/sync-all', { method: 'POST' })).status).toBe(503);
        await until(
          async () => (system.output().match(/the database does not answer; trying again/g) ?? []).length >= 3,
        );
        await cluster.start();
        await until(async () => (await status('/-/ready')) === 200);
        expect(await system.page()).toContain('\nmarginboard_database_up 1\n');
        await synchronised(system);
      },
    },
  },
  {
    id: 14,
    fault: 'database lost mid-run; idle connection killed',
    expected: 'no crash; failed storage; /metrics keeps its snapshot; REST 503',
    on: COLLECTOR_NAMES,
    cases: {
      'the server is stopped in mid-run, and started again': async (stage) => {
        const { cluster, system, database } = await stage.cluster();
        const before = { figures: await system.figures(), stored: await storedIn(database) };
        const stopped = Promise.withResolvers<void>();
        stage.providers.gateways.stripe.breakAlways(/./, { after: stopped.promise });
        const sync = system.sync();
        await until(
          async () =>
            (await cluster.query('SELECT 1 FROM metrics_sync_logs WHERE finished_at IS NULL')).rowCount === 1 &&
            stage.providers.gateways.stripe.pending() > 0,
        );
        await cluster.stop();
        // Now Stripe answers well, and there is nowhere to store it.
        stopped.resolve();
        const { status, report } = await sync;
        expect([status, byCollector(report).stripe?.kind]).toEqual([207, 'storage']);
        await until(async () => (await system.page()).includes('\nmarginboard_database_up 0\n'));
        expect(await system.figures()).toEqual(before.figures);
        const codes = await Promise.all(
          ['/-/healthy', '/-/ready', '/metrics', '/', '/api/v1/metrics/summary', '/api/v1/metrics/sync-logs'].map(
            async (path) => (await system.ask(path)).status,
          ),
        );
        expect(codes).toEqual([200, 200, 200, 200, 503, 503]);
        expect((await system.ask('/api/v1/metrics/sync-all', { method: 'POST' })).status).toBe(503);
        await cluster.start();
        await until(async () => (await system.page()).includes('\nmarginboard_database_up 1\n'));
        // What was left open is taken over when its minute is over.
        await cluster.query(EXPIRE);
        await wellAgain(system);
        expect({ figures: await system.figures(), stored: await storedIn(database) }).toEqual(before);
        expect((await cluster.query('SELECT 1 FROM metrics_sync_logs WHERE finished_at IS NULL')).rowCount).toBe(0);
      },
      'every connection is cut': async (stage) => {
        const running = await stage.shared();
        await unharmed(running, async () => {
          await Promise.all(Array.from({ length: 8 }, () => running.system.ask('/api/v1/metrics/summary')));
          expect((await running.database.pool.query(cut)).rowCount).toBeGreaterThan(0);
          await wellAgain(running.system);
          expect((await running.system.ask('/api/v1/metrics/summary')).status).toBe(200);
        });
      },
      'its connections are cut in mid-run': async (stage) => {
        const running = await stage.shared();
        await unharmed(running, async () => {
          const done = Promise.withResolvers<void>();
          stage.providers.gateways.llm.breakNext(/./, { after: done.promise });
          const sync = running.system.sync();
          await until(async () => stage.providers.gateways.llm.pending() > 0);
          await running.database.pool.query(cut);
          done.resolve();
          // What was being stored in that moment may have failed; nothing else may have.
          for (const { outcome, kind } of (await sync).report.collectors)
            if (outcome === 'failed') expect(kind).toBe('storage');
          await wellAgain(running.system);
        });
      },
    },
  },
];
