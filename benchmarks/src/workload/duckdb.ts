import { DuckDBInstance } from '@duckdb/node-api';
import { COLUMNS } from './generate.ts';

export interface Duck {
  query(sql: string): Promise<string[][]>;
  close(): void;
}

/** The raw rows in DuckDB's own columnar table, in memory, on one thread. */
function columnType(name: string): string {
  if (name === 'day') return 'DATE';
  if (name.endsWith('_usd')) return 'DECIMAL(18,6)';
  return /_tokens$|requests|errors/.test(name) ? 'BIGINT' : 'VARCHAR';
}

export async function openDuck(file: string): Promise<Duck> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const types = COLUMNS.split(', ').map((name) => `'${name}': '${columnType(name)}'`);
  await connection.run(
    `CREATE TABLE llm_metrics_history AS SELECT *
      FROM read_csv('${file}', delim = '\t', header = false, nullstr = '\\N', quote = '', escape = '',
      columns = {${types.join(', ')}})`,
  );
  return {
    async query(sql) {
      const reader = await connection.runAndReadAll(sql);
      return reader
        .getRowsJson()
        .map((row) => row.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))));
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
