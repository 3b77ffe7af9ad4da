import type { PoolClient } from 'pg';
import type { Bench, BenchContext } from '../harness/bench.ts';
import { runExporter, untilReady } from '../harness/exporter.ts';
import { createClient, ok } from '../harness/http.ts';
import { boardsAnew, CLIENTS, repeat, underLoad } from '../harness/load.ts';
import { expectSame, sideBySide, type Timing } from '../harness/measure.ts';
import { figuresOf, recordStatements, type Statement } from '../harness/recorder.ts';
import type { Result } from '../harness/result.ts';
import { openDuck, type Duck } from '../workload/duckdb.ts';
import type { History } from '../workload/history.ts';
import { canonical, panelsOf, type Panel } from '../workload/panels.ts';

const ROUNDS = { small: { sql: 20, raw: 5, boards: 3 }, full: { sql: 20, raw: 5, boards: 6 } } as const;

interface Sides {
  readonly get: (path: string) => Promise<string>;
  readonly getAtOnce: (path: string) => Promise<string>;
  readonly client: PoolClient;
  readonly duck: Duck;
  readonly statements: ReadonlyMap<string, readonly Statement[]>;
  /** As after something was stored: no answer is cached any more. */
  readonly forget: () => Promise<unknown>;
}

/** Each panel's API call against the same SQL (P1), the raw table (P2) and DuckDB on the raw rows (P3). */
export const p1Panels: Bench = {
  ids: ['P1', 'P2', 'P3'],
  async run(context) {
    const made = await context.history();
    const exporter = await runExporter({ DATABASE_URL: made.database.url });
    const token = await exporter.token('viewer');
    const [one, many] = [
      createClient(exporter.url, { token }),
      createClient(exporter.url, { token, connections: CLIENTS }),
    ];
    const client = await made.database.pool.connect();
    const duck = await openDuck(made.file);
    try {
      await untilReady(exporter.url);
      const panels = panelsOf(made);
      const statements = await recordStatements(
        made.database.url,
        `${made.today}T12:00:00Z`,
        panels.map(({ path }) => path),
      );
      const sides: Sides = {
        get: (path) => ok(one.get(path)),
        getAtOnce: (path) => ok(many.get(path)),
        client,
        duck,
        statements,
        forget: () => client.query('UPDATE data_version SET version = gen_random_uuid()'),
      };
      for (const panel of panels) await check(panel, sides);
      const results: Result[] = [];
      for (const panel of panels) results.push(...(await compare(panel, sides, context, made)));
      const boards = await boardsAnew(
        panels.map(({ path }) => path),
        sides.getAtOnce,
        sides.forget,
        ROUNDS[context.options.size].boards,
      );
      for (const { name, path } of panels) results.push(...boardResult(name, boards.get(path)));
      return results.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
    } finally {
      duck.close();
      client.release();
      one.close();
      many.close();
      await exporter.stop();
    }
  },
};

/** The API, the raw table and DuckDB all give what the generator says. */
async function check({ name, path, raw }: Panel, { get, client, duck }: Sides): Promise<void> {
  const body = await get(path);
  if (raw === undefined) return;
  expectSame(`${name} by the API`, raw.rowsOf(body), raw.expected);
  const { rows } = await client.query<unknown[]>({ text: raw.sql, rowMode: 'array' });
  const asMoney = (found: readonly (readonly unknown[])[]): string[][] =>
    found.map((row, index) =>
      row.map((value, column) =>
        raw.expected[index]?.[column]?.includes('.') === true ? canonical(String(value)) : String(value),
      ),
    );
  expectSame(`${name} from the raw table`, asMoney(rows), raw.expected);
  expectSame(`${name} by DuckDB`, asMoney(await duck.query(raw.sql)), raw.expected);
}

async function compare(
  panel: Panel,
  sides: Sides,
  { options, say }: BenchContext,
  { totals }: History,
): Promise<Result[]> {
  const { name, path, raw } = panel;
  const { get, client, duck, forget } = sides;
  const { sql: rounds, raw: rawRounds } = ROUNDS[options.size];
  const statements = sides.statements.get(path) ?? [];
  const api = (): Promise<string> => get(path);
  const bare = async (): Promise<void> => {
    for (const { text, values } of statements) await client.query(text, [...values]);
  };
  const bySql = await sideBySide(
    { product: api, first: api, sql: bare },
    { rounds, warmup: 6, before: new Map([['first' as const, forget]]) },
  );
  const data = figuresOf(statements);
  const dataOnly = await repeat(
    async () => client.query(data?.text ?? '', [...(data?.values ?? [])]),
    Math.min(rounds, 20),
  );
  const loaded = await underLoad(() => sides.getAtOnce(path), 8);
  say(
    `${name}: API p50 ${bySql.product.p50.toFixed(1)}, p95 ${bySql.product.p95.toFixed(1)} ms; ` +
      `same SQL p95 ${bySql.sql.p95.toFixed(1)} ms; its data alone p50 ${dataOnly.p50.toFixed(1)} ms; ` +
      `p95 at ${CLIENTS} clients ${loaded.p95.toFixed(1)} ms`,
  );
  const results: Result[] = [
    {
      id: 'P1',
      what: `${name}, API call`,
      against: `the same SQL (${statements.length} statements) by pg`,
      unit: 'ms p95',
      product: bySql.product.p95,
      baseline: bySql.sql.p95,
      target: { ratioAtMost: 1.3 },
      note:
        `p50 ${ms(bySql.product.p50)} against ${ms(bySql.sql.p50)}; ` +
        `the statement with the figures alone ${ms(dataOnly.p50)}`,
    },
    {
      id: 'P1',
      what: `${name}, first call after a change`,
      against: `the same SQL (${statements.length} statements) by pg`,
      unit: 'ms p95',
      product: bySql.first.p95,
      baseline: bySql.sql.p95,
      target: { ratioAtMost: 1.3 },
      note: `p50 ${ms(bySql.first.p50)} against ${ms(bySql.sql.p50)}`,
    },
  ];
  results.push(
    {
      id: 'P2',
      what: `${name}, cached, ${CLIENTS} clients at once`,
      against: '–',
      unit: 'ms p95',
      product: loaded.p95,
      target: { atMost: 50 },
      note: spread(loaded),
    },
    {
      id: 'P2',
      what: `${name}, first call after a change, 1 client`,
      against: '–',
      unit: 'ms p95',
      product: bySql.first.p95,
      target: { atMost: 50 },
      note: spread(bySql.first),
    },
  );
  if (raw === undefined) return results;
  const byRaw = await sideBySide(
    { cached: api, product: api, raw: () => client.query(raw.sql), duck: () => duck.query(raw.sql) },
    {
      rounds: rawRounds,
      warmup: 1,
      before: new Map([
        ['product' as const, forget],
        ['cached' as const, api],
      ]),
    },
  );
  const isSmall = totals.all.rows < 5_000_000;
  return [
    ...results,
    {
      id: 'P2',
      what: `${name}, cached`,
      against: 'raw table, Postgres',
      unit: 'ms median',
      product: byRaw.cached.p50,
      baseline: byRaw.raw.p50,
      target: { timesFaster: raw.timesFaster },
      note: isSmall ? 'the target is for 8.4 M rows' : undefined,
    },
    {
      id: 'P2',
      what: `${name}, first call after a change`,
      against: 'raw table, Postgres',
      unit: 'ms median',
      product: byRaw.product.p50,
      baseline: byRaw.raw.p50,
      target: { timesFaster: raw.timesFaster },
      note:
        `the figures' statement alone ${(byRaw.raw.p50 / dataOnly.p50).toFixed(0)}× ` +
        `faster${isSmall ? '; the target is for 8.4 M rows' : ''}`,
    },
    {
      id: 'P3',
      what: `${name}, first call after a change`,
      against: 'DuckDB on the raw rows, one thread',
      unit: 'ms median',
      product: byRaw.product.p50,
      baseline: byRaw.duck.p50,
      target: { ratioAtMost: 1 },
      note:
        "the figures' statement alone " +
        `${(dataOnly.p50 / byRaw.duck.p50).toFixed(2)}×${isSmall ? '; the target is for 8.4 M rows' : ''}`,
    },
  ];
}

function boardResult(name: string, timing: Timing | undefined): Result[] {
  if (timing === undefined) return [];
  return [
    {
      id: 'P2',
      what: `${name}, ${CLIENTS} clients reload all panels after a change`,
      against: '–',
      unit: 'ms p95',
      product: timing.p95,
      target: { atMost: 50 },
      note: `${spread(timing)}; everything is read and computed again at once`,
    },
  ];
}

function spread({ p50, fastest }: Timing): string {
  return `p50 ${ms(p50)}, fastest ${ms(fastest)}`;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
