import { rawSince } from '../../llm/maintenance/raw-retention.ts';
import type { Queryable } from '../../database/queryable.ts';
import { invalid } from '../http/problem.ts';

/** Throws a 400 when a period reaches into days whose raw rows were dropped; `what` is told to need them. */
export async function needRawUsage(db: Queryable, { from }: { readonly from: string }, what: string): Promise<void> {
  const since = await rawSince(db);
  if (since === undefined || from >= since) return;
  throw invalid([
    {
      field: 'from',
      message: `must not be before ${since}: ${what} needs the raw usage of each day, and LLM_RAW_RETENTION_MONTHS had that of earlier days dropped`,
    },
  ]);
}
