/**
 * The names of collectors and cost providers. They cross every border (tables, API, metrics, dashboards,
 * plugin), so they are written here once. This file must stay free of dependencies: the plugin bundles it.
 */

/** The six collectors, in the order in which people read them. */
export const COLLECTOR_NAMES = ['digital_ocean', 'stripe', 'weaviate', 'supabase', 'twilio', 'llm'] as const;
export type CollectorName = (typeof COLLECTOR_NAMES)[number];

/** Providers with a column of their own in `infrastructure_costs_summary`; any other vendor counts as `other`. */
export const COST_PROVIDERS = ['llm', 'digital_ocean', 'weaviate', 'supabase', 'twilio'] as const;
export type CostProvider = (typeof COST_PROVIDERS)[number];

/** Display names; proper nouns, so not translated. */
export const PROVIDER_TITLES: Readonly<Record<CollectorName, string>> = {
  digital_ocean: 'DigitalOcean',
  stripe: 'Stripe',
  weaviate: 'Weaviate',
  supabase: 'Supabase',
  twilio: 'Twilio',
  llm: 'LLM',
};

/** Where a cost comes from, best first. Exactly one counts per (provider, component, day). */
export const COST_SOURCES = ['invoice', 'api_invoice', 'api_usage', 'fixed', 'estimate'] as const;
export type CostSource = (typeof COST_SOURCES)[number];

/** The component that stands for the whole of a provider's cost. */
export const WHOLE_PROVIDER = 'all';
