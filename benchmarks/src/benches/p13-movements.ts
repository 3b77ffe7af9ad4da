import type { PoolClient } from 'pg';
import { z } from 'zod';
import { API_BASE } from '../../../exporter/src/contract/datasets.ts';
import { addMonths, monthStart } from '../../../exporter/src/money/days.ts';
import { microsToCents, parseMicros } from '../../../exporter/src/money/micros.ts';
import type { Bench } from '../harness/bench.ts';
import { runExporter, untilReady } from '../harness/exporter.ts';
import { createClient, ok } from '../harness/http.ts';
import { expectSame, sideBySide } from '../harness/measure.ts';
import { recordStatements } from '../harness/recorder.ts';
import type { Result } from '../harness/result.ts';
import type { Duck } from '../workload/duckdb.ts';
import { DUCK_SQL, openMrrDuck } from '../workload/mrr-duckdb.ts';
import { makeMrrHistory, type MrrHistory } from '../workload/mrr-history.ts';

const SIZES = {
  small: { customers: 300, days: 430, rounds: 5, duckRounds: 3 },
  full: { customers: 10_000, days: 1_096, rounds: 15, duckRounds: 3 },
} as const;

interface Dataset {
  readonly name: string;
  readonly path: string;
  readonly sql: string | undefined;
  /** The call's answer as the rows of the SQL. */
  readonly rowsOf: (body: string) => string[][];
}

/** Each dataset about how MRR moves: cached and computed, against the same SQL by `pg` and DuckDB on MRR by day. */
export const p13Movements: Bench = {
  ids: ['P13'],
  async run({ options, server, say }) {
    const { customers, days, rounds, duckRounds } = SIZES[options.size];
    const made = await makeMrrHistory(server, customers, days);
    const duck = await openMrrDuck(made);
    say(
      `P13: ${made.customers} customers at the end, ${made.movements} movements, ${duck.rows} rows of MRR by day in DuckDB`,
    );
    const exporter = await runExporter({ DATABASE_URL: made.database.url, NOW: `${made.today}T12:00:00Z` });
    const http = createClient(exporter.url, { token: await exporter.token('viewer') });
    const client = await made.database.pool.connect();
    try {
      await untilReady(exporter.url);
      const results: Result[] = [];
      for (const dataset of datasetsOf(made)) {
        const get = (): Promise<string> => ok(http.get(dataset.path));
        await check(dataset, await get(), duck);
        results.push(...(await compare(dataset, { get, client, duck, made }, { rounds, duckRounds }, say)));
      }
      return results;
    } finally {
      duck.close();
      client.release();
      http.close();
      await exporter.stop();
      await made.database.drop();
    }
  },
};

async function check({ name, sql, rowsOf }: Dataset, body: string, duck: Duck): Promise<void> {
  if (sql !== undefined) expectSame(`${name} by the API against DuckDB`, rowsOf(body), await duck.query(sql));
}

interface Sides {
  readonly get: () => Promise<string>;
  readonly client: PoolClient;
  readonly duck: Duck;
  readonly made: MrrHistory;
}

async function compare(
  { name, path, sql }: Dataset,
  { get, client, duck, made }: Sides,
  { rounds, duckRounds }: { readonly rounds: number; readonly duckRounds: number },
  say: (message: string) => void,
): Promise<Result[]> {
  const statements = (await recordStatements(made.database.url, `${made.today}T12:00:00Z`, [path])).get(path) ?? [];
  const bare = async (): Promise<void> => {
    for (const { text, values } of statements) await client.query(text, [...values]);
  };
  // As after something was stored: no answer is cached any more.
  const forget = (): Promise<unknown> => client.query('UPDATE data_version SET version = gen_random_uuid()');
  const timing = await sideBySide(
    { cached: get, first: get, sql: bare },
    {
      rounds,
      warmup: 2,
      before: new Map<'first' | 'cached', () => Promise<unknown>>([
        ['first', forget],
        ['cached', get],
      ]),
    },
  );
  const byDuck =
    sql === undefined
      ? undefined
      : await sideBySide(
          { first: get, duck: () => duck.query(sql) },
          { rounds: duckRounds, warmup: 1, before: new Map([['first' as const, forget]]) },
        );
  say(
    `${name}: cached ${timing.cached.p50.toFixed(1)}, first ${timing.first.p50.toFixed(1)} (fastest ` +
      `${timing.first.fastest.toFixed(1)}), same SQL ${timing.sql.p50.toFixed(1)}, DuckDB ${byDuck?.duck.p50.toFixed(0) ?? '–'} ms`,
  );
  const common = { id: 'P13', unit: 'ms median' } as const;
  return [
    {
      ...common,
      what: `${name}, first call after a change`,
      against: `the same SQL (${statements.length} statements) by pg`,
      product: timing.first.p50,
      baseline: timing.sql.p50,
      target: { ratioAtMost: 1.3 },
    },
    {
      ...common,
      what: `${name}, first call after a change`,
      against: '–',
      product: timing.first.p50,
      target: { atMost: 50 },
    },
    { ...common, what: `${name}, cached`, against: '–', product: timing.cached.p50, target: { atMost: 50 } },
    ...(byDuck === undefined
      ? []
      : [
          {
            ...common,
            what: `${name}, first call after a change`,
            against: 'DuckDB on MRR by day and customer, one thread',
            product: byDuck.first.p50,
            baseline: byDuck.duck.p50,
            target: { ratioAtMost: 1 },
          },
        ]),
  ];
}

const TOP = 20;
const text = z.string();
const cents = z
  .string()
  .nullable()
  .transform((amount) => {
    const found = microsToCents(parseMicros(amount ?? '0'));
    const digits = String(found < 0n ? -found : found).padStart(3, '0');
    return `${found < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
  });
const KINDS = { newUsd: cents, expansionUsd: cents, contractionUsd: cents, churnUsd: cents, reactivationUsd: cents };
type Kinds = Readonly<Record<keyof typeof KINDS, string>>;
const kindsOf = (row: Kinds): string[] => [
  ...[row.newUsd, row.expansionUsd, row.contractionUsd, row.churnUsd, row.reactivationUsd],
];

function datasetsOf({ firstDay, lastDay, today }: MrrHistory): Dataset[] {
  const whole = `from=${firstDay}&to=${today}`;
  const month = monthStart(lastDay);
  const call = (dataset: string, query: string): string => `${API_BASE}/metrics/${dataset}?${query}`;
  const grouped = (groupBy: string): Dataset => ({
    name: `mrr-waterfall by ${groupBy}, all months`,
    path: call('mrr-waterfall', `${whole}&groupBy=${groupBy}`),
    sql: undefined,
    rowsOf: () => [],
  });
  return [
    {
      name: 'mrr-waterfall, all months',
      path: call('mrr-waterfall', whole),
      sql: DUCK_SQL.waterfall(firstDay),
      rowsOf: rowsBy(z.object({ month: text, ...KINDS }).transform((row) => [row.month, ...kindsOf(row)])),
    },
    ...['plan', 'currency', 'customer'].map(grouped),
    {
      name: 'mrr-movements, 31 days',
      path: call('mrr-movements', `from=${month}&to=${today}`),
      sql: DUCK_SQL.days(month),
      rowsOf: (body) =>
        rowsBy(z.object({ day: text, ...KINDS }).transform((row) => [row.day, ...kindsOf(row)]))(body)
          // A quiet day has no row in DuckDB.
          .filter(([, ...kinds]) => kinds.some((amount) => amount !== '0.00')),
    },
    { name: 'mrr-movements, every day', path: call('mrr-movements', whole), sql: undefined, rowsOf: () => [] },
    {
      name: 'revenue-retention, all months',
      path: call('revenue-retention', whole),
      sql: DUCK_SQL.retention(),
      rowsOf: (body) =>
        rowsBy(
          z
            .object({ month: text, netRevenueRetention: ratio, grossRevenueRetention: ratio })
            .transform((row) => [row.month, row.netRevenueRetention, row.grossRevenueRetention]),
        )(body).filter(([, net]) => net !== ''),
    },
    {
      name: 'revenue-cohorts, all months',
      path: call('revenue-cohorts', whole),
      sql: DUCK_SQL.cohorts(monthStart(firstDay)),
      rowsOf: (body) =>
        rowsBy(
          z
            .object({ kind: text, cohort: text, month: text, startCustomers: count, customers: countOrNone })
            .transform((row) => [row.kind, row.cohort, row.month, row.startCustomers, row.customers]),
        )(body)
          // A month without anybody, or without a known day, has no row in DuckDB.
          .filter(([kind, , , , customers]) => kind === 'started' && customers !== '0')
          .map((row) => row.slice(1)),
    },
    {
      name: 'mrr-by-plan',
      path: call('mrr-by-plan', `from=${month}&to=${today}&limit=${TOP}`),
      sql: DUCK_SQL.plans(lastDay, TOP),
      rowsOf: rowsBy(
        z
          .object({ plan: text, customers: count, mrrUsd: cents })
          .transform((row) => [row.plan, row.customers, row.mrrUsd]),
      ),
    },
    {
      name: 'largest-movements, a year',
      path: call('largest-movements', `from=${addMonths(month, -11)}&to=${today}&limit=${TOP}`),
      sql: DUCK_SQL.largest(addMonths(month, -11), TOP),
      rowsOf: rowsBy(
        z
          .object({ day: text, movement: text, customer: text, amountUsd: cents })
          .transform((row) => [row.day, row.movement, row.customer, row.amountUsd]),
      ),
    },
  ];
}

const count = z.number().transform(String);
const countOrNone = z
  .number()
  .nullable()
  .transform((value) => String(value ?? 0));
const ratio = z
  .number()
  .nullable()
  .transform((value) => (value === null ? '' : value.toFixed(4)));

function rowsBy(row: z.ZodType<string[]>): (body: string) => string[][] {
  const answer = z.object({ data: z.array(row) });
  return (body) => answer.parse(JSON.parse(body)).data;
}
