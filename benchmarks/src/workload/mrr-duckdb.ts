import { DuckDBInstance } from '@duckdb/node-api';
import type { Queryable } from '../../../exporter/src/database/queryable.ts';
import type { Duck } from './duckdb.ts';
import type { MrrHistory } from './mrr-history.ts';

/**
 * MRR by day, customer, plan and currency in DuckDB's own columnar table, in memory, on one thread: what one would keep
 * without a list of what moved. Rates and known days stand beside it.
 */
export async function openMrrDuck({ database, firstDay, lastDay }: MrrHistory): Promise<Duck & { rows: number }> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run(
    'CREATE TABLE moved (day DATE, customer VARCHAR, plan VARCHAR, currency VARCHAR, amount DECIMAL(18,2))',
  );
  await connection.run('CREATE TABLE rates (day DATE, currency VARCHAR, rate DECIMAL(18,8))');
  const append = async (table: string, rows: readonly (readonly string[])[]): Promise<void> => {
    for (let from = 0; from < rows.length; from += 5_000)
      await connection.run(
        `INSERT INTO ${table} VALUES ${rows
          .slice(from, from + 5_000)
          .map((row) => `(${row.map((value) => `'${value}'`).join(', ')})`)
          .join(', ')}`,
      );
  };
  await append(
    'moved',
    await textRows(database.pool, 'SELECT day::text, customer, plan, currency, amount::text FROM mrr_movements'),
  );
  await append(
    'rates',
    await textRows(
      database.pool,
      `SELECT day::text, key, value FROM mrr_days CROSS JOIN jsonb_each_text(rates)
       UNION ALL SELECT day::text, 'USD', '1' FROM mrr_days`,
    ),
  );
  await connection.run(`
    CREATE TABLE mrr AS
    WITH spans AS (
      SELECT customer, plan, currency, day,
        lead(day, 1, DATE '${lastDay}' + 1) OVER w AS until, sum(amount) OVER w AS mrr
      FROM (SELECT day, customer, plan, currency, sum(amount) AS amount FROM moved GROUP BY ALL)
      WINDOW w AS (PARTITION BY customer, plan, currency ORDER BY day)
    )
    SELECT CAST(d.day AS DATE) AS day, customer, plan, currency, CAST(mrr AS DECIMAL(18,2)) AS mrr
    FROM spans JOIN (SELECT unnest(generate_series(DATE '${firstDay}', DATE '${lastDay}', INTERVAL 1 DAY)) AS day) d
      ON d.day >= spans.day AND d.day < until
    WHERE mrr > 0 ORDER BY 1`);
  await connection.run('DROP TABLE moved');
  const query = async (sql: string): Promise<string[][]> => {
    const reader = await connection.runAndReadAll(sql);
    return reader
      .getRowsJson()
      .map((row) => row.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))));
  };
  const [[rows = '0'] = []] = await query('SELECT count(*) FROM mrr');
  return {
    rows: Number(rows),
    query,
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function textRows(db: Queryable, sql: string): Promise<string[][]> {
  const { rows } = await db.query<Record<string, string>>(sql);
  return rows.map((row) => Object.values(row));
}

/** What moved each customer's MRR from one day to the next, in USD of the day. */
const MOVED = `
WITH daily AS (
  SELECT day, customer, currency, sum(mrr) AS mrr FROM mrr GROUP BY ALL
), edges AS (
  SELECT customer, currency, day, mrr, lag(day) OVER w AS before_day, lag(mrr) OVER w AS before, lead(day) OVER w AS after_day
  FROM daily WINDOW w AS (PARTITION BY customer, currency ORDER BY day)
), moved AS (
  SELECT customer, currency, day, mrr - CASE WHEN before_day = day - 1 THEN before ELSE 0 END AS amount,
    CASE WHEN before_day IS NULL THEN 'new' WHEN before_day < day - 1 THEN 'reactivation' WHEN mrr > before THEN 'expansion'
      ELSE 'contraction' END AS kind
  FROM edges WHERE before_day IS DISTINCT FROM day - 1 OR mrr <> before
  UNION ALL
  SELECT customer, currency, day + 1, -mrr, 'churn' FROM edges
  WHERE after_day IS DISTINCT FROM day + 1 AND day < (SELECT max(day) FROM rates)
), usd AS (
  SELECT moved.*, amount * rate AS usd FROM moved JOIN rates USING (day, currency)
  WHERE day > (SELECT min(day) FROM rates)
)`;

const KINDS = ['new', 'expansion', 'contraction', 'churn', 'reactivation'] as const;
const money = (sql: string): string => `CAST(round(coalesce(${sql}, 0), 2) AS DECIMAL(18,2))::VARCHAR`;

/** The same figures from the days, as rows of text. */
export const DUCK_SQL = {
  waterfall: (from: string) => `${MOVED}
SELECT strftime(day, '%Y-%m'), ${KINDS.map((kind) => money(`sum(usd) FILTER (kind = '${kind}')`)).join(', ')}
FROM usd WHERE day >= DATE '${from}' GROUP BY 1 ORDER BY 1`,
  days: (from: string) => `${MOVED}
SELECT day::VARCHAR, ${KINDS.map((kind) => money(`sum(usd) FILTER (kind = '${kind}')`)).join(', ')}
FROM usd WHERE day >= DATE '${from}' GROUP BY 1 ORDER BY 1`,
  largest: (from: string, limit: number) => `${MOVED}
SELECT day::VARCHAR, kind, customer, ${money('usd')} FROM usd WHERE day >= DATE '${from}'
ORDER BY abs(usd) DESC, day DESC, customer LIMIT ${limit}`,
  plans: (day: string, limit: number) => `
SELECT plan, count(DISTINCT customer)::VARCHAR, ${money('sum(mrr * rate)')} FROM mrr JOIN rates USING (day, currency)
WHERE day = DATE '${day}' GROUP BY plan ORDER BY sum(mrr * rate) DESC, plan LIMIT ${limit}`,
  retention: () => `
WITH ends AS (SELECT max(day) AS day, date_trunc('month', day) AS month FROM rates GROUP BY 2),
levels AS (
  SELECT month, ends.day, customer, currency, sum(mrr) AS mrr FROM mrr JOIN ends ON ends.day = mrr.day GROUP BY ALL
), compared AS (
  SELECT base.month + INTERVAL 12 MONTH AS month, base.customer, base.mrr * rate AS base, coalesce(now.mrr, 0) * rate AS kept
  FROM levels base JOIN rates ON rates.day = base.day AND rates.currency = base.currency
    LEFT JOIN levels now ON now.customer = base.customer AND now.currency = base.currency
      AND now.month = base.month + INTERVAL 12 MONTH
  WHERE base.month + INTERVAL 12 MONTH <= (SELECT max(month) FROM ends)
)
SELECT strftime(month, '%Y-%m'), round(sum(kept) / sum(base), 4)::DECIMAL(9,4)::VARCHAR,
  round(sum(least(kept, base)) / sum(base), 4)::DECIMAL(9,4)::VARCHAR
FROM compared GROUP BY month ORDER BY 1`,
  cohorts: (from: string) => `
WITH ends AS (SELECT max(day) AS day, date_trunc('month', day) AS month FROM rates GROUP BY 2),
firsts AS (SELECT customer, min(day) AS first FROM mrr GROUP BY customer),
levels AS (
  SELECT month, customer, sum(mrr) AS mrr FROM mrr JOIN ends ON ends.day = mrr.day GROUP BY ALL
), started AS (
  SELECT date_trunc('month', first) AS cohort, count(*) AS customers FROM firsts
  WHERE first > (SELECT min(day) FROM rates) GROUP BY 1
)
SELECT strftime(cohort, '%Y-%m'), strftime(month, '%Y-%m'), any_value(started.customers)::VARCHAR, count(*)::VARCHAR
FROM firsts JOIN started ON cohort = date_trunc('month', first) JOIN levels USING (customer)
WHERE first > (SELECT min(day) FROM rates) AND cohort >= DATE '${from}' GROUP BY cohort, month ORDER BY cohort, month`,
} as const;
