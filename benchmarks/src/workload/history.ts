import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addDays } from '../../../exporter/src/money/days.ts';
import { ensureLlmPartitions } from '../../../exporter/src/llm/maintenance/partitions.ts';
import type { Queryable } from '../../../exporter/src/database/queryable.ts';
import type { Database, Server } from '../harness/database.ts';
import { expectSame } from '../harness/measure.ts';
import { inBulk, withoutIndexes } from './bulk-load.ts';
import { storeBusiness } from './business.ts';
import { startCopy } from './copy.ts';
import { COLUMNS, createGenerator, decimal, type Totals } from './generate.ts';
import type { Model } from './models.ts';
import { fillStatements } from './rollups.ts';

/** A seeded history in a database of its own, with what must come out of it. */
export interface History {
  readonly database: Database;
  readonly totals: Totals;
  readonly models: readonly Model[];
  readonly firstDay: string;
  readonly lastDay: string;
  /** The day after: the running day of the benchmark. */
  readonly today: string;
  /** The raw rows as tab-separated text, for the other engine. */
  readonly file: string;
  close(): Promise<void>;
}

export const WINDOW_DAYS = [30, 180] as const;

export async function makeHistory(
  server: Server,
  { users, days }: { users: number; days: number },
  say: (message: string) => void,
): Promise<History> {
  const lastDay = addDays(new Date().toISOString().slice(0, 10), -1);
  const generator = createGenerator({ users, days, lastDay, windowDays: WINDOW_DAYS });
  const folder = await mkdtemp(join(tmpdir(), 'marginboard-bench-rows-'));
  const file = join(folder, 'rows.tsv');
  const database = await server.create();
  const { pool } = database;
  const close = async (): Promise<void> => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    say(`making the history of ${users} users over ${days} days …`);
    await ensureLlmPartitions(pool, generator.firstDay, lastDay);
    await withoutIndexes(database, 'llm_metrics_history', () => writeRows(generator.chunks(), file, database.url));
    say(`${generator.totals.all.rows} rows stored; rollups …`);
    await storePrices(pool, generator.models, generator.firstDay);
    await inBulk(pool, fillStatements());
    say('business, statistics, totals …');
    await storeBusiness(pool, {
      firstDay: generator.firstDay,
      lastDay,
      finishedAt: `${addDays(lastDay, 1)}T00:31:00Z`,
    });
    await pool.query('VACUUM ANALYZE');
    await checkTotals(pool, generator.totals);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    database,
    totals: generator.totals,
    models: generator.models,
    firstDay: generator.firstDay,
    lastDay,
    today: addDays(lastDay, 1),
    file,
    close,
  };
}

async function writeRows(chunks: Iterable<string>, path: string, url: string): Promise<void> {
  const copy = await startCopy(url, `llm_metrics_history (${COLUMNS})`);
  const file = createWriteStream(path);
  for (const chunk of chunks) {
    if (!file.write(chunk)) await once(file, 'drain');
    await copy.write(chunk);
  }
  file.end();
  await Promise.all([once(file, 'finish'), copy.end()]);
}

/** As contract prices: the product prices these rows exactly as the generator does, which a benchmark checks. */
export async function storePrices(db: Queryable, models: readonly Model[], firstDay: string): Promise<void> {
  for (const { provider, model, prices } of models) {
    for (const [index, price] of prices.entries()) {
      const until = prices[index + 1];
      await db.query(
        `INSERT INTO llm_price_overrides (provider, model, valid_from, valid_to, input_usd_per_million,
          output_usd_per_million, created_by) VALUES ($1, $2, $3, $4, $5, $6, 'bench')`,
        [
          provider,
          model,
          addDays(firstDay, price.fromDay),
          until === undefined ? null : addDays(firstDay, until.fromDay),
          decimal(price.input),
          decimal(price.output),
        ],
      );
    }
  }
}

/** Raw rows and every rollup add up to what was generated. */
async function checkTotals(db: Queryable, { all, byMonth }: Totals): Promise<void> {
  const expected = [
    decimal(all.cost),
    String(all.prompt),
    String(all.completion),
    String(all.requests),
    String(all.errors),
    String(all.unpriced),
  ];
  for (const table of ['llm_metrics_history', 'llm_user_day', 'llm_user_month', 'llm_model_day']) {
    const { rows } = await db.query<Record<string, string>>(
      `SELECT sum(cost_usd)::text AS a, sum(prompt_tokens)::text AS b, sum(completion_tokens)::text AS c,
        sum(requests)::text AS d, sum(errors)::text AS e, sum(unpriced_tokens)::text AS f FROM ${table}`,
    );
    expectSame(`the sum of ${table}`, Object.values(rows[0] ?? {}), expected);
  }
  const { rows: cumulated } = await db.query<{ cost: string; prompt: string }>(
    'SELECT sum(cost_usd)::text AS cost, sum(prompt_tokens)::text AS prompt FROM llm_user_cum ' +
      'WHERE day = (SELECT closed_through FROM usage_state)',
  );
  expectSame('the running totals of the last day', Object.values(cumulated[0] ?? {}), expected.slice(0, 2));
  const { rows } = await db.query<{ month: string; cost: string }>(
    `SELECT to_char(month, 'YYYY-MM') AS month, sum(cost_usd)::text AS cost FROM llm_user_month GROUP BY month
      ORDER BY month`,
  );
  expectSame(
    'the cost by month',
    rows.map(({ month, cost }) => [month, cost]),
    [...byMonth].map(([month, { cost }]) => [month, decimal(cost)]),
  );
}
