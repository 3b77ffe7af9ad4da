import { afterAll, beforeAll, beforeEach } from 'vitest';
import { createCollectors } from '../../src/collectors/index.ts';
import type { Collector } from '../../src/collectors/contract.ts';
import type { CollectorName } from '../../src/contract/providers.ts';
import { loadSettings } from '../../src/settings/load.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { ACCESS_TOKEN } from '../providers/supabase.ts';
import { openProviders, type GoodState, type Providers } from './providers.ts';

export let database: TestDatabase;
export let providers: Providers;
let collectors: Collector[];

/** Six good providers, the collectors that read everything of them, and one database for the file. */
export function useCollectors(show: (state: GoodState) => void): void {
  beforeAll(async () => {
    database = await createTestDatabase();
    providers = await openProviders();
    show(providers.state);
    collectors = await createCollectors(
      loadSettings({
        ...providers.env,
        TWILIO_FROM_NUMBER: '+15551234567',
        SUPABASE_ACCESS_TOKEN: ACCESS_TOKEN,
        SUPABASE_API_URL: providers.gateways.supabase.url,
      }),
    );
  });
  afterAll(async () => {
    await providers.close();
    await database.drop();
  });
  beforeEach(() => providers.mend());
}

export function collectorOf(name: CollectorName): Collector {
  const collector = collectors.find((one) => one.name === name);
  if (collector === undefined) throw new Error(`no collector ${name}`);
  return collector;
}
