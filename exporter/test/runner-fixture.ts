import { afterEach, beforeEach } from 'vitest';
import pino from 'pino';
import { createChanges } from '../src/process/changes.ts';
import { createClock } from '../src/database/clock.ts';
import type { Collector } from '../src/collectors/contract.ts';
import type { RunRequest } from '../src/runner/contract.ts';
import { createRunner, type Runner, type RunnerOptions } from '../src/runner/runner.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

export const log = pino({ level: 'silent' });

/** A request as the API makes it. */
export const API: RunRequest = { trigger: 'api', requestedBy: 'test' };

export const LOGS = `SELECT collector, day::text, attempt, outcome, reason, kind, retryable, rows_written,
  upstream_requests
  FROM metrics_sync_logs ORDER BY id`;

export interface RunnerFixture {
  readonly database: () => TestDatabase;
  /** The real runner over the test's database at 2026-03-15T12:00:00Z; stopped after the test. */
  readonly runnerOf: (collectors: readonly Collector[], options?: Partial<RunnerOptions>) => Runner;
  readonly rows: (sql: string) => Promise<Record<string, unknown>[]>;
  /** Collectors whose end reached the metrics, with the kind of failure. */
  readonly ended: [string, string | undefined][];
}

/** A fresh database and runners on it for every test of a file. */
export function useRunner(): RunnerFixture {
  let database: TestDatabase | undefined;
  const current = (): TestDatabase => {
    if (database === undefined) throw new Error('only inside a test');
    return database;
  };
  const runners: Runner[] = [];
  const ended: [string, string | undefined][] = [];
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await Promise.all(runners.splice(0).map(async (runner) => runner.stop()));
    await current().drop();
  });
  return {
    database: current,
    ended,
    runnerOf(collectors, options = {}) {
      const pool = options.pool ?? current().pool;
      const runner = createRunner({
        collectors,
        pool,
        log,
        changes: createChanges(log),
        clock: createClock({ now: '2026-03-15T12:00:00Z', db: pool }),
        observer: {
          upstreamObserver: () => ({ observe: () => undefined }),
          runFinished: (collector, failure) => {
            ended.push([collector, failure]);
          },
        },
        ...options,
      });
      runners.push(runner);
      return runner;
    },
    rows: async (sql) => (await current().pool.query<Record<string, unknown>>(sql)).rows,
  };
}
