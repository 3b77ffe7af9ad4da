import type { Sample } from '../contract.ts';
import type { SupabaseData } from './data.ts';

/** The gauges of the last complete day; what is not known is left out. */
export function supabaseSamples(data: SupabaseData, day: string): readonly Sample[] {
  const values: readonly (readonly [string, bigint | null | undefined])[] = [
    ['users', data.users],
    ['active_users', data.days.find((one) => one.day === day)?.activeUsers],
    ['database_size_bytes', data.databaseSizeBytes],
    ['storage_bytes', data.storageBytes],
    ['storage_objects', data.storageObjects],
  ];
  return values.flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [{ name, labels: { provider: 'supabase' }, value: Number(value) }],
  );
}
