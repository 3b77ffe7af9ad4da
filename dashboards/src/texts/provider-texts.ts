import { COST_PROVIDERS, PROVIDERS } from '../../../exporter/src/contract/providers.ts';

/** Proper nouns: the same in every language. */
export const COST_TITLES: Readonly<Record<string, string>> = Object.fromEntries(
  COST_PROVIDERS.map((name) => [PROVIDERS[name].cost.field, PROVIDERS[name].title]),
);

/** "DigitalOcean, Weaviate, …": what counts as infrastructure. */
export const INFRASTRUCTURE = COST_PROVIDERS.filter((name) => name !== 'llm')
  .map((name) => PROVIDERS[name].title)
  .join(', ');
