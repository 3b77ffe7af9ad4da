import { lockSql } from '../../database/locks.ts';

const USED = ['cost_usd', 'prompt_tokens', 'completion_tokens', 'requests', 'errors', 'unpriced_tokens'] as const;
const CACHED = [
  'cache_read_tokens',
  'cache_write_tokens',
  'gateway_prompt_tokens',
  'gateway_completion_tokens',
] as const;
type Figure = (typeof USED | typeof CACHED)[number];

/**
 * A rollup and the table that it adds up. Storing, re-pricing, `db-verify` and its repair all read these definitions,
 * so that a figure or a rollup is added in one place.
 */
export interface Rollup {
  readonly table: 'llm_user_day' | 'llm_model_day' | 'llm_user_month';
  readonly from: 'llm_metrics_history' | 'llm_user_day';
  readonly keys: readonly [string, ...string[]];
  /** The keys in terms of `from`. */
  readonly grouping: readonly string[];
  readonly figures: readonly Figure[];
}

export const USER_DAY: Rollup = {
  table: 'llm_user_day',
  from: 'llm_metrics_history',
  keys: ['day', 'user_id'],
  grouping: ['day', 'user_id'],
  figures: USED,
};
export const MODEL_DAY: Rollup = {
  table: 'llm_model_day',
  from: 'llm_metrics_history',
  keys: ['day', 'provider', 'model'],
  grouping: ['day', 'provider', 'model'],
  figures: [...USED, ...CACHED],
};
export const USER_MONTH: Rollup = {
  table: 'llm_user_month',
  from: 'llm_user_day',
  keys: ['month', 'user_id'],
  grouping: ["date_trunc('month', day::timestamp)::date", 'user_id'],
  figures: USED,
};
/** In the order in which each can be rebuilt from the one before. */
export const ROLLUPS: readonly Rollup[] = [USER_DAY, MODEL_DAY, USER_MONTH];

/**
 * The one statement that changes a rollup: it adds `differences`, a SELECT of one row a key with all keys and figures.
 * A rollup always equals the sum of the raw rows, so every writer of raw rows adds exactly what they moved by, in the
 * same transaction and under LOCK_USAGE. Ordered by the key, so that writers cannot deadlock.
 */
export function addToRollup({ table, keys, figures }: Rollup, differences: string): string {
  const columns = [...keys, ...figures].join(', ');
  return `INSERT INTO ${table} AS t (${columns})
SELECT ${columns} FROM (${differences}) d ORDER BY ${keys.join(', ')}
ON CONFLICT (${keys.join(', ')}) DO UPDATE SET
  ${figures.map((figure) => `${figure} = t.${figure} + excluded.${figure}`).join(', ')}`;
}

/**
 * CTEs that add differences to every rollup, for a statement that changes raw rows. They follow a CTE `changed` with
 * the keys of the raw rows and a column `d_…` for each of the figures that `moved`; the others stay as they are.
 */
export function addChangedToRollups(moved: readonly Figure[]): string {
  const sums = moved.map((figure) => `sum(d_${figure}) AS d_${figure}`).join(', ');
  const from = (source: string, { keys, grouping, figures }: Rollup): string => {
    const named = keys.map((key, index) => `${grouping[index] ?? key} AS ${key}`);
    const differences = figures.map((figure) =>
      moved.includes(figure) ? `sum(d_${figure}) AS ${figure}` : `0 AS ${figure}`,
    );
    return `SELECT ${[...named, ...differences].join(', ')} FROM ${source}
      GROUP BY ${keys.map((_, index) => index + 1).join(', ')}`;
  };
  return `
by_user AS MATERIALIZED (
  SELECT day, user_id, ${sums} FROM changed GROUP BY day, user_id
), user_day AS (
  ${addToRollup(USER_DAY, from('by_user', USER_DAY))} RETURNING 1
), user_month AS (
  ${addToRollup(USER_MONTH, from('by_user', USER_MONTH))} RETURNING 1
), model_day AS (
  ${addToRollup(MODEL_DAY, from('changed', MODEL_DAY))} RETURNING 1
)`;
}

/**
 * Writers of usage take turns: a rollup changes by the difference to the row as it is stored. Ends with the
 * transaction, as does the setting of the memory that holds the changes of one batch without spilling to disk.
 */
export const LOCK_USAGE = `SELECT ${lockSql('llmUsage')}, set_config('work_mem', '64MB', true)`;
