import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import packageJson from '../../package.json' with { type: 'json' };
import { createHttpServer } from '../api/http/server.ts';
import { createChanges, type Changes } from '../process/changes.ts';
import { createClock, type Clock } from '../database/clock.ts';
import type { Collector } from '../collectors/contract.ts';
import { maintainDaily } from '../llm/maintenance/daily.ts';
import { createMemoryReturn } from '../process/release-memory.ts';
import { createMetrics, type Metrics, type SampleSource } from '../metrics/index.ts';
import { coalesceRuns } from '../process/coalesce.ts';
import type { Redactor } from '../process/redaction.ts';
import type { RunRequest, RunTiming, Started } from '../runner/contract.ts';
import { dropOldRuns } from '../runner/history.ts';
import { createRunner, type Runner } from '../runner/runner.ts';
import { createSchedule, type Schedule } from '../runner/schedule.ts';
import type { Settings } from '../settings/schema.ts';
import { writeBudgetSettings } from '../budgets/budget-settings.ts';
import { writeFixedCosts } from '../ledger/fixed-costs.ts';
import { StorageUnavailable } from '../database/errors.ts';
import { createDatabaseGate, type DatabaseGate } from '../database/gate.ts';
import { openDatabase, type OpenDatabase } from '../database/open.ts';
import { withTransaction } from '../database/pool.ts';
import { readsOver } from '../database/replica/reads.ts';
import type { ReplicaStatus } from '../database/replica/watch.ts';
import type { Reader } from '../database/reader.ts';
import type { Queryable } from '../database/queryable.ts';

/** What the HTTP side is made from; it exists before the database does. */
export interface AppParts {
  readonly settings: Settings;
  readonly log: Logger;
  readonly version: string;
  readonly pool: Queryable;
  readonly transaction: DatabaseGate['transaction'];
  readonly readPool: Queryable;
  readonly reader: Reader;
  /** Undefined without READ_DATABASE_URL, and before the database is open. */
  readonly replica: () => ReplicaStatus | undefined;
  readonly clock: Clock;
  readonly changes: Changes;
  readonly metrics: Metrics;
  readonly runner: { start(request: RunRequest): Promise<Started> };
  readonly collectors: readonly Collector[];
  /** The next regular run, null when the schedule is off. */
  readonly nextRun: () => Date | null;
  /** Hides a value from now on: in logs, stored messages and answers of the runner. */
  readonly secret: (value: string) => void;
  /** Migrated, and the first snapshot loaded; never false again. */
  readonly ready: () => boolean;
  /** Aborted when the exporter stops; background work of the HTTP side ends with it. */
  readonly stopping: AbortSignal;
}

export interface AppOptions {
  readonly settings: Settings;
  readonly log: Logger;
  readonly redactor: Redactor;
  readonly createCollectors: (settings: Settings) => Promise<readonly Collector[]>;
  /** The whole HTTP side: API, /metrics, health, landing page. */
  readonly createHandler: (parts: AppParts) => Promise<RequestListener>;
  /** Fills an empty database when DEMO is on; before the first snapshot. */
  readonly seed?: (database: OpenDatabase, clock: Clock, log: Logger) => Promise<void>;
  readonly sampleSources?: readonly SampleSource[];
  readonly timing?: Partial<RunTiming> & { readonly watchMs?: number; readonly pauseMs?: number };
}

export interface App {
  /** http://host:port where it listens. */
  readonly url: string;
  /** Resolves when the database is migrated, the snapshot loaded and the schedule started; rejects when the database can never be used. */
  readonly ready: Promise<void>;
  /** Stops accepting, gives up what runs, closes the database. Never rejects. */
  stop(): Promise<void>;
}

/** What another replica stores is in this one's /metrics a second later. */
const WATCH_MS = 1_000;
/** The snapshot is also read again without a change: days pass. */
const REFRESH_EVERY = 60;

/** The composition root: listens at once, then opens the database behind the open door. */
export async function startApp(options: AppOptions): Promise<App> {
  const { settings, log, redactor } = options;
  const stopping = new AbortController();
  const write = createDatabaseGate();
  const read = createDatabaseGate();
  const clock = createClock({ now: settings.NOW, db: write });
  const changes = createChanges(log);
  // The database starts while the SDKs load.
  const opened = openDatabase({ settings, log, signal: stopping.signal, secret: (value) => redactor.add(value) });
  opened.catch(() => undefined);
  /** Without its HTTP side the exporter is nothing: what was begun is ended. */
  const orEnd = async <T>(work: Promise<T>): Promise<T> =>
    work.catch(async (error: unknown) => {
      stopping.abort();
      await opened.then(
        (db) => db.close(),
        () => undefined,
      );
      throw error;
    });
  const collectors = await orEnd(options.createCollectors(settings));
  let runner: Runner | undefined;
  let schedule: Schedule | undefined;
  let database: OpenDatabase | undefined;
  let isReady = false;
  const replica = (): ReplicaStatus | undefined => database?.replica?.status();
  const reads = readsOver(write, read, () => database?.replica);
  // Before anybody is told that something is stored, the replica counts as behind it.
  changes.subscribe(() => database?.replica?.written());
  const transaction: DatabaseGate['transaction'] = (action) =>
    write.transaction(action).finally(() => database?.replica?.written());
  const nextRun = (): Date | null => schedule?.nextRun() ?? null;
  const enabled = new Set(collectors.filter((one) => one.configured().outcome !== 'skipped').map((one) => one.name));
  const metrics = createMetrics({
    version: packageJson.version,
    revision: settings.MARGINBOARD_REVISION,
    facts: () => ({ enabled, nextRun: nextRun() }),
    ...(settings.READ_DATABASE_URL !== undefined && { replica }),
    sources: options.sampleSources ?? [],
  });
  const handler = options.createHandler({
    settings,
    log,
    version: packageJson.version,
    pool: write,
    transaction,
    readPool: reads.db,
    reader: reads.reader,
    replica,
    clock,
    changes,
    metrics,
    collectors,
    nextRun,
    ready: () => isReady,
    stopping: stopping.signal,
    secret: (value) => redactor.add(value),
    runner: {
      start: async (request) =>
        runner === undefined
          ? Promise.reject(new StorageUnavailable('the database is not connected yet'))
          : runner.start(request),
    },
  });
  const server = await orEnd(handler.then((listener) => listen(listener, settings)));
  let shown: string | null = null;
  // In one snapshot of the database: a page never mixes what was stored before and after some moment.
  const refresh = coalesceRuns(() =>
    write.reader.snapshot(async ({ db, version, now: time }) => {
      const now = clock.fixed ?? time;
      await metrics.refresh({ db, now, today: now.toISOString().slice(0, 10) });
      shown = version;
    }),
  );

  const fixedCosts = async (db: OpenDatabase, today: string): Promise<void> => {
    await withTransaction(db.pool, (tx) => writeFixedCosts(tx, settings, today));
  };

  const budgets = async (db: OpenDatabase): Promise<void> => {
    const now = await clock.now();
    const { stored, overruled } = await withTransaction(db.pool, (tx) =>
      writeBudgetSettings(tx, settings.BUDGETS_USD ?? [], now),
    );
    if (stored > 0) log.info({ stored }, 'stored the budgets of BUDGETS_USD');
    if (overruled.length > 0) log.info({ overruled }, 'these budgets were set by the API, which wins over BUDGETS_USD');
  };

  async function open(): Promise<void> {
    const db = await opened;
    database = db;
    stopping.signal.throwIfAborted();
    write.open(db.pool);
    read.open(db.readPool);
    await untilItWorks(
      async () => (settings.DEMO ? options.seed?.(db, clock, log) : undefined),
      'the demonstration data could not be stored',
      stopping.signal,
      log,
    );
    await untilItWorks(
      async () => fixedCosts(db, await clock.today()),
      'fixed costs could not be written',
      stopping.signal,
      log,
    );
    await untilItWorks(() => budgets(db), 'budgets could not be written', stopping.signal, log);
    runner = createRunner({
      collectors,
      pool: db.pool,
      clock,
      log,
      observer: metrics,
      changes,
      redact: (text) => redactor.redact(text),
      afterStoring: (today) => fixedCosts(db, today),
      afterRun: createMemoryReturn(),
      ...(options.timing && { timing: options.timing }),
    });
    schedule = createSchedule({
      runner,
      expression: settings.SYNC_SCHEDULE,
      log,
      ...(options.timing?.pauseMs !== undefined && { pauseMs: options.timing.pauseMs }),
    });
    await untilItWorks(refresh, 'the first snapshot could not be read', stopping.signal, log);
    changes.subscribe(refresh);
    isReady = true;
    void watch({
      outdated: async () => (await write.reader.version()).version !== shown,
      metrics,
      refresh,
      changes,
      log,
      signal: stopping.signal,
      everyMs: options.timing?.watchMs ?? WATCH_MS,
    });
    void maintainDaily({
      pool: db.pool,
      log,
      signal: stopping.signal,
      today: () => clock.today(),
      retentionMonths: settings.LLM_RAW_RETENTION_MONTHS,
      daily: (today) => dropOldRuns(db.pool, settings.SYNC_LOG_RETENTION_DAYS, today),
    });
    void schedule.catchUp();
  }

  const opening = open();
  return {
    url: urlOf(server),
    ready: opening,
    async stop() {
      stopping.abort();
      schedule?.stop();
      const closed = closeServer(server);
      await within(runner?.stop(), 5_000);
      server.closeIdleConnections();
      await Promise.race([closed, sleep(500)]);
      server.closeAllConnections();
      await opening.catch(() => undefined);
      await within(database?.close(), 8_000);
    },
  };
}

interface Watch {
  /** Asks the database whether something was stored since the last refresh, here or elsewhere. */
  readonly outdated: () => Promise<boolean>;
  readonly metrics: Metrics;
  readonly refresh: () => Promise<void>;
  readonly changes: Changes;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly everyMs: number;
}

/** Asks the database now and then: `database_up` tells the truth without a scrape touching it, and a database that came back is read again. */
async function watch({ outdated, metrics, refresh, changes, log, signal, everyMs }: Watch): Promise<void> {
  let up = true;
  for (let round = 1; await sleep(everyMs, true, { signal, ref: false }).catch(() => false); round += 1) {
    try {
      const isOutdated = await outdated();
      if (!up) await changes.emit({ kind: 'database' });
      else if (isOutdated || round % REFRESH_EVERY === 0) await refresh();
      if (!up) log.info('the database is back');
      up = true;
      metrics.databaseUp(true);
    } catch (error) {
      metrics.databaseUp(false);
      if (up) log.error({ err: error }, 'the database does not answer; /metrics keeps its last figures');
      up = false;
    }
  }
}

async function untilItWorks(
  work: () => Promise<void>,
  message: string,
  signal: AbortSignal,
  log: Logger,
): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      log.error({ err: error, attempt: attempt + 1 }, message);
      await sleep(Math.min(15_000, 500 * 2 ** attempt), undefined, { signal });
    }
  }
}

async function listen(handler: RequestListener, settings: Settings): Promise<Server> {
  const server = createHttpServer(handler);
  server.listen(settings.PORT, settings.HOST);
  await once(server, 'listening');
  return server;
}

function urlOf(server: Server): string {
  const { address, family, port } = addressOf(server);
  const host = address === '::' || address === '0.0.0.0' ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}`;
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return address;
}

async function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.close(() => resolve(undefined));
  await promise;
}

async function within(work: Promise<void> | undefined, ms: number): Promise<void> {
  if (work !== undefined) await Promise.race([work.catch(() => undefined), sleep(ms, undefined, { ref: false })]);
}
