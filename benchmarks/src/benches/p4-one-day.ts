import type { PoolClient } from 'pg';
import { applyReprice } from '../../../exporter/src/llm/reprice.ts';
import { addDays } from '../../../exporter/src/money/days.ts';
import type { Bench } from '../harness/bench.ts';
import { expectSame, sideBySide } from '../harness/measure.ts';
import type { History } from '../workload/history.ts';
import { rebuildStatements } from '../workload/rollups.ts';

const ROUNDS = { small: 5, full: 3 } as const;

/** Re-pricing one day of one model's usage against building all rollups anew, as a materialised view would. */
export const p4OneDay: Bench = {
  ids: ['P4'],
  async run({ options, history, say }) {
    const made = await history();
    const day = addDays(made.lastDay, -3);
    const range = { from: day, to: addDays(day, 1) };
    const client = await made.database.pool.connect();
    try {
      // The rows were generated with these very prices: nothing to change says that the product computes the same costs.
      await client.query('BEGIN');
      const untouched = await applyReprice(client, { from: made.firstDay, to: made.today }, made.today);
      await client.query('ROLLBACK');
      expectSame('costs by the product against the generator', untouched.rows, 0);
      const changed = await change(client, made, async () => {
        const { rows } = await applyReprice(client, range, made.today);
        await expectEqualRollups(client, day);
        return rows;
      });
      const rebuild = async (): Promise<void> => {
        await client.query('BEGIN');
        for (const table of ['llm_user_day', 'llm_user_month', 'llm_model_day', 'llm_user_cum']) await client.query(`CREATE TEMPORARY TABLE new_${table} (LIKE ${table} INCLUDING ALL) ON COMMIT DROP`);
        for (const statement of rebuildStatements('new_')) await client.query(statement);
        await client.query('ROLLBACK');
      };
      const timing = await sideBySide({
        product: () => change(client, made, () => applyReprice(client, range, made.today)),
        rebuild,
      }, { rounds: ROUNDS[options.size], warmup: 1 });
      say(`P4: ${changed} rows of one day in ${timing.product.p50.toFixed(1)} ms, rebuild ${timing.rebuild.p50.toFixed(0)} ms`);
      return [{
        id: 'P4', what: `one day re-priced (one model, ${changed} rows of ${made.totals.all.rows.toLocaleString('en')})`, against: 'full rebuild of the rollups', unit: 'ms median', product: timing.product.p50, baseline: timing.rebuild.p50,
        target: { ratioAtMost: 0.01 }, ...(made.totals.all.rows < 1_000_000 && { note: 'the target is for the full size: a rebuild grows with the history, a day does not' }),
      }];
    } finally {
      client.release();
    }
  },
};

/** With another price for one model on that day; everything is taken back. */
async function change<Result>(client: PoolClient, { models }: History, work: () => Promise<Result>): Promise<Result> {
  const [model] = models;
  await client.query('BEGIN');
  try {
    await client.query('UPDATE llm_price_overrides SET output_usd_per_million = output_usd_per_million + 1 WHERE provider = $1 AND model = $2', [model?.provider, model?.model]);
    return await work();
  } finally {
    await client.query('ROLLBACK');
  }
}

async function expectEqualRollups(client: PoolClient, day: string): Promise<void> {
  const costs = await client.query<{ cost: string }>(
    ['llm_metrics_history', 'llm_user_day', 'llm_model_day'].map((table) => `SELECT sum(cost_usd)::text AS cost FROM ${table} WHERE day = '${day}'`)
      .concat(`SELECT (sum(cost_usd) FILTER (WHERE day = '${day}') - sum(cost_usd) FILTER (WHERE day = '${addDays(day, -1)}'))::text AS cost FROM llm_user_cum WHERE day IN ('${day}', '${addDays(day, -1)}')`).join(' UNION '));
  expectSame('different sums of raw rows and rollups after a re-pricing', costs.rowCount, 1);
}
