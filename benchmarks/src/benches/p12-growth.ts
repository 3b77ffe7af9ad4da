import { addDays } from '../../../exporter/src/money/days.ts';
import type { LlmRow } from '../../../exporter/src/collectors/llm/data.ts';
import { createLlmCollector } from '../../../exporter/src/collectors/llm/index.ts';
import { LOCK_USAGE } from '../../../exporter/src/llm/rollups/rollup-sql.ts';
import { closeDays } from '../../../exporter/src/llm/rollups/running-totals.ts';
import { refreshTopUsers } from '../../../exporter/src/llm/ranking/top-users.ts';
import { loadSettings } from '../../../exporter/src/settings/load.ts';
import { withTransaction } from '../../../exporter/src/database/pool.ts';
import { CannotMeasure, type Bench, type BenchContext } from '../harness/bench.ts';
import type { Database } from '../harness/database.ts';
import { runExporter, untilReady } from '../harness/exporter.ts';
import { createClient, ok } from '../harness/http.ts';
import { boardsAnew, CLIENTS, underLoad } from '../harness/load.ts';
import { expectSame, sideBySide, timed, timingOf, type Timing } from '../harness/measure.ts';
import type { Result } from '../harness/result.ts';
import { createGenerator } from '../workload/generate.ts';
import { curve, onPaper, type PanelTimes, type Stage } from '../workload/growth-curve.ts';
import { panelsOf } from '../workload/panels.ts';
import { makeRollupHistory, type RollupHistory } from '../workload/rollup-history.ts';

const ROUNDS = { small: { calls: 10, boards: 2 }, full: { calls: 20, boards: 4 } } as const;
const STORED_DAYS = 3;
const MAX_MS = 50;
/** What each of ten times as much may cost more than ten times. */
const LINEAR = 1.25;

/** The growth curve: what the exporter answers, stores and takes with ever more users, raw rows on paper only. */
export const p12Growth: Bench = {
  ids: ['P12'],
  async run(context) {
    const stages: Stage[] = [];
    for (const users of context.options.growth) stages.push(await stageOf(users, context));
    context.append(curve(stages));
    return resultsOf(stages);
  },
};

async function stageOf(users: number, { options, server, say }: BenchContext): Promise<Stage> {
  const database = await server.create();
  try {
    say(`P12: ${users.toLocaleString('en')} users over ${options.days} days …`);
    const start = performance.now();
    const made = await makeRollupHistory(database, {
      users,
      days: options.days,
      today: new Date().toISOString().slice(0, 10),
    });
    const filledSeconds = (performance.now() - start) / 1000;
    say(`P12: ${made.totals.all.rows.toLocaleString('en')} rows on paper, filled in ${filledSeconds.toFixed(0)} s`);
    const bytes = await bytesByTable(database);
    const served = await serve(database, made, ROUNDS[options.size], say);
    const stored = await store(database, made, users);
    say(
      `P12: a day of ${stored.rows} rows stored in ${stored.ms.toFixed(0)} ms, ` +
        `closed in ${stored.closeMs.toFixed(0)} ms`,
    );
    return { users, days: options.days, paperRows: made.totals.all.rows, filledSeconds, bytes, ...served, stored };
  } finally {
    await database.drop();
  }
}

/** Every panel's answer checked by the generator's totals, then timed; the process's start and memory. */
async function serve(
  { url, pool }: Database,
  made: RollupHistory,
  rounds: { calls: number; boards: number },
  say: BenchContext['say'],
): Promise<Pick<Stage, 'panels' | 'startMs' | 'scrapeMs' | 'memory'>> {
  const start = performance.now();
  const exporter = await runExporter({ DATABASE_URL: url });
  const token = await exporter.token('viewer');
  const [one, many, pages] = [
    createClient(exporter.url, { token }),
    createClient(exporter.url, { token, connections: CLIENTS }),
    createClient(exporter.url),
  ];
  try {
    await untilReady(exporter.url);
    const startMs = performance.now() - start;
    const atStart = (await exporter.memory()) ?? missing();
    const panels = panelsOf(made);
    for (const { name, path, raw } of panels) {
      const body = await ok(one.get(path));
      if (raw !== undefined) expectSame(`${name} by the API`, raw.rowsOf(body), raw.expected);
    }
    // As after something was stored: no answer is cached any more.
    const forget = (): Promise<unknown> => pool.query('UPDATE data_version SET version = gen_random_uuid()');
    const boards = await boardsAnew(
      panels.map(({ path }) => path),
      (path) => ok(many.get(path)),
      forget,
      rounds.boards,
    );
    const times: PanelTimes[] = [];
    for (const { name, path } of panels) {
      const call = (): Promise<string> => ok(one.get(path));
      const { cached, first } = await sideBySide(
        { cached: call, first: call },
        { rounds: rounds.calls, warmup: 2, before: new Map([['first' as const, forget]]) },
      );
      const loaded = await underLoad(() => ok(many.get(path)), 8);
      const board = boards.get(path) ?? missing();
      say(
        `P12: ${name}: first p50 ${first.p50.toFixed(1)}, p95 ${first.p95.toFixed(1)}; ${CLIENTS} clients: ` +
          `cached ${loaded.p95.toFixed(1)}, boards after a change ${board.p95.toFixed(1)} ms`,
      );
      times.push({ name, cached, first, loaded, board });
    }
    const scrapes: number[] = [];
    for (let scrape = 0; scrape < 50; scrape += 1) scrapes.push(await timed(() => ok(pages.get('/metrics'))));
    const after = (await exporter.memory()) ?? missing();
    return {
      panels: times,
      startMs,
      scrapeMs: timingOf(scrapes).p50,
      memory: { atStart: atStart.now, serving: after.now, highest: after.highest },
    };
  } finally {
    for (const client of [one, many, pages]) client.close();
    await exporter.stop();
  }
}

/** The days that follow, as synchronisations store them while they run, and their closing at the day's end. */
async function store(database: Database, made: RollupHistory, users: number): Promise<Stage['stored']> {
  const collector = createLlmCollector(loadSettings({}));
  const rows = usageOf(users, made);
  const keep = (day: string): Promise<{ rows: number }> =>
    withTransaction(database.pool, (tx) =>
      collector.store(tx, day, {
        days: [{ day, provisional: true, fields: new Set(['input', 'output', 'requests', 'errors']), rows, idle: [] }],
      }),
    );
  const [stores, closes]: [number[], number[]] = [[], []];
  const before = await rawBytes(database);
  for (let turn = 1; turn <= STORED_DAYS; turn += 1) {
    const day = addDays(made.lastDay, turn);
    let written = 0;
    stores.push(
      await timed(async () => {
        written = (await keep(day)).rows;
      }),
    );
    expectSame('rows written', written, rows.length);
    closes.push(
      await timed(() =>
        withTransaction(database.pool, async (tx) => {
          await tx.query(LOCK_USAGE);
          await closeDays(tx, addDays(day, -1));
          await refreshTopUsers(tx, []);
        }),
      ),
    );
  }
  const last = addDays(made.lastDay, STORED_DAYS);
  const unchangedMs = await timed(async () =>
    expectSame('rows written by the same day again', (await keep(last)).rows, 0),
  );
  const bytesPerRow = ((await rawBytes(database)) - before) / (rows.length * STORED_DAYS);
  return { rows: rows.length, ms: timingOf(stores).p50, unchangedMs, closeMs: timingOf(closes).p50, bytesPerRow };
}

function usageOf(users: number, { today }: RollupHistory): LlmRow[] {
  const { rows, nameOf } = createGenerator({ users, days: 1, lastDay: today, windowDays: [] });
  return [...rows()].map(({ rank, model, prompt, completion, requests, errors, cost }) => ({
    user: nameOf(rank),
    provider: model.provider,
    model: model.model,
    prompt,
    completion,
    cacheRead: 0,
    cacheWrite: 0,
    requests,
    errors,
    reported: undefined,
    computed: model.prices.length === 0 ? undefined : BigInt(cost),
    partial: false,
  }));
}

const TABLES = ['llm_user_cum', 'llm_user_day', 'llm_user_month', 'llm_model_day', 'llm_user_top'] as const;

async function bytesByTable({ pool }: Database): Promise<Stage['bytes']> {
  const { rows } = await pool.query<{ name: string; rows: string; bytes: string }>(
    `SELECT name, (SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = name::regclass)::text AS rows,
      pg_total_relation_size(name::regclass)::text AS bytes FROM unnest($1::text[]) AS name`,
    [TABLES],
  );
  return rows.map(({ name, rows: found, bytes }) => ({ name, rows: Number(found), bytes: Number(bytes) }));
}

async function rawBytes({ pool }: Database): Promise<number> {
  const { rows } = await pool.query<{ bytes: string }>(
    'SELECT sum(pg_total_relation_size(inhrelid))::text AS bytes FROM pg_inherits ' +
      "WHERE inhparent = 'llm_metrics_history'::regclass",
  );
  return Number(rows[0]?.bytes);
}

function resultsOf(stages: readonly Stage[]): Result[] {
  const results: Result[] = [];
  for (const { users, paperRows, panels, memory } of stages) {
    const size = `${users.toLocaleString('en')} users, ${onPaper(paperRows)} rows on paper`;
    const worst = (what: string, timing: (panel: PanelTimes) => Timing): Result => {
      const [slowest] = panels.toSorted((a, b) => timing(b).p95 - timing(a).p95);
      return {
        id: 'P12',
        what: `${size}: slowest panel, ${what}`,
        against: '–',
        unit: 'ms p95',
        product: slowest === undefined ? Number.NaN : timing(slowest).p95,
        target: { atMost: MAX_MS },
        note: slowest?.name,
      };
    };
    results.push(
      worst(`cached, ${CLIENTS} clients`, ({ loaded }) => loaded),
      worst('first call after a change, 1 client', ({ first }) => first),
      worst(`boards reloaded after a change, ${CLIENTS} clients`, ({ board }) => board),
    );
    results.push({
      id: 'P12',
      what: `${size}: memory after serving`,
      against: '–',
      unit: 'MiB resident',
      product: memory.serving,
      target: { atMost: 150 },
    });
  }
  const [first, last] = [stages[0], stages.at(-1)];
  if (first === undefined || last === undefined || first === last) return results;
  const linear = (what: string, unit: string, figure: (stage: Stage) => number): Result => ({
    id: 'P12',
    what,
    against: `at ${first.users.toLocaleString('en')} users`,
    unit,
    product: figure(last),
    baseline: figure(first),
    target: { ratioAtMost: LINEAR },
    note: `at ${last.users.toLocaleString('en')} users`,
  });
  return [
    ...results,
    linear(
      'disk of rollups and running totals per user and day',
      'bytes',
      ({ bytes, users, days }) => bytes.reduce((sum, table) => sum + table.bytes, 0) / (users * days),
    ),
    linear('storing a day, per row', 'µs median', ({ stored }) => (stored.ms * 1000) / stored.rows),
    linear('closing a day, per user', 'µs median', ({ stored, users }) => (stored.closeMs * 1000) / users),
  ];
}

function missing(): never {
  throw new CannotMeasure('/proc does not tell the memory of a process here');
}
