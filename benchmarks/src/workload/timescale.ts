import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import pg from 'pg';
import { migrate } from '../../../exporter/src/database/migrate.ts';
import { createPool } from '../../../exporter/src/database/pool.ts';
import { startCopy } from './copy.ts';
import { COLUMNS } from './generate.ts';

export interface Timescale {
  /** The version of the extension. */
  readonly version: string;
  /** A panel's SQL on raw rows, answered from the continuous aggregate that has its columns. */
  query(rawSql: string): Promise<string[][]>;
  close(): Promise<void>;
}

const SUMS = ['prompt_tokens', 'completion_tokens', 'requests', 'errors', 'cost_usd', 'unpriced_tokens']
  .map((column) => `sum(${column}) AS ${column}`)
  .join(', ');

/**
 * The raw rows as a hypertable by day beside the product's own tables (docs/scaling.md tells how to have it in their
 * place), and two continuous aggregates of it: by user and day, by model and day. Materialized only, which is their
 * fast form, and refreshed to the end.
 */
export async function openTimescale(server: string, file: string): Promise<Timescale> {
  const name = `bench_${randomBytes(6).toString('hex')}`;
  await execute(server, [`CREATE DATABASE ${name} TEMPLATE template0`]);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  const pool = createPool(url, { applicationName: 'marginboard-bench', max: 1, statementTimeoutMs: 0 });
  const close = async (): Promise<void> => {
    await pool.end();
    await execute(server, [`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`]);
  };
  try {
    await execute(url, ['CREATE EXTENSION timescaledb']);
    await migrate(url);
    await execute(url, [
      'CREATE TABLE llm_usage (LIKE llm_metrics_history INCLUDING DEFAULTS INCLUDING CONSTRAINTS)',
      'ALTER TABLE llm_usage ADD PRIMARY KEY (user_id, day, provider, model)',
      "SELECT create_hypertable('llm_usage', by_range('day', INTERVAL '7 days'), create_default_indexes => false)",
    ]);
    const copy = await startCopy(url, `llm_usage (${COLUMNS})`);
    for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 20 }))
      await copy.write(String(chunk));
    await copy.end();
    for (const [view, key] of [
      ['usage_by_user_day', 'user_id'],
      ['usage_by_model_day', 'provider, model'],
    ] as const) {
      await execute(url, [
        `CREATE MATERIALIZED VIEW ${view} WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
          SELECT time_bucket('1 day', day) AS day, ${key}, ${SUMS} FROM llm_usage GROUP BY 1, ${key} WITH NO DATA`,
        `CALL refresh_continuous_aggregate('${view}', NULL, NULL)`,
      ]);
    }
    await execute(url, ['VACUUM ANALYZE']);
    const version = await pool.query<{ version: string }>(
      "SELECT extversion AS version FROM pg_extension WHERE extname = 'timescaledb'",
    );
    return {
      version: version.rows[0]?.version ?? '',
      async query(rawSql) {
        const text = rawSql.replace(
          'llm_metrics_history',
          rawSql.includes('user_id') ? 'usage_by_user_day' : 'usage_by_model_day',
        );
        const { rows } = await pool.query<unknown[]>({ text, rowMode: 'array' });
        return rows.map((row) => row.map(String));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function execute(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
