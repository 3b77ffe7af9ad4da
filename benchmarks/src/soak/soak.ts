import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { NOW, openProviders, type Providers } from '../../../exporter/test/faults/providers.ts';
import { startSystem, type Report, type System } from '../../../exporter/test/faults/system.ts';
import { COLLECTOR_NAMES, type CollectorName } from '../../../exporter/src/contract/providers.ts';
import { createClient, type Client } from '../harness/http.ts';
import { change, expectedOf, stored, type Figures } from './books.ts';
import { seededRandom } from './random.ts';
import { afflict, FAULT_NAMES, nextTrouble, type Trouble } from './troubles.ts';
import { createPatient, type Vitals } from './vitals.ts';

export interface SoakOptions {
  readonly url: string;
  readonly db: pg.Pool;
  readonly syncs: number;
  readonly scrapes: number;
  readonly seed?: number;
  /** What is waited before the process is looked at; 6 s. */
  readonly settleMs?: number;
  readonly say?: (message: string) => void;
}

export interface SoakReport {
  readonly syncs: number;
  readonly scrapes: number;
  /** Runs by how they ended, and calls that met no database. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Collectors' ends, by outcome and kind of failure. */
  readonly collectors: Readonly<Record<string, number>>;
  /** Leases of runs that lost their database, which had to expire. */
  readonly expiredLeases: number;
  readonly cuts: number;
  readonly logRows: number;
  /** What is wrong; nothing in a good run. */
  readonly wrong: readonly string[];
  /** After as many syncs as there are kinds of fault, and at the end. */
  readonly first: Vitals;
  readonly last: Vitals;
}

/**
 * Long waits of the exporter are so many times shorter: a provider that never answers costs a second and not thirty.
 */
const HASTE = 30;
const READS = [
  '/api/v1/metrics/summary',
  '/api/v1/metrics/infrastructure-costs',
  '/api/v1/metrics/cost-by-user',
  '/api/v1/metrics/sync-status',
];
const SCRAPERS = 4;

/**
 * The built exporter under providers that fail in turn and a database that cuts its connections: after every run the
 * stored figures must be those of each collector's last success, and at the end nothing may be left open.
 */
export async function soak({
  url,
  db,
  syncs,
  scrapes,
  seed = 1,
  settleMs,
  say = () => undefined,
}: SoakOptions): Promise<SoakReport> {
  await db.query(
    'INSERT INTO collector_days (collector, day) SELECT c, d::date FROM unnest($1::text[]) AS c, ' +
      "generate_series('2022-01-01'::date, '2026-03-13', '1 day') AS d ON CONFLICT DO NOTHING",
    [COLLECTOR_NAMES],
  );
  const providers = await openProviders();
  const patient = createPatient(settleMs);
  const system = await startSystem(
    { ...providers.env, ...patient.env, DATABASE_URL: url, NOW, LOG_LEVEL: 'fatal' },
    { haste: HASTE },
  );
  const pages = createClient(system.url, { connections: SCRAPERS });
  const run = createRun({ providers, system, db, pages });
  const random = seededRandom(seed);
  try {
    const warm = FAULT_NAMES.length;
    let first: Vitals | undefined;
    for (let one = 0; one < syncs; one += 1) {
      await run.sync(one, nextTrouble(one, random));
      await run.scrape(Math.round((scrapes * (one + 1)) / syncs) - Math.round((scrapes * one) / syncs));
      if (one + 1 === warm) first = await patient.vitals(system.child.pid ?? 0, db);
      if ((one + 1) % 50 === 0) {
        const { heapMib, residentMib } = await patient.vitals(system.child.pid ?? 0, db);
        say(
          `${one + 1} syncs: ${heapMib.toFixed(1)} MiB live, ${residentMib.toFixed(1)} resident; ` +
            `${JSON.stringify(run.outcomes)}; ${run.wrong.length} wrong`,
        );
      }
    }
    providers.mend();
    await run.sync(syncs, { broken: new Map(), cutAfterMs: undefined, twice: false });
    await run.audit();
    const last = await patient.vitals(system.child.pid ?? 0, db);
    return {
      syncs: syncs + 1,
      scrapes,
      outcomes: run.outcomes,
      collectors: run.collectors,
      expiredLeases: run.counts.expired,
      cuts: run.counts.cuts,
      logRows: run.counts.logRows,
      wrong: run.wrong,
      first: first ?? last,
      last,
    };
  } finally {
    pages.close();
    await system.close();
    await providers.close();
  }
}

function createRun({
  providers,
  system,
  db,
  pages,
}: {
  providers: Providers;
  system: System;
  db: pg.Pool;
  pages: Client;
}) {
  const outcomes: Record<string, number> = {};
  const collectors: Record<string, number> = {};
  const wrong: string[] = [];
  const counts = { expired: 0, cuts: 0, logRows: 0 };
  const known: Partial<Record<CollectorName, string>> = {};
  const tally = (of: Record<string, number>, what: string): void => void (of[what] = (of[what] ?? 0) + 1);

  async function call(): Promise<Report | undefined> {
    for (;;) {
      const { status, json } = await system
        .ask('/api/v1/metrics/sync-all', { method: 'POST', body: { force: true }, role: 'sync' })
        .catch((error: unknown) => ({ status: 0, json: String(error) }));
      tally(outcomes, String(status));
      if (isReport(status, json)) return json;
      if (status !== 409) return undefined;
      // The second call was first.
      await sleep(50);
    }
  }

  /** The minute passes after which a run that lost its database is given up. */
  async function expire(): Promise<void> {
    for (const table of ['sync_runs', 'metrics_sync_logs']) {
      const { rowCount } = await db.query(
        `UPDATE ${table} SET lease_expires_at = clock_timestamp() - interval '1 ms' WHERE finished_at IS NULL`,
      );
      counts.expired += rowCount ?? 0;
    }
  }

  /** The second of two calls at once is refused, or comes after the first. */
  async function second(): Promise<Report | undefined> {
    const { status, json } = await system
      .ask('/api/v1/metrics/sync-all', { method: 'POST', body: { force: true }, role: 'sync' })
      .catch((error: unknown) => ({ status: 0, json: String(error) }));
    tally(outcomes, `second ${status}`);
    return isReport(status, json) ? json : undefined;
  }

  async function cut(afterMs: number): Promise<void> {
    await sleep(afterMs);
    await db.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() ' +
        "AND application_name = 'marginboard'",
    );
    counts.cuts += 1;
  }

  async function check(number: number, figures: Figures, reports: readonly Report[], isCut: boolean): Promise<void> {
    const now = await stored(db);
    for (const name of COLLECTOR_NAMES) {
      const ends = reports.flatMap((one) => one.collectors.filter(({ collector }) => collector === name));
      for (const { outcome, kind, reason } of ends)
        tally(collectors, [outcome, kind ?? reason].filter((part) => part !== null).join(' '));
      const succeeded = ends.some(({ outcome }) => outcome === 'succeeded');
      // Whether a commit whose answer was cut off has happened, only the database knows; and Stripe's MRR is stored before
      // the rest of its run, which may still fail.
      if (succeeded) known[name] = figures[name];
      else if ((isCut || name === 'stripe') && now[name] === figures[name]) known[name] = figures[name];
    }
    const expected: Record<string, string | null> = {
      ...Object.fromEntries(COLLECTOR_NAMES.map((name) => [name, known[name] ?? null])),
      llm_user_day: known.llm ?? null,
      llm_model_day: known.llm ?? null,
      llm_user_month: known.llm ?? null,
    };
    for (const [what, value] of Object.entries(expected))
      if (now[what] !== value)
        wrong.push(`run ${number}: ${what} is ${now[what] ?? 'missing'}, expected ${value ?? 'none'}`);
    if (isCut) return expire();
    for (const { runId, outcome, collectors: rows } of reports) {
      const {
        rows: [row],
      } = await db.query<{ rows: number; open: number; outcome: string }>(
        'SELECT count(*)::int AS rows, count(*) FILTER (WHERE l.finished_at IS NULL)::int AS open, ' +
          '(SELECT outcome FROM sync_runs WHERE id = $1) AS outcome FROM metrics_sync_logs l WHERE run_id = $1',
        [runId],
      );
      const reported = { rows: rows.filter(({ reason }) => reason !== 'locked').length, open: 0, outcome };
      if (!isDeepStrictEqual(row, reported))
        wrong.push(`run ${number}: the log has ${JSON.stringify(row)}, the answer said ${JSON.stringify(reported)}`);
    }
  }

  return {
    outcomes,
    collectors,
    wrong,
    counts,
    async sync(number: number, trouble: Trouble): Promise<void> {
      const figures = change(providers.state, number);
      afflict(providers, trouble);
      const { cutAfterMs } = trouble;
      const [one, other] = await Promise.all([
        call(),
        trouble.twice ? second() : undefined,
        cutAfterMs === undefined ? undefined : cut(cutAfterMs),
      ]);
      providers.mend();
      await check(
        number,
        figures,
        [one, other].filter((report) => report !== undefined),
        cutAfterMs !== undefined,
      );
      for (const path of READS) {
        const { status } = await system.ask(path, { role: 'viewer' });
        if (status !== 200) wrong.push(`run ${number}: ${path} answered ${status}`);
      }
    },
    async scrape(times: number): Promise<void> {
      let left = times;
      await Promise.all(
        Array.from({ length: SCRAPERS }, async () => {
          while (left > 0) {
            left -= 1;
            const { status, body } = await pages.get('/metrics');
            if (status !== 200 || !body.includes('\nmarginboard_build_info{'))
              wrong.push(`a scrape answered ${status} with ${body.length} characters`);
          }
        }),
      );
    },
    /** Every row is there once, and nothing is left unfinished. */
    async audit(): Promise<void> {
      const {
        rows: [row],
      } = await db.query<{ logs: number; open: number; running: number; twice: number; days: number }>(
        `SELECT (SELECT count(*)::int FROM metrics_sync_logs) AS logs,
           (SELECT count(*)::int FROM metrics_sync_logs WHERE finished_at IS NULL) AS open,
           (SELECT count(*)::int FROM sync_runs WHERE finished_at IS NULL) AS running,
           (SELECT count(*)::int FROM (SELECT 1 FROM metrics_sync_logs GROUP BY run_id, collector, day
             HAVING count(*) > 1) t) AS twice,
           (SELECT count(*)::int FROM llm_metrics_history) AS days`,
      );
      counts.logRows = row?.logs ?? 0;
      if (row === undefined || row.open + row.running + row.twice !== 0 || row.days !== 1)
        wrong.push(`at the end: ${JSON.stringify(row)}`);
      const ended = Object.entries(collectors).reduce(
        (sum, [end, count]) => sum + (end === 'skipped locked' ? 0 : count),
        0,
      );
      // A run that lost its database may leave a row that no answer mentioned, or one that the next run takes over.
      const takenOver = collectors['failed storage'] ?? 0;
      if (counts.logRows < ended - takenOver || counts.logRows > ended + counts.cuts * COLLECTOR_NAMES.length)
        wrong.push(`at the end: ${counts.logRows} log rows for ${ended} ends of collectors`);
      if (!isDeepStrictEqual(await stored(db), expectedOf(requireAll(known))))
        wrong.push(`at the end: ${JSON.stringify(await stored(db))}`);
    },
  };
}

function requireAll(known: Partial<Figures>): Figures {
  const { digital_ocean = '', stripe = '', weaviate = '', supabase = '', twilio = '', llm = '' } = known;
  return { digital_ocean, stripe, weaviate, supabase, twilio, llm };
}

function isReport(status: number, json: unknown): json is Report {
  return [200, 207, 502].includes(status) && typeof json === 'object' && json !== null && 'collectors' in json;
}
