import type { QueryResult, QueryResultRow } from 'pg';

/** What a store needs of `pg`: a pool and a client in a transaction both fit. */
export interface Queryable {
  query<Row extends QueryResultRow = QueryResultRow>(
    text: string,
    values?: readonly unknown[],
  ): Promise<QueryResult<Row>>;
}
