/**
 * SQL: a FROM clause with a row for each collector named in `$1::text[]`: `c (collector, position)`, `last` (its last
 * finished run) and `success` (the success that took its data furthest; of the same day the latest). Both are rows of
 * `metrics_sync_logs`, all null where there is none. One index look-up each: the log may hold years of runs.
 */
export const LAST_RUNS = `unnest($1::text[]) WITH ORDINALITY AS c(collector, position)
LEFT JOIN LATERAL (
  SELECT * FROM metrics_sync_logs
  WHERE collector = c.collector AND finished_at IS NOT NULL ORDER BY id DESC LIMIT 1
) last ON true
LEFT JOIN LATERAL (
  SELECT * FROM metrics_sync_logs
  WHERE collector = c.collector AND outcome = 'succeeded' ORDER BY day DESC, id DESC LIMIT 1
) success ON true`;
