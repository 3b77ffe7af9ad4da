import { calcPrice, findProvider, type ModelInfo, type ModelPrice } from '@pydantic/genai-prices';
import { PRICE_DIGITS, type TokenPrice } from './llm-price.ts';
import { scaledOfFloat } from './scaled.ts';

/**
 * List prices of the pinned price data, by usage day. Only its prices are taken (as the decimals that their floats
 * name); its own arithmetic is in floats.
 */

/** Names that gateways and OpenTelemetry use for providers, as the price data calls them. */
const ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    azure_ai: 'azure',
    'azure.ai.openai': 'azure',
    'azure.ai.inference': 'azure',
    'az.ai.openai': 'azure',
    'az.ai.inference': 'azure',
    'aws.bedrock': 'aws',
    bedrock_converse: 'aws',
    'gcp.gemini': 'google',
    'gcp.gen_ai': 'google',
    'gcp.vertex_ai': 'google',
    fireworks_ai: 'fireworks',
    mistral_ai: 'mistral',
    x_ai: 'x-ai',
  }),
);

/** The list price of a model on a day, or undefined when the data names none. */
export function priceOfModel(info: ModelInfo, day: string): TokenPrice | undefined {
  return tokenPrice(info, priceOn(info, day));
}

/** Finds a model the way gateways name it: `gpt-4o`, `openai/gpt-4o`, `azure/gpt-4o`, dated suffixes, Bedrock ids. */
export function findModel(provider: string, model: string): ModelInfo | undefined {
  const name = model.trim();
  const known = provider === 'unknown' || provider === 'litellm' ? undefined : providerId(provider);
  if (known !== undefined) return modelOf(known, name) ?? modelOf(known, withoutPrefix(known, name));
  // A provider that the catalogue does not know (self-hosted, a private gateway) has no list price, whatever its
  // models are called.
  if (provider !== 'unknown' && provider !== 'litellm' && provider !== '') return undefined;
  const slash = name.indexOf('/');
  const prefixed = slash > 0 ? providerId(name.slice(0, slash)) : undefined;
  return prefixed === undefined ? modelOf(undefined, name) : modelOf(prefixed, name.slice(slash + 1));
}

function providerId(name: string): string | undefined {
  const alias = ALIASES.get(name.trim().toLowerCase()) ?? name;
  return findProvider({ providerId: alias })?.id;
}

function modelOf(providerId: string | undefined, model: string | undefined): ModelInfo | undefined {
  if (model === undefined || model === '') return undefined;
  return calcPrice({}, model, providerId === undefined ? {} : { providerId })?.model;
}

/** `openai/gpt-4o` under openai, `bedrock/us.anthropic…` under aws. */
function withoutPrefix(provider: string, model: string): string | undefined {
  const slash = model.indexOf('/');
  return slash > 0 && providerId(model.slice(0, slash)) === provider ? model.slice(slash + 1) : undefined;
}

/**
 * The price in force on a day. A price with hours (night discounts) cannot be distinguished in a day's total: the one
 * at noon UTC stands for the day.
 */
function priceOn(info: ModelInfo, day: string): ModelPrice {
  if (!Array.isArray(info.prices)) return info.prices;
  const inForce = info.prices.findLast(({ constraint }) => {
    if (constraint === undefined) return true;
    return constraint.type === 'start_date'
      ? constraint.start_date <= day
      : coversNoon(constraint.start_time, constraint.end_time);
  });
  return (inForce ?? info.prices[0])?.prices ?? {};
}

function coversNoon(start: string, end: string): boolean {
  const [from, to] = [start.slice(0, 8), end.slice(0, 8)];
  return to < from ? '12:00:00' >= from || '12:00:00' < to : '12:00:00' >= from && '12:00:00' < to;
}

/** An entry without any price says nothing, unless the model is one of those that are free by name. */
function tokenPrice(info: ModelInfo, price: ModelPrice): TokenPrice | undefined {
  const free = Object.keys(price).length === 0 && info.id.endsWith(':free');
  if (free) return { input: 0n, output: 0n, cacheRead: 0n, cacheWrite: 0n };
  const input = perMillion(price.input_mtok);
  const output = perMillion(price.output_mtok);
  if (input === undefined && output === undefined) return undefined;
  return {
    input,
    output,
    cacheRead: perMillion(price.cache_read_mtok) ?? input,
    cacheWrite: perMillion(price.cache_write_mtok) ?? input,
  };
}

/** Tiers by context length are per request, which a daily total cannot know: the price of a small request. */
function perMillion(price: ModelPrice[string]): bigint | undefined {
  const base = typeof price === 'object' ? price.base : price;
  return base === undefined ? undefined : scaledOfFloat(base, PRICE_DIGITS);
}
