import type { Queryable } from '../../database/queryable.ts';
import type { Period } from '../../money/days.ts';
import { needRawUsage } from '../maintenance/raw-retention.ts';

/** Usage of any of these providers, of any of these models, by any of these users. */
export interface UsageFilters {
  readonly provider?: readonly string[] | undefined;
  readonly model?: readonly string[] | undefined;
  readonly user?: readonly string[] | undefined;
}

/** The table to read: a rollup, or the raw rows where a filter asks for more than the rollup holds. */
export async function modelSource(db: Queryable, period: Period, { user }: UsageFilters): Promise<string> {
  if (user === undefined) return 'llm_model_day';
  await needRawUsage(db, period, 'usage of some users by model');
  return 'llm_metrics_history';
}

/** `AND column = ANY($n)` for each filter that is set, with its values; columns are ours, values are parameters. */
export function conditions(filters: UsageFilters, first: number): { sql: string; values: (readonly string[])[] } {
  const set = [
    ['provider', filters.provider],
    ['model', filters.model],
    ['user_id', filters.user],
  ] as const;
  const used = set.flatMap(([column, value]) => (value === undefined ? [] : [{ column, value }]));
  return {
    sql: used.map(({ column }, index) => ` AND ${column} = ANY($${first + index}::text[])`).join(''),
    values: used.map(({ value }) => value),
  };
}
