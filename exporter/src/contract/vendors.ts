/**
 * Vendors that are known only from their invoices, and how any provider of the ledger is shown. This file must stay
 * free of dependencies other than `providers.ts`: the plugin bundles it.
 */
import { COST_PROVIDERS, isCollectorName, PROVIDERS } from './providers.ts';

export interface VendorFacts {
  readonly title: string;
  /** How its invoices name it, in lower case without accents. */
  readonly printed: RegExp | null;
  /** Sells nothing but LLM usage, which the LLM collector prices: its invoice replaces that figure. */
  readonly llm?: true;
}

/** By the name that they have in the ledger. Any other vendor is shown as it was typed. */
export const VENDORS: Readonly<Record<string, VendorFacts>> = {
  openai: { title: 'OpenAI', printed: /\bopenai\b/, llm: true },
  anthropic: { title: 'Anthropic', printed: /\banthropic\b/, llm: true },
  mistral: { title: 'Mistral', printed: /\bmistral\b/, llm: true },
  cohere: { title: 'Cohere', printed: /\bcohere\b/, llm: true },
  groq: { title: 'Groq', printed: /\bgroq\b/, llm: true },
  deepseek: { title: 'DeepSeek', printed: /\bdeepseek\b/, llm: true },
  // "xAI" is too short a name to be looked for in a text.
  xai: { title: 'xAI', printed: null, llm: true },
  openrouter: { title: 'OpenRouter', printed: /\bopenrouter\b/, llm: true },
  perplexity: { title: 'Perplexity', printed: /\bperplexity\b/, llm: true },
  together: { title: 'Together AI', printed: /\btogether (?:ai|computer)\b/, llm: true },
  fireworks: { title: 'Fireworks AI', printed: /\bfireworks(?:\.ai| ai)\b/, llm: true },
  vercel: { title: 'Vercel', printed: /\bvercel\b/ },
  github: { title: 'GitHub', printed: /\bgithub\b/ },
  cloudflare: { title: 'Cloudflare', printed: /\bcloudflare\b/ },
  hetzner: { title: 'Hetzner', printed: /\bhetzner\b/ },
  netlify: { title: 'Netlify', printed: /\bnetlify\b/ },
  'grafana-labs': { title: 'Grafana Labs', printed: /\bgrafana labs\b|\braintank\b/ },
  sentry: { title: 'Sentry', printed: /\bsentry\b|\bfunctional software\b/ },
};

/** The display name of any provider of the ledger. */
export function titleOf(provider: string): string {
  if (isCollectorName(provider)) return PROVIDERS[provider].title;
  return Object.hasOwn(VENDORS, provider) ? (VENDORS[provider]?.title ?? provider) : provider;
}

/** For vendors without a colour of their own: none of them a provider's, and none that means good or bad. */
const PALETTE = [
  '#7EB6FF',
  '#B5651D',
  '#FFB357',
  '#9575CD',
  '#4DD0E1',
  '#F48FB1',
  '#A1887F',
  '#5C6BC0',
  '#D4B106',
  '#00897B',
  '#BA68C8',
  '#90A4AE',
] as const;
export const OTHER_COLOUR = '#8E8E9C';

/**
 * A colour for each of these providers. A vendor's depends on its name, so that it has the same on every board; where
 * two would have the same one, the later by name takes the next that is free.
 */
export function vendorColours(providers: readonly string[]): ReadonlyMap<string, string> {
  const colours = new Map<string, string>();
  const taken = new Set<number>();
  for (const provider of providers.toSorted()) {
    if (isCollectorName(provider)) {
      colours.set(provider, PROVIDERS[provider].colour);
      continue;
    }
    const wanted = [...provider].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 65_521, 7);
    const place = PALETTE.findIndex((_, step) => !taken.has((wanted + step) % PALETTE.length));
    const index = (wanted + Math.max(place, 0)) % PALETTE.length;
    taken.add(index);
    colours.set(provider, PALETTE[index] ?? OTHER_COLOUR);
  }
  return colours;
}

/** The order of every list by provider: the record's own, then other vendors by name. */
export function compareProviders(a: string, b: string): number {
  return rankOf(a) - rankOf(b) || (a < b ? -1 : a > b ? 1 : 0);
}

function rankOf(provider: string): number {
  const rank = COST_PROVIDERS.findIndex((name) => name === provider);
  return rank === -1 ? COST_PROVIDERS.length : rank;
}
