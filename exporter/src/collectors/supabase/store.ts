import type { Queryable } from '../../database/queryable.ts';
import type { Stored } from '../contract.ts';
import { costOfDay, restateMonths } from '../../ledger/monthly-estimate.ts';
import { completeMonth } from '../../ledger/complete-months.ts';
import type { SupabaseData } from './data.ts';

/**
 * Upserts the rows of the last complete day and of today, and their estimate in the ledger. Never touches other
 * sources.
 */
export async function storeSupabase(tx: Queryable, _day: string, data: SupabaseData): Promise<Stored> {
  const rows = data.days.map((day) => ({
    recorded_at: day.day,
    users: text(data.users),
    active_users: text(day.activeUsers),
    active_users_method: data.activeUsersMethod,
    database_size_bytes: text(data.databaseSizeBytes),
    storage_bytes: text(data.storageBytes),
    storage_objects: text(data.storageObjects),
    plan: data.plan,
    cost_usd: costOfDay(day.estimate, day.day),
    cost_source: day.estimate === null ? null : 'estimate',
    cost_parts: day.estimate?.parts ?? [],
    as_of: data.asOf.toISOString(),
    provisional: day.provisional,
  }));
  const written = await tx.query(UPSERT, [JSON.stringify(rows)]);
  const first = data.days.find(({ estimate }) => estimate !== null)?.day;
  const changed =
    (first === undefined ? 0 : await completeMonth(tx, 'supabase', first, data.asOf)) +
    (await restateMonths(tx, 'supabase', data.days, data.asOf));
  return { rows: (written.rowCount ?? 0) + changed };
}

function text(value: bigint | null): string | null {
  return value === null ? null : String(value);
}

// `as_of` alone is no change: a replayed sync writes nothing.
const UPSERT = `
INSERT INTO supabase_metrics AS m (recorded_at, users, active_users, active_users_method, database_size_bytes,
  storage_bytes, storage_objects, plan, cost_usd, cost_source, cost_parts, as_of, provisional, demo, collected_at)
SELECT recorded_at, users, active_users, active_users_method, database_size_bytes, storage_bytes, storage_objects,
  plan, cost_usd, cost_source, cost_parts, as_of, provisional, false, now()
FROM jsonb_to_recordset($1::jsonb) AS r(recorded_at date, users bigint, active_users bigint, active_users_method text,
  database_size_bytes bigint, storage_bytes bigint, storage_objects bigint, plan text, cost_usd numeric,
  cost_source text, cost_parts jsonb, as_of timestamptz, provisional boolean)
ORDER BY recorded_at
ON CONFLICT (recorded_at) DO UPDATE SET
  users = excluded.users, active_users = excluded.active_users, active_users_method = excluded.active_users_method,
  database_size_bytes = excluded.database_size_bytes, storage_bytes = excluded.storage_bytes,
  storage_objects = excluded.storage_objects, plan = excluded.plan, cost_usd = excluded.cost_usd,
  cost_source = excluded.cost_source, cost_parts = excluded.cost_parts, as_of = excluded.as_of,
  provisional = excluded.provisional, demo = false, collected_at = now()
WHERE (m.users, m.active_users, m.active_users_method, m.database_size_bytes, m.storage_bytes, m.storage_objects,
  m.plan, m.cost_usd, m.cost_source, m.cost_parts, m.provisional, m.demo)
  IS DISTINCT FROM (excluded.users, excluded.active_users, excluded.active_users_method, excluded.database_size_bytes,
    excluded.storage_bytes, excluded.storage_objects, excluded.plan, excluded.cost_usd, excluded.cost_source,
    excluded.cost_parts, excluded.provisional, excluded.demo)`;
