import pg from 'pg';
import { expect } from 'vitest';
import { COLLECTOR_NAMES, type CollectorName } from '../../src/contract/providers.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { until } from '../exporter-process.ts';
import { openCluster, type Cluster } from './cluster.ts';
import { NOW, openProviders, type Providers } from './providers.ts';
import { startSystem, type Report, type System, type SystemOptions } from './system.ts';

/** What the rows are played on: providers that can be broken, databases, and exporters that many rows share. */
export interface Stage {
  /** Six providers, all good between two rows. */
  readonly providers: Providers;
  /**
   * One exporter on them for all rows about providers: its waits are a twentieth, its clock stands at NOW. It has
   * synchronised once.
   */
  readonly shared: () => Promise<Running>;
  /** An exporter on a server of its own, synchronised once; a row that damages the server restores it. */
  readonly cluster: () => Promise<Running & { readonly cluster: Cluster }>;
  /**
   * An exporter of the row's own, ended after the row; on a database of its own, without history to be filled in, unless
   * `DATABASE_URL` or another `NOW` is given.
   */
  readonly own: (env?: Readonly<Record<string, string>>, options?: SystemOptions) => Promise<Running>;
  readonly database: () => Promise<TestDatabase>;
  /** Does this at the end of the row, the last first. */
  readonly after: (end: () => Promise<unknown>) => void;
}

export interface Running {
  readonly system: System;
  readonly database: TestDatabase;
}

export const HASTE = 20;

/** Opens the stage; `endRow` after each case, `close` after the last. */
export async function openStage(): Promise<Stage & { endRow(): Promise<void>; close(): Promise<void> }> {
  const providers = await openProviders();
  const ends: (() => Promise<unknown>)[] = [];
  let shared: Promise<Running> | undefined;
  let clustered: Promise<Running & { cluster: Cluster }> | undefined;
  const database = async (): Promise<TestDatabase> => {
    const one = await createTestDatabase();
    ends.push(() => one.drop());
    return one;
  };
  const startShared = async (): Promise<Running> => {
    const one = await createTestDatabase();
    await fillHistory(one);
    const system = await startSystem(
      { ...providers.env, DATABASE_URL: one.url, NOW, LOG_LEVEL: 'debug' },
      { haste: HASTE },
    );
    await synchronised(system);
    return { system, database: one };
  };
  const startClustered = async (): Promise<Running & { cluster: Cluster }> => {
    const cluster = await openCluster();
    const pool = new pg.Pool({ connectionString: cluster.url, max: 2 });
    pool.on('error', () => undefined);
    const one = { url: cluster.url, pool, drop: () => pool.end() };
    const system = await startSystem({ ...providers.env, DATABASE_URL: cluster.url, NOW }, { haste: HASTE });
    await fillHistory(one);
    await synchronised(system);
    return { cluster, system, database: one };
  };
  return {
    providers,
    database,
    shared: () => (shared ??= startShared()),
    cluster: () => (clustered ??= startClustered()),
    async own(env = {}, options) {
      const one = env['DATABASE_URL'] === undefined ? await database() : undefined;
      if (one !== undefined && env['NOW'] === undefined) await fillHistory(one);
      const system = await startSystem(
        { ...providers.env, NOW, ...(one && { DATABASE_URL: one.url }), ...env },
        options,
      );
      ends.push(() => system.close());
      return { system, database: one ?? (await database()) };
    },
    after: (end) => void ends.push(end),
    async endRow() {
      providers.mend();
      for (const end of ends.splice(0).reverse()) await end();
    },
    async close() {
      const running = await shared?.catch(() => undefined);
      await running?.system.close();
      await running?.database.drop();
      const hurt = await clustered?.catch(() => undefined);
      await hurt?.system.close();
      await hurt?.database.drop();
      await hurt?.cluster.close();
      await providers.close();
    },
  };
}

/**
 * A run in which all is well. A busy machine may need longer for the very first one, which loads the SDKs, than a
 * hurried exporter gives it.
 */
export async function synchronised(system: System): Promise<void> {
  await until(async () => (await system.sync()).status === 200);
}

/** As after years: no history is left to be filled in, so that a run of an unchanged world changes nothing. */
export async function fillHistory({ pool }: TestDatabase, lastDay = '2026-03-13'): Promise<void> {
  await pool.query(
    `INSERT INTO collector_days (collector, day) SELECT c, d::date
     FROM unnest($1::text[]) AS c, generate_series('2022-01-01'::date, $2::date, '1 day') AS d`,
    [COLLECTOR_NAMES, lastDay],
  );
}

/**
 * What a row must not change: every business table's rows, by table. Runs, their log and the count of changes are
 * left out.
 */
export async function storedIn({ pool }: TestDatabase): Promise<Record<string, string>> {
  const tables = await pool.query<{ name: string }>(
    `SELECT quote_ident(relname) AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
       AND relname NOT IN ('sync_runs', 'metrics_sync_logs', 'collector_samples', 'data_version', 'audit_log',
         -- How far a list was read and whether it may be: a run that fails notes that too, and it is no figure.
         'stripe_history') ORDER BY 1`,
  );
  const prints: Record<string, string> = {};
  for (const { name } of tables.rows) {
    const result = await pool.query<{ print: string | null }>(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, chr(10) ORDER BY t::text)), '') AS print
       FROM ${name} AS t`,
    );
    prints[name] = result.rows[0]?.print ?? '';
  }
  return prints;
}

/** The result of each collector, by name. */
export function byCollector({ collectors }: Report): Partial<Record<CollectorName, Report['collectors'][number]>> {
  return Object.fromEntries(collectors.map((one) => [one.collector, one]));
}

/** Everything that a fault must leave alone: the rows, the figures on /metrics, and the process. */
export async function unharmed({ system, database }: Running, act: () => Promise<void>): Promise<void> {
  const before = { stored: await storedIn(database), figures: await system.figures() };
  expect(before.figures.length).toBeGreaterThan(10);
  await act();
  expect({ stored: await storedIn(database), figures: await system.figures() }).toEqual(before);
  expect(await system.alive()).toBe(true);
}
