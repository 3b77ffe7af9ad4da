import { addDays } from '../../../exporter/src/money/days.ts';
import type { LlmData, LlmRow } from '../../../exporter/src/collectors/llm/data.ts';
import { createLlmCollector } from '../../../exporter/src/collectors/llm/index.ts';
import { formatMicros } from '../../../exporter/src/money/micros.ts';
import { loadSettings } from '../../../exporter/src/settings/load.ts';
import { withTransaction } from '../../../exporter/src/database/pool.ts';
import type { Bench } from '../harness/bench.ts';
import type { Database } from '../harness/database.ts';
import { expectSame, sideBySide } from '../harness/measure.ts';
import { startCopy } from '../workload/copy.ts';
import { costMicros, modelsOf } from '../workload/models.ts';
import { createRandom } from '../workload/random.ts';
import { COLUMNS } from '../workload/generate.ts';

const FIRST_DAY = '2026-01-01';
const SIZES = { small: { users: 2_000, rounds: 4 }, full: { users: 10_000, rounds: 7 } } as const;

/**
 * A day's usage of 10,000 users with 12 models: raw rows, three rollups and the ledger against one COPY of the raw rows
 * alone.
 */
export const p8Store: Bench = {
  ids: ['P8'],
  async run({ options, server, say }) {
    const { users, rounds } = SIZES[options.size];
    const rows = usageOf(users);
    const database = await server.create();
    try {
      const collector = createLlmCollector(loadSettings({}));
      await database.pool.query('CREATE TABLE copied (LIKE llm_metrics_history INCLUDING ALL)');
      let days = 0;
      const store = async (day: string, used: readonly LlmRow[]): Promise<number> =>
        (await withTransaction(database.pool, (tx) => collector.store(tx, day, dataOf(day, used)))).rows;
      expectSame('rows written by the first sync', await store(FIRST_DAY, rows), rows.length);
      expectSame('rows written by the same sync again', await store(FIRST_DAY, rows), 0);
      await expectStored(database, rows);
      const timing = await sideBySide(
        {
          product: () => store(addDays(FIRST_DAY, (days += 1)), rows),
          copy: () => copyRows(database.url, addDays(FIRST_DAY, (days += 1)), rows),
        },
        { rounds, warmup: 1 },
      );
      const again = await sideBySide(
        { product: () => store(FIRST_DAY, rows) },
        { rounds: Math.min(3, rounds), warmup: 0 },
      );
      say(`P8: ${rows.length} rows in ${timing.product.p50.toFixed(0)} ms, COPY ${timing.copy.p50.toFixed(0)} ms`);
      const common = {
        id: 'P8',
        against: 'one COPY of the raw rows',
        unit: 'ms median',
        baseline: timing.copy.p50,
        target: { ratioAtMost: 2 },
      } as const;
      return [
        {
          ...common,
          what: `LLM sync stores ${users.toLocaleString('en')} users × 12 models, rollups and ledger included`,
          product: timing.product.p50,
          note: 'in one transaction; COPY also keeps the primary key and the index',
        },
        { ...common, what: 'the same day again, nothing changed', product: again.product.p50, note: '0 rows written' },
      ];
    } finally {
      await database.drop();
    }
  },
};

function usageOf(users: number): LlmRow[] {
  const random = createRandom(8);
  const models = modelsOf(1);
  return Array.from({ length: users }, (_, user) =>
    models.map((model): LlmRow => {
      const requests = 1 + Math.floor(random() * 20);
      const [prompt, completion] = [
        requests * (40 + Math.floor(random() * 3_000)),
        requests * (10 + Math.floor(random() * 900)),
      ];
      const cost = costMicros(model, 0, prompt, completion);
      return {
        user: `user-${String(Math.imul(user + 1, 2_654_435_761) >>> 0)}`,
        provider: model.provider,
        model: model.model,
        prompt,
        completion,
        cacheRead: 0,
        cacheWrite: 0,
        requests,
        errors: 0,
        reported: undefined,
        computed: cost === undefined ? undefined : BigInt(cost),
        partial: false,
      };
    }),
  ).flat();
}

function dataOf(day: string, rows: readonly LlmRow[]): LlmData {
  return {
    days: [{ day, provisional: false, fields: new Set(['input', 'output', 'requests', 'errors']), rows, idle: [] }],
  };
}

async function copyRows(url: string, day: string, rows: readonly LlmRow[]): Promise<void> {
  const copy = await startCopy(url, `copied (${COLUMNS})`);
  let text = '';
  for (const { user, provider, model, prompt, completion, requests, errors, computed } of rows) {
    const cost = computed === undefined ? '\\N' : formatMicros(computed);
    text += `${user}\t${day}\t${provider}\t${model}\t${prompt}\t${completion}\t${requests}\t${errors}\t${cost}\t${cost}\t${computed === undefined ? prompt + completion : 0}\n`;
  }
  await copy.write(text);
  await copy.end();
}

async function expectStored({ pool }: Database, rows: readonly LlmRow[]): Promise<void> {
  const sum = (value: (row: LlmRow) => bigint): bigint => rows.reduce((total, row) => total + value(row), 0n);
  const cost = formatMicros(sum(({ computed }) => computed ?? 0n));
  const prompt = sum((row) => BigInt(row.prompt)).toString();
  for (const table of ['llm_metrics_history', 'llm_user_day', 'llm_user_month', 'llm_model_day']) {
    const found = await pool.query<{ cost: string; prompt: string }>(
      `SELECT trim_scale(sum(cost_usd))::text AS cost, sum(prompt_tokens)::text AS prompt FROM ${table}`,
    );
    expectSame(`the sum of ${table}`, [Number(found.rows[0]?.cost), found.rows[0]?.prompt], [Number(cost), prompt]);
  }
}
