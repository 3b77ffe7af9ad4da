/**
 * What is known of each provider, written once: runner, exports, warnings, metrics, dashboards and plugin read it here.
 * `providers.test.ts` fails where a provider is in one place and not in another. Vendors that are known only from their
 * invoices are in `vendors.ts`. This file must stay free of dependencies: the plugin bundles it.
 */

export interface ProviderFacts {
  /** Display name; a proper noun, so not translated. */
  readonly title: string;
  /** Below `exporter/src/collectors/`. */
  readonly folder: string;
  /** Path from the root of the repository. */
  readonly docs: string;
  /** The group of its settings in `settings/`, and how the names of those begin that it cannot run without. */
  readonly settingsGroup: string;
  readonly settingsPrefixes: readonly string[];
  /** One row a day (`recorded_at`, `provisional`); null where a stored row does not say that its day is complete. */
  readonly table: string | null;
  /** Column of `table` without which a row does not say that its day was read; null where any row does. */
  readonly tableFact: string | null;
  /** On every board and in the data source; none of them means good or bad. */
  readonly colour: string;
  /** Null where the provider is a source of revenue and not of costs. */
  readonly cost: CostFacts | null;
  /** Spellings that are taken for this provider when somebody types them. */
  readonly aliases: readonly string[];
  /** How its invoices name it, in lower case without accents. */
  readonly printed: RegExp | null;
}

export interface CostFacts {
  /**
   * `api`: the provider tells what it costs, or its usage is priced. `invoice_only`: it has no billing API, so that its
   * invoice is entered by an administrator each month and reported as missing until then.
   */
  readonly billing: 'api' | 'invoice_only';
  /** The amount's field in the rows of the API; a provider without one is in `byProvider` and part of `otherUsd`. */
  readonly field: string | null;
  /** Column of the view `infrastructure_costs_summary`; a provider without one is part of `other`. */
  readonly summaryColumn: string | null;
  /** ServiceCategory of FOCUS, and the one of its subcategories. */
  readonly focusCategory: string;
  readonly focusSubcategory: string;
  /** The setting that holds a fixed monthly price. */
  readonly fixedPriceSetting: string | null;
}

/** In the order in which people read them. */
export const PROVIDERS = {
  digital_ocean: {
    title: 'DigitalOcean',
    folder: 'digital-ocean',
    docs: 'docs/providers/digital-ocean.md',
    settingsGroup: 'DigitalOcean',
    settingsPrefixes: ['DO_'],
    table: 'do_metrics',
    tableFact: 'cost_usd',
    colour: '#3274D9',
    cost: {
      billing: 'api',
      field: 'digitalOceanUsd',
      summaryColumn: 'digital_ocean',
      focusCategory: 'Compute',
      focusSubcategory: 'Other (Compute)',
      fixedPriceSetting: null,
    },
    aliases: ['digitalocean', 'digital-ocean', 'digital ocean'],
    printed: /\bdigital ?ocean\b/,
  },
  stripe: {
    title: 'Stripe',
    folder: 'stripe',
    docs: 'docs/providers/stripe.md',
    settingsGroup: 'Stripe',
    settingsPrefixes: ['STRIPE_', 'MRR_'],
    table: 'stripe_metrics',
    tableFact: null,
    colour: '#5B7FDE',
    cost: null,
    aliases: [],
    // Many vendors' invoices are printed by Stripe and name it: the name says nothing about who sent the invoice.
    printed: null,
  },
  weaviate: {
    title: 'Weaviate',
    folder: 'weaviate',
    docs: 'docs/providers/weaviate.md',
    settingsGroup: 'Weaviate',
    settingsPrefixes: ['WEAVIATE_'],
    table: 'weaviate_metrics',
    tableFact: null,
    colour: '#E0B400',
    cost: {
      billing: 'invoice_only',
      field: 'weaviateUsd',
      summaryColumn: 'weaviate',
      focusCategory: 'Databases',
      focusSubcategory: 'Other (Databases)',
      fixedPriceSetting: 'WEAVIATE_MONTHLY_COST_USD',
    },
    aliases: [],
    printed: /\bweaviate\b|\bsemi technologies\b/,
  },
  supabase: {
    title: 'Supabase',
    folder: 'supabase',
    docs: 'docs/providers/supabase.md',
    settingsGroup: 'Supabase',
    settingsPrefixes: ['SUPABASE_'],
    table: 'supabase_metrics',
    tableFact: null,
    colour: '#1FA8A0',
    cost: {
      billing: 'invoice_only',
      field: 'supabaseUsd',
      summaryColumn: 'supabase',
      focusCategory: 'Databases',
      focusSubcategory: 'Relational Databases',
      fixedPriceSetting: 'SUPABASE_MONTHLY_COST_USD',
    },
    aliases: [],
    printed: /\bsupabase\b/,
  },
  twilio: {
    title: 'Twilio',
    folder: 'twilio',
    docs: 'docs/providers/twilio.md',
    settingsGroup: 'Twilio',
    settingsPrefixes: ['TWILIO_'],
    table: 'twilio_metrics',
    tableFact: 'cost_native',
    colour: '#E5679B',
    cost: {
      billing: 'api',
      field: 'twilioUsd',
      summaryColumn: 'twilio',
      focusCategory: 'Integration',
      focusSubcategory: 'Messaging',
      fixedPriceSetting: null,
    },
    aliases: [],
    printed: /\btwilio\b/,
  },
  llm: {
    title: 'LLM',
    folder: 'llm',
    docs: 'docs/providers/llm.md',
    settingsGroup: 'LLM usage',
    settingsPrefixes: ['PROMETHEUS_', 'LLM_'],
    // A day's usage may have been read while the day was running: only the record of complete days can tell.
    table: null,
    tableFact: null,
    colour: '#A352CC',
    cost: {
      billing: 'api',
      field: 'llmUsd',
      summaryColumn: 'llm',
      focusCategory: 'AI and Machine Learning',
      focusSubcategory: 'Generative AI',
      fixedPriceSetting: null,
    },
    aliases: [],
    printed: null,
  },
} as const satisfies Readonly<Record<string, ProviderFacts>>;

type Facts = typeof PROVIDERS;
/** Every provider has a collector, and every collector one provider: their names are the same. */
export type CollectorName = keyof Facts;
export type CostProvider = { [Name in CollectorName]: Facts[Name]['cost'] extends null ? never : Name }[CollectorName];
export type InvoiceOnlyProvider = {
  [Name in CollectorName]: Facts[Name]['cost'] extends { billing: 'invoice_only' } ? Name : never;
}[CollectorName];
/** Fields of amounts by provider in the API's answers. */
export type CostField = Exclude<Facts[CostProvider]['cost']['field'], null>;
/** Fields of amounts in the monthly billing form. */
export type InvoiceField = Exclude<Facts[InvoiceOnlyProvider]['cost']['field'], null>;
export type FixedPriceSetting = Exclude<Facts[CostProvider]['cost']['fixedPriceSetting'], null>;

export function isCollectorName(name: string): name is CollectorName {
  return Object.hasOwn(PROVIDERS, name);
}

function isCostProvider(name: CollectorName): name is CostProvider {
  return PROVIDERS[name].cost !== null;
}

function isInvoiceOnly(name: CostProvider): name is InvoiceOnlyProvider {
  return PROVIDERS[name].cost.billing === 'invoice_only';
}

/** The collectors, in the order in which people read them. */
export const COLLECTOR_NAMES: readonly CollectorName[] = Object.keys(PROVIDERS).filter(isCollectorName);

/** Providers of costs in the order of every chart: LLM usage, which is what the product is about, stands first. */
export const COST_PROVIDERS: readonly CostProvider[] = COLLECTOR_NAMES.filter(isCostProvider).sort(
  (a, b) => Number(b === 'llm') - Number(a === 'llm'),
);

/** Providers without a billing API, in the order of the monthly form. */
export const INVOICE_ONLY_PROVIDERS: readonly InvoiceOnlyProvider[] = COST_PROVIDERS.filter(isInvoiceOnly).sort();

export const INVOICE_FIELDS: readonly InvoiceField[] = INVOICE_ONLY_PROVIDERS.map((name) => PROVIDERS[name].cost.field);

export const COST_FIELDS: readonly CostField[] = COST_PROVIDERS.map((name) => PROVIDERS[name].cost.field);

/** The provider's field in the rows of the API; null where its cost is part of `otherUsd`. */
export function costFieldOf(provider: string): CostField | null {
  return isCollectorName(provider) ? (PROVIDERS[provider].cost?.field ?? null) : null;
}

/** A value for each of these names. */
export function recordOf<Name extends string, Value>(
  names: readonly Name[],
  valueOf: (name: Name) => Value,
): Record<Name, Value>;
export function recordOf(names: readonly string[], valueOf: (name: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, valueOf(name)]));
}

/** Where a cost comes from, best first. Exactly one counts per (provider, component, day). */
export const COST_SOURCES = ['invoice', 'api_invoice', 'api_usage', 'fixed', 'estimate'] as const;
export type CostSource = (typeof COST_SOURCES)[number];

/** The component that stands for the whole of a provider's cost. */
export const WHOLE_PROVIDER = 'all';
