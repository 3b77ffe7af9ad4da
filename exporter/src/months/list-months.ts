import type { MonthListAnswer } from '../contract/months.ts';
import type { Queryable } from '../database/queryable.ts';
import { addMonths, monthStart } from '../money/days.ts';
import { newestVersions, stateOf } from './store.ts';

const MAX_MONTHS = 60;

/** Every month from the first figure to the running one, newest first. */
export async function listMonths(db: Queryable, today: string): Promise<MonthListAnswer['data']> {
  const { rows } = await db.query<{ first: string | null }>(
    `SELECT least((SELECT min(day) FROM component_costs), (SELECT min(day) FROM revenue_daily))::text AS first`,
  );
  const versions = new Map((await newestVersions(db)).map((version) => [version.month, version]));
  const first = monthStart(rows[0]?.first ?? today);
  const months = Array.from({ length: MAX_MONTHS }, (_, back) => addMonths(today, -back)).filter((day) => day >= first);
  return months.map((day) => {
    const month = day.slice(0, 7);
    const newest = versions.get(month);
    return {
      month,
      state: stateOf(month, newest, today),
      version: newest?.version ?? null,
      sha256: newest?.sha256 ?? null,
      at: newest?.at ?? null,
    };
  });
}
