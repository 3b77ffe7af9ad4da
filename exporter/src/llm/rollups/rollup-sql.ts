import { lockSql } from '../../database/locks.ts';
/**
 * The tail of a statement that writes raw usage rows and their rollups at once. It follows a CTE `changed` with the key, the
 * new values and, as `d_…`, how far each of them moves its rollups: these always equal the sum of the raw rows, and only
 * the days and users that changed are touched. Every INSERT is ordered by its key, so that writers cannot deadlock.
 */
export const WRITE_ROLLUPS = `
by_user AS MATERIALIZED (
  SELECT day, user_id, sum(d_cost) AS d_cost, sum(d_prompt) AS d_prompt, sum(d_completion) AS d_completion, sum(d_requests) AS d_requests, sum(d_errors) AS d_errors, sum(d_unpriced) AS d_unpriced
  FROM changed GROUP BY day, user_id
), user_day AS (
  INSERT INTO llm_user_day AS t (user_id, day, cost_usd, prompt_tokens, completion_tokens, requests, errors, unpriced_tokens)
  SELECT user_id, day, d_cost, d_prompt, d_completion, d_requests, d_errors, d_unpriced
  FROM by_user ORDER BY day, user_id
  ON CONFLICT (day, user_id) DO UPDATE SET ${added('cost_usd', 'prompt_tokens', 'completion_tokens', 'requests', 'errors', 'unpriced_tokens')}
  RETURNING 1
), user_month AS (
  INSERT INTO llm_user_month AS t (user_id, month, cost_usd, prompt_tokens, completion_tokens, requests, errors, unpriced_tokens)
  SELECT user_id, date_trunc('month', day)::date, sum(d_cost), sum(d_prompt), sum(d_completion), sum(d_requests), sum(d_errors), sum(d_unpriced)
  FROM by_user GROUP BY 2, user_id ORDER BY 2, user_id
  ON CONFLICT (month, user_id) DO UPDATE SET ${added('cost_usd', 'prompt_tokens', 'completion_tokens', 'requests', 'errors', 'unpriced_tokens')}
  RETURNING 1
), model_day AS (
  INSERT INTO llm_model_day AS t (day, provider, model, prompt_tokens, completion_tokens, cache_read_tokens, cache_write_tokens, requests, errors, cost_usd, unpriced_tokens)
  SELECT day, provider, model, sum(d_prompt), sum(d_completion), sum(d_cache_read), sum(d_cache_write), sum(d_requests), sum(d_errors), sum(d_cost), sum(d_unpriced)
  FROM changed GROUP BY day, provider, model ORDER BY day, provider, model
  ON CONFLICT (day, provider, model) DO UPDATE SET ${added('prompt_tokens', 'completion_tokens', 'cache_read_tokens', 'cache_write_tokens', 'requests', 'errors', 'cost_usd', 'unpriced_tokens')}
  RETURNING 1
)`;

/** `column = t.column + excluded.column` of each. */
export function added(...columns: readonly string[]): string {
  return columns.map((column) => `${column} = t.${column} + excluded.${column}`).join(', ');
}

/**
 * Writers of usage take turns: a rollup moves by the difference to the row as it stands. Released with the transaction, as is
 * the memory that keeps the changes of one batch from being spilled to disk.
 */
export const LOCK_USAGE = `SELECT ${lockSql('llmUsage')}, set_config('work_mem', '64MB', true)`;
