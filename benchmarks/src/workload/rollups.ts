const SUMS =
  'coalesce(sum(cost_usd), 0), sum(prompt_tokens), sum(completion_tokens), sum(requests), sum(errors), ' +
  'sum(unpriced_tokens)';
const COLUMNS = 'cost_usd, prompt_tokens, completion_tokens, requests, errors, unpriced_tokens';

/**
 * All rollups from the raw rows, into the tables with this prefix: what a materialised view would do on every change.
 */
export function rebuildStatements(prefix = ''): string[] {
  return [
    `INSERT INTO ${prefix}llm_user_day (user_id, day, ${COLUMNS}) SELECT user_id, day, ${SUMS} FROM llm_metrics_history
      GROUP BY 1, 2`,
    `INSERT INTO ${prefix}llm_user_month (user_id, month, ${COLUMNS})
      SELECT user_id, date_trunc('month', day::timestamp)::date, ${SUMS} FROM llm_metrics_history GROUP BY 1, 2`,
    `INSERT INTO ${prefix}llm_model_day (day, provider, model, cache_read_tokens, cache_write_tokens, ${COLUMNS})
     SELECT day, provider, model, sum(cache_read_tokens), sum(cache_write_tokens), ${SUMS} FROM llm_metrics_history
     GROUP BY 1, 2, 3`,
    runningTotals(prefix),
  ];
}

/** Of every user from the first day of usage on, for each day up to the last one. */
function runningTotals(prefix: string): string {
  const sums = COLUMNS.split(', ')
    .map((column) => `sum(coalesce(d.${column}, 0)) OVER w`)
    .join(', ');
  return `INSERT INTO ${prefix}llm_user_cum (user_id, day, ${COLUMNS}, used_days)
    SELECT u.user_id, t.day::date, ${sums}, count(d.day) OVER w
    FROM (SELECT user_id, min(day) AS since FROM ${prefix}llm_user_day GROUP BY 1) u
    CROSS JOIN LATERAL generate_series(u.since::timestamp, (SELECT max(day) FROM ${prefix}llm_user_day)::timestamp,
    '1 day') AS t(day)
    LEFT JOIN ${prefix}llm_user_day d ON d.user_id = u.user_id AND d.day = t.day::date
    WINDOW w AS (PARTITION BY u.user_id ORDER BY t.day) ORDER BY 2, 1`;
}

/** The same rollups for a first filling, months from days: several times less to add up. */
export function fillStatements(): string[] {
  const [byDay = '', , byModel = ''] = rebuildStatements();
  return [
    `${byDay} ORDER BY 2, 1`,
    `INSERT INTO llm_user_month (user_id, month, ${COLUMNS})
      SELECT user_id, date_trunc('month', day::timestamp)::date, ${SUMS} FROM llm_user_day GROUP BY 1, 2 ORDER BY 2, 1`,
    byModel,
    runningTotals(''),
    'INSERT INTO usage_state (closed_through) SELECT max(day) FROM llm_user_cum',
  ];
}
