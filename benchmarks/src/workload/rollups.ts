const SUMS = 'coalesce(sum(cost_usd), 0), sum(prompt_tokens), sum(completion_tokens), sum(requests), sum(errors), sum(unpriced_tokens)';
const COLUMNS = 'cost_usd, prompt_tokens, completion_tokens, requests, errors, unpriced_tokens';

/** All rollups from the raw rows, into the tables with this prefix: what a materialised view would do on every change. */
export function rebuildStatements(prefix = ''): string[] {
  return [
    `INSERT INTO ${prefix}llm_user_day (user_id, day, ${COLUMNS}) SELECT user_id, day, ${SUMS} FROM llm_metrics_history GROUP BY 1, 2`,
    `INSERT INTO ${prefix}llm_user_month (user_id, month, ${COLUMNS}) SELECT user_id, date_trunc('month', day::timestamp)::date, ${SUMS} FROM llm_metrics_history GROUP BY 1, 2`,
    `INSERT INTO ${prefix}llm_model_day (day, provider, model, cache_read_tokens, cache_write_tokens, ${COLUMNS})
     SELECT day, provider, model, sum(cache_read_tokens), sum(cache_write_tokens), ${SUMS} FROM llm_metrics_history GROUP BY 1, 2, 3`,
  ];
}

/** The same rollups for a first filling, months from days: several times less to add up. */
export function fillStatements(): string[] {
  const [byDay = '', , byModel = ''] = rebuildStatements();
  return [
    `${byDay} ORDER BY 2, 1`,
    `INSERT INTO llm_user_month (user_id, month, ${COLUMNS}) SELECT user_id, date_trunc('month', day::timestamp)::date, ${SUMS} FROM llm_user_day GROUP BY 1, 2 ORDER BY 2, 1`,
    byModel,
  ];
}
