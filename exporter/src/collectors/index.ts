import type { Settings } from '../settings/schema.ts';
import type { Collector } from './contract.ts';

/** All collectors, in the order in which people read them; their SDKs load here, not when the process starts. */
export async function createCollectors(settings: Settings): Promise<Collector[]> {
  const [digitalOcean, supabase] = await Promise.all([import('./digital-ocean/index.ts'), import('./supabase/index.ts')]);
  return [digitalOcean.createDigitalOceanCollector(settings), supabase.createSupabaseCollector(settings)];
}
