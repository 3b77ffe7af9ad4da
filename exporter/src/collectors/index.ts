import type { Settings } from '../settings/schema.ts';
import type { Collector } from './contract.ts';

/** All six, in the order in which people read them; their SDKs load here, not when the process starts. */
export async function createCollectors(settings: Settings): Promise<Collector[]> {
  const [digitalOcean, stripe, weaviate, supabase, twilio, llm] = await Promise.all([
    import('./digital-ocean/index.ts'),
    import('./stripe/index.ts'),
    import('./weaviate/index.ts'),
    import('./supabase/index.ts'),
    import('./twilio/index.ts'),
    import('./llm/index.ts'),
  ]);
  return [
    digitalOcean.createDigitalOceanCollector(settings),
    stripe.createStripeCollector(settings),
    weaviate.createWeaviateCollector(settings),
    supabase.createSupabaseCollector(settings),
    twilio.createTwilioCollector(settings),
    llm.createLlmCollector(settings),
  ];
}
