import { addDays, monthStart } from '../../../exporter/src/money/days.ts';
import { updateLlmLedger } from '../../../exporter/src/llm/rollups/ledger.ts';
import { LOCK_USAGE } from '../../../exporter/src/llm/rollups/rollup-sql.ts';
import { refreshTopUsers } from '../../../exporter/src/llm/ranking/top-users.ts';
import { withTransaction } from '../../../exporter/src/database/pool.ts';
import type { Database } from '../harness/database.ts';
import { expectSame } from '../harness/measure.ts';
import { withoutIndexes } from './bulk-load.ts';
import { storeBusiness } from './business.ts';
import { startCopy, type Copy } from './copy.ts';
import { add, createGenerator, decimal, none, sumsAt, type Generator, type Sums, type Totals } from './generate.ts';
import { storePrices, WINDOW_DAYS } from './history.ts';

/** A history of which only the rollups and running totals are stored: what is left of it where raw rows are dropped. */
export interface RollupHistory {
  readonly generator: Generator;
  readonly totals: Totals;
  readonly firstDay: string;
  /** The running day: it has usage, and is not closed. */
  readonly lastDay: string;
  /** The day after: panels ask for the days before it. */
  readonly today: string;
  /** Users times days: what the running totals grow by. */
  readonly userDays: number;
}

const CHUNK = 1 << 20;
const USER_FIGURES = 'cost_usd, prompt_tokens, completion_tokens, requests, errors, unpriced_tokens';

/**
 * Fills the rollups as synchronisations of the same generated rows would have left them, by COPY: hundreds of millions
 * of raw rows are added up on their way and stored nowhere. Every rollup is checked against the generator's totals.
 */
export async function makeRollupHistory(
  database: Database,
  { users, days, today: lastDay }: { users: number; days: number; today: string },
): Promise<RollupHistory> {
  const { pool, url } = database;
  const generator = createGenerator({ users, days, lastDay, windowDays: WINDOW_DAYS });
  const { firstDay } = generator;
  const yesterday = addDays(lastDay, -1);
  await withoutIndexes(database, 'llm_user_cum', () =>
    withoutIndexes(database, 'llm_user_day', () => writeRollups(url, generator, users)),
  );
  await storePrices(pool, generator.models, firstDay);
  await pool.query('INSERT INTO usage_state (closed_through) VALUES ($1::date)', [yesterday]);
  await storeBusiness(pool, { firstDay, lastDay: yesterday, finishedAt: `${lastDay}T00:31:00Z` });
  await updateLlmLedger(pool, [lastDay], lastDay);
  await pool.query('VACUUM ANALYZE');
  await withTransaction(pool, async (tx) => {
    await tx.query(LOCK_USAGE);
    await refreshTopUsers(tx, []);
  });
  await checkTotals(database, generator.totals, yesterday);
  return { generator, totals: generator.totals, firstDay, lastDay, today: addDays(lastDay, 1), userDays: users * days };
}

async function writeRollups(url: string, generator: Generator, users: number): Promise<void> {
  const copy = (table: string, columns: string): Promise<Copy> => startCopy(url, `${table} (${columns})`, table);
  const [byDay, byMonth, byModel, running] = await Promise.all([
    copy('llm_user_day', `user_id, day, ${USER_FIGURES}`),
    copy('llm_user_month', `user_id, month, ${USER_FIGURES}`),
    copy('llm_model_day', `day, provider, model, ${USER_FIGURES}`),
    copy(
      'llm_user_cum',
      'prompt_tokens, completion_tokens, requests, errors, unpriced_tokens, day, used_days, cost_usd, user_id',
    ),
  ]);
  // In the order of the key, as synchronisations write.
  const inOrder = Array.from({ length: users }, (_, index) => index + 1).sort((a, b) =>
    generator.nameOf(a) < generator.nameOf(b) ? -1 : 1,
  );
  const soFar = Array.from({ length: users + 1 }, () => ({ sums: none(), usedDays: 0, head: '', tail: '' }));
  const month = new Map<number, Sums>();

  async function flushDay(
    day: string,
    used: readonly (Sums | undefined)[],
    models: ReadonlyMap<string, Sums>,
  ): Promise<void> {
    const isRunning = day === generator.lastDay;
    let [days, totals] = ['', ''];
    for (const rank of inOrder) {
      const [today, total] = [used[rank], soFar[rank]];
      if (total === undefined) continue;
      const name = generator.nameOf(rank);
      if (today !== undefined) {
        days += `${name}\t${day}\t${figures(today)}\n`;
        add(monthOf(month, rank), today);
        add(total.sums, today);
        total.usedDays += 1;
        const { prompt, completion, requests, errors, unpriced, cost } = total.sums;
        total.head = `${prompt}\t${completion}\t${requests}\t${errors}\t${unpriced}\t`;
        total.tail = `\t${total.usedDays}\t${decimal(cost)}\t${name}\n`;
      }
      if (total.usedDays > 0 && !isRunning) totals += total.head + day + total.tail;
      if (days.length + totals.length < CHUNK) continue;
      await Promise.all([byDay.write(days), running.write(totals)]);
      [days, totals] = ['', ''];
    }
    await Promise.all([byDay.write(days), running.write(totals)]);
    await byModel.write(
      [...models].map(([name, sums]) => `${day}\t${name.replace('/', '\t')}\t${figures(sums)}\n`).join(''),
    );
    if (isRunning || monthStart(addDays(day, 1)) !== monthStart(day)) await flushMonth(monthStart(day));
  }

  async function flushMonth(start: string): Promise<void> {
    let text = '';
    for (const rank of inOrder) {
      const sums = month.get(rank);
      if (sums !== undefined) text += `${generator.nameOf(rank)}\t${start}\t${figures(sums)}\n`;
    }
    month.clear();
    await byMonth.write(text);
  }

  let day = generator.firstDay;
  let used: (Sums | undefined)[] = Array.from({ length: users + 1 });
  let models = new Map<string, Sums>();
  for (const row of generator.rows()) {
    while (row.day !== day) {
      await flushDay(day, used, models);
      day = addDays(day, 1);
      used = Array.from({ length: users + 1 });
      models = new Map();
    }
    add((used[row.rank] ??= none()), row);
    add(sumsAt(models, `${row.model.provider}/${row.model.model}`), row);
  }
  await flushDay(day, used, models);
  for (const table of [byDay, byMonth, byModel, running]) await table.end();
}

function monthOf(months: Map<number, Sums>, rank: number): Sums {
  const known = months.get(rank) ?? none();
  months.set(rank, known);
  return known;
}

function figures({ cost, prompt, completion, requests, errors, unpriced }: Sums): string {
  return `${decimal(cost)}\t${prompt}\t${completion}\t${requests}\t${errors}\t${unpriced}`;
}

/** Every rollup adds up to what was generated; the running totals, with the running day. */
async function checkTotals({ pool }: Database, { all }: Totals, closed: string): Promise<void> {
  const sums = (columns: string): string =>
    columns
      .split(', ')
      .map((column) => `sum(${column})::text`)
      .join(" || ' ' || ");
  const expected = [decimal(all.cost), all.prompt, all.completion, all.requests, all.errors, all.unpriced].join(' ');
  const sources = [
    'llm_user_day',
    'llm_user_month',
    'llm_model_day',
    `(SELECT ${USER_FIGURES} FROM llm_user_cum WHERE day = '${closed}' UNION ALL SELECT ${USER_FIGURES}
      FROM llm_user_day WHERE day > '${closed}') AS running`,
  ];
  for (const source of sources) {
    const { rows } = await pool.query<{ found: string }>(`SELECT ${sums(USER_FIGURES)} AS found FROM ${source}`);
    expectSame(`the sum of ${source}`, rows[0]?.found, expected);
  }
}
