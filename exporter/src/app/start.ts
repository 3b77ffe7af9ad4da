import packageJson from '../../package.json' with { type: 'json' };
import { dropOldAccess } from '../access/audit-log.ts';
import { createPageLinks } from '../api/pages/page-links.ts';
import { backupDaily } from '../database/backup/daily.ts';
import { createClock } from '../database/clock.ts';
import { StorageUnavailable } from '../database/errors.ts';
import { createDatabaseGate, type DatabaseGate } from '../database/gate.ts';
import { openDatabase, type OpenDatabase } from '../database/open.ts';
import { readsOver } from '../database/replica/reads.ts';
import type { ReplicaStatus } from '../database/replica/watch.ts';
import { watchWrites } from '../database/writes/watch.ts';
import { createWriteGuard } from '../database/writes/write-guard.ts';
import { dropOldDocuments } from '../invoices/documents/store.ts';
import { maintainDaily } from '../llm/maintenance/daily.ts';
import { createMetrics } from '../metrics/index.ts';
import { createChanges } from '../process/changes.ts';
import { coalesce } from '../process/coalesce.ts';
import { createMemoryReturn } from '../process/release-memory.ts';
import { dropOldRuns } from '../runner/history.ts';
import { createRunner, type Runner } from '../runner/runner.ts';
import { createSchedule, type Schedule } from '../runner/schedule.ts';
import { sendStatements } from './deliver-statements.ts';
import { listen, urlOf } from './listen.ts';
import type { App, AppOptions } from './parts.ts';
import { readInbox } from './read-inbox.ts';
import { shutDown } from './shutdown.ts';
import { untilItWorks } from './until-it-works.ts';
import { watchDatabase } from './watch-database.ts';
import { storeBudgets, storeFixedCosts, storeRates } from './write-settings.ts';

/** The composition root: listens at once, and opens the database while requests are answered with 503. */
export async function startApp(options: AppOptions): Promise<App> {
  const { settings, log, redactor } = options;
  const stopping = new AbortController();
  const write = createDatabaseGate();
  const read = createDatabaseGate();
  const writes = createWriteGuard();
  const clock = createClock({ now: settings.NOW, db: write });
  const changes = createChanges(log);
  const pageLinks = createPageLinks();
  // The database starts while the SDKs load.
  const opened = openDatabase({ settings, log, signal: stopping.signal, secret: (value) => redactor.add(value) });
  opened.catch(() => undefined);
  /** Without its HTTP side the exporter is of no use: stop what was already started. */
  const orClose = async <T>(work: Promise<T>): Promise<T> =>
    work.catch(async (error: unknown) => {
      stopping.abort();
      await opened.then(
        (db) => db.close(),
        () => undefined,
      );
      throw error;
    });
  const collectors = await orClose(options.createCollectors(settings));
  let runner: Runner | undefined;
  let schedule: Schedule | undefined;
  let database: OpenDatabase | undefined;
  let reading: Promise<void> | undefined;
  let isReady = false;
  const replica = (): ReplicaStatus | undefined => database?.replica?.status();
  const reads = readsOver(write, read, () => database?.replica);
  // The replica counts as behind before anybody hears that something was stored.
  changes.subscribe(() => database?.replica?.written());
  const transaction: DatabaseGate['transaction'] = async (action) => {
    writes.assertWritable();
    return write.transaction(action).finally(() => database?.replica?.written());
  };
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
    writeRefusal: () => writes.refusal(),
    stopping: stopping.signal,
    pageLinks,
    redact: (text) => redactor.redact(text),
    secret: (value) => redactor.add(value),
    runner: {
      start: async (request) =>
        runner === undefined
          ? Promise.reject(new StorageUnavailable('the database is not connected yet'))
          : runner.start(request),
    },
  });
  const server = await orClose(handler.then((listener) => listen(listener, settings)));
  let shown: string | null = null;
  // In one snapshot of the database: a page never mixes what was stored before and after some moment.
  const refresh = coalesce(() =>
    write.reader.snapshot(async ({ db, version, now: time }) => {
      const now = clock.fixed ?? time;
      await metrics.refresh({ db, now, today: now.toISOString().slice(0, 10) });
      shown = version;
    }),
  );

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
      async () => storeFixedCosts(db, settings, await clock.today()),
      'fixed costs could not be written',
      stopping.signal,
      log,
    );
    await untilItWorks(
      () => storeBudgets(db, settings, clock, log),
      'budgets could not be written',
      stopping.signal,
      log,
    );
    void storeRates(db, settings, clock, log, stopping.signal).catch((error: unknown) =>
      log.warn({ err: error }, 'exchange rates could not be stored'),
    );
    runner = createRunner({
      collectors,
      pool: db.pool,
      clock,
      log,
      observer: metrics,
      changes,
      assertWritable: () => writes.assertWritable(),
      redact: (text) => redactor.redact(text),
      afterStoring: async (today) => {
        await storeRates(db, settings, clock, log, stopping.signal);
        await storeFixedCosts(db, settings, today);
      },
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
    const looked = Promise.withResolvers<void>();
    const watching = watchWrites({
      pool: db.pool,
      guard: writes,
      folders: { database: db.folder, backups: settings.BACKUP_DIR },
      log,
      signal: stopping.signal,
      report: (status) => {
        metrics.storage(status);
        looked.resolve();
      },
      everyMs: options.timing?.watchMs,
    });
    // So that the first page that is scraped says it.
    await Promise.race([looked.promise, watching]);
    isReady = true;
    void watchDatabase({
      outdated: async () => (await write.reader.version()).version !== shown,
      metrics,
      refresh,
      changes,
      log,
      signal: stopping.signal,
      everyMs: options.timing?.watchMs,
    });
    void maintainDaily({
      pool: db.pool,
      log,
      signal: stopping.signal,
      today: () => clock.today(),
      canWrite: () => writes.refusal() === undefined,
      retentionMonths: settings.LLM_RAW_RETENTION_MONTHS,
      daily: async (today) => {
        await dropOldRuns(db.pool, settings.SYNC_LOG_RETENTION_DAYS, today);
        await dropOldDocuments(db.pool, settings.DOCUMENT_RETENTION_DAYS, await clock.now());
        await dropOldAccess(db.pool, settings.AUDIT_LOG_RETENTION_DAYS, today);
      },
    });
    void sendStatements({
      settings,
      db: db.pool,
      reader: write.reader,
      clock,
      changes,
      collectors,
      redact: (text) => redactor.redact(text),
      log,
      signal: stopping.signal,
    });
    reading = readInbox({
      settings,
      pool: write,
      transaction,
      clock,
      changes,
      secret: (value) => redactor.add(value),
      log,
      signal: stopping.signal,
    }).catch((error: unknown) => log.error({ err: error }, 'the inbox of the invoices is not read any more'));
    if (settings.BACKUP_DIR !== undefined)
      void backupDaily({
        url: db.url,
        folder: settings.BACKUP_DIR,
        keep: settings.BACKUP_KEEP,
        log,
        signal: stopping.signal,
        report: (status) => metrics.backup(status),
      });
    void schedule.catchUp();
  }

  const opening = open();
  return {
    url: urlOf(server),
    link: () => `${urlOf(server)}/?token=${pageLinks.create()}`,
    ready: opening,
    async stop() {
      stopping.abort();
      await shutDown({
        server,
        opening,
        runner: () => runner,
        schedule: () => schedule,
        inbox: () => reading,
        database: () => database,
      });
    },
  };
}
