import type { PoolClient } from 'pg';
import { repriceUsage } from '../../../exporter/src/llm/pricing/reprice.ts';
import { addDays } from '../../../exporter/src/money/days.ts';
import type { Bench } from '../harness/bench.ts';
import { expectSame, sideBySide } from '../harness/measure.ts';
import type { Result } from '../harness/result.ts';
import type { History } from '../workload/history.ts';
import { rebuildStatements } from '../workload/rollups.ts';

const ROUNDS = { small: { rounds: 5, warmup: 1 }, full: { rounds: 1, warmup: 0 } } as const;
/** A correction comes soon, a contract's price with it months later. */
const DAYS_AGO = [3, 180] as const;

/** Re-pricing one day of one model's usage against rebuilding all rollups, as a materialised view would. */
export const p4OneDay: Bench = {
  ids: ['P4'],
  async run({ options, history, say }) {
    const made = await history();
    const client = await made.database.pool.connect();
    try {
      // The rows were generated with these very prices: nothing to change says that the product computes the same
      // costs.
      await client.query('BEGIN');
      const untouched = await repriceUsage(client, { from: made.firstDay, to: made.today }, made.today);
      await client.query('ROLLBACK');
      expectSame('costs by the product against the generator', untouched.rows, 0);
      const rebuild = async (): Promise<void> => {
        await client.query('BEGIN');
        for (const table of ['llm_user_day', 'llm_user_month', 'llm_model_day', 'llm_user_cum'])
          await client.query(`CREATE TEMPORARY TABLE new_${table} (LIKE ${table} INCLUDING ALL) ON COMMIT DROP`);
        for (const statement of rebuildStatements('new_')) await client.query(statement);
        await client.query('ROLLBACK');
      };
      const ago = DAYS_AGO.filter((days) => days < options.days);
      const changed = new Map<string, number>();
      const sides: Record<string, () => Promise<unknown>> = { rebuild };
      for (const days of ago) {
        const day = addDays(made.lastDay, -days);
        const reprice = async (): Promise<number> =>
          (await repriceUsage(client, { from: day, to: addDays(day, 1) }, made.today)).rows;
        changed.set(
          String(days),
          await change(client, made, async () => {
            const rows = await reprice();
            await expectEqualRollups(client, day);
            return rows;
          }),
        );
        sides[String(days)] = () => change(client, made, reprice);
      }
      const timing = await sideBySide(sides, ROUNDS[options.size]);
      const rebuilt = timing['rebuild']?.p50;
      return ago.map((days): Result => {
        const rows = changed.get(String(days)) ?? 0;
        const product = timing[String(days)]?.p50 ?? Number.NaN;
        say(
          `P4: ${rows} rows of the day ${days} days ago in ${product.toFixed(1)} ms, ` +
            `rebuild ${rebuilt?.toFixed(0) ?? '–'} ms`,
        );
        return {
          id: 'P4',
          what:
            `one day re-priced, ${days} days ago (one model, ${rows} rows of ` +
            `${made.totals.all.rows.toLocaleString('en')})`,
          against: 'full rebuild of the rollups',
          unit: 'ms median',
          product,
          baseline: rebuilt,
          target: { ratioAtMost: 0.01 },
          ...(made.totals.all.rows < 1_000_000 && {
            note: 'the target is for the full size: a rebuild grows with the history, a day does not',
          }),
        };
      });
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
    await client.query(
      'UPDATE llm_price_overrides SET output_usd_per_million = output_usd_per_million + 1 WHERE provider = $1 ' +
        'AND model = $2',
      [model?.provider, model?.model],
    );
    return await work();
  } finally {
    await client.query('ROLLBACK');
  }
}

async function expectEqualRollups(client: PoolClient, day: string): Promise<void> {
  const costs = await client.query<{ cost: string }>(
    // Changes of days closed long ago wait in llm_user_late until maintenance folds them into the running totals.
    ['llm_metrics_history', 'llm_user_day', 'llm_model_day']
      .map((table) => `SELECT sum(cost_usd)::text AS cost FROM ${table} WHERE day = '${day}'`)
      .concat(
        `SELECT (sum(cost_usd) FILTER (WHERE day = '${day}') - sum(cost_usd) FILTER (WHERE day = '${addDays(day, -1)}')
          + (SELECT coalesce(sum(cost_usd), 0) FROM llm_user_late WHERE day = '${day}'))::text AS cost FROM llm_user_cum
          WHERE day IN ('${day}', '${addDays(day, -1)}')`,
      )
      .join(' UNION '),
  );
  expectSame('different sums of raw rows and rollups after a re-pricing', costs.rowCount, 1);
}
