import type { Queryable } from '../database/queryable.ts';

/** Nicknames of prices by id, as far as they have one. */
export async function loadPlanNames(db: Queryable): Promise<Map<string, string>> {
  const { rows } = await db.query<{ plan: string; name: string }>(
    "SELECT plan, name FROM mrr_plans WHERE name IS NOT NULL AND name <> ''",
  );
  return new Map(rows.map(({ plan, name }) => [plan, name]));
}
