import type { DatasetTarget } from '../datasource/types.ts';
import { DATA_SOURCE_ID } from '../shared/ids.ts';
import { isRecord } from '../shared/problem.ts';

const isOwnQuery = (query: unknown): query is DatasetTarget =>
  isRecord(query) &&
  typeof query['dataset'] === 'string' &&
  isRecord(query['datasource']) &&
  query['datasource']['type'] === DATA_SOURCE_ID;

/** The queries of our data source among those of a panel; a panel of another one has none. */
export const ownQueries = (targets: readonly unknown[] | undefined): DatasetTarget[] =>
  (targets ?? []).filter(isOwnQuery);
