import { COLLECTOR_NAMES, type CollectorName } from '../contract/providers.ts';
import type { Settings } from '../settings/schema.ts';
import type { Collector } from './contract.ts';

/** One folder each, loaded when it is needed: the SDKs are not part of the process's start. */
const CREATE: Readonly<Record<CollectorName, (settings: Settings) => Promise<Collector>>> = {
  digital_ocean: async (settings) => (await import('./digital-ocean/index.ts')).createDigitalOceanCollector(settings),
  stripe: async (settings) => (await import('./stripe/index.ts')).createStripeCollector(settings),
  weaviate: async (settings) => (await import('./weaviate/index.ts')).createWeaviateCollector(settings),
  supabase: async (settings) => (await import('./supabase/index.ts')).createSupabaseCollector(settings),
  twilio: async (settings) => (await import('./twilio/index.ts')).createTwilioCollector(settings),
  llm: async (settings) => (await import('./llm/index.ts')).createLlmCollector(settings),
};

/** All of them, in the order in which people read them. */
export function createCollectors(settings: Settings): Promise<Collector[]> {
  return Promise.all(COLLECTOR_NAMES.map((name) => CREATE[name](settings)));
}
