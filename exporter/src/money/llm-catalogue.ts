import { findProvider, type ModelInfo, type ModelPrice } from '@pydantic/genai-prices';
import { modelForms, providerOfName, shorterNames } from './llm-names.ts';
import { isSameVersion, namesModel, wholeNames } from './llm-model-match.ts';
import { PRICE_DIGITS, type TokenPrice } from './llm-price.ts';
import { scaledOfFloat } from './scaled.ts';

/**
 * List prices of the pinned price data, by usage day. Only its prices are taken (as the decimals that their floats
 * name); its own arithmetic is in floats, and its search for a provider takes a part of a name for the whole.
 */

/** The list price of a model on a day, or undefined when the data names none. */
export function priceOfModel(info: ModelInfo, day: string): TokenPrice | undefined {
  return tokenPrice(info, priceOn(info, day));
}

/**
 * Finds a model the way gateways name it: `gpt-4o`, `openai/gpt-4o`, `azure/eu/gpt-4o`, `models/gemini-2.5-pro`,
 * `bedrock/us-east-1/anthropic.claude…`, with a date or a version at its end. Undefined for a provider that the price
 * data does not know by this whole name (self-hosted, a private gateway), whatever its models are called.
 */
export function findModel(provider: string, model: string): ModelInfo | undefined {
  const of = idOf(provider);
  if (of === 'unlisted') return undefined;
  for (const name of modelForms(model)) {
    const found = of === 'undecided' ? modelOfAny(name) : modelOfNamed(of.id, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

type Named = ReturnType<typeof providerOfName>;

function idOf(provider: string): Named {
  const named = providerOfName(provider);
  if (named !== 'unlisted') return named;
  const plain = provider.trim().toLowerCase();
  return findProvider({ providerId: plain })?.id === plain ? { id: plain } : 'unlisted';
}

/** `gpt-4o` of nobody in particular, `litellm_proxy/gpt-4o`, or `openai/gpt-4o`. */
function modelOfAny(name: string): ModelInfo | undefined {
  const slash = name.indexOf('/');
  const prefixed = slash > 0 ? idOf(name.slice(0, slash)) : 'unlisted';
  if (typeof prefixed === 'object') return modelOfForms(prefixed.id, name.slice(slash + 1));
  if (prefixed === 'undecided') return modelOfAny(name.slice(slash + 1));
  const provider = findProvider({ modelId: name });
  return provider === undefined ? undefined : modelOf(provider.id, name);
}

/** `openai/gpt-4o` under openai, `bedrock/us.anthropic…` under aws, or the name alone. */
function modelOfNamed(id: string, name: string): ModelInfo | undefined {
  const slash = name.indexOf('/');
  const prefixed = slash > 0 ? idOf(name.slice(0, slash)) : 'unlisted';
  const isOwn = typeof prefixed === 'object' && prefixed.id === id;
  return modelOf(id, name) ?? (isOwn ? modelOfForms(id, name.slice(slash + 1)) : undefined);
}

function modelOfForms(id: string, name: string): ModelInfo | undefined {
  for (const form of modelForms(name)) {
    const found = modelOf(id, form);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The model by its whole name, else by its name without dates and versions; OpenRouter's variants last. */
function modelOf(id: string, name: string): ModelInfo | undefined {
  const found = modelInList(id, name);
  if (found !== undefined || id !== 'openrouter') return found;
  if (/.:free$/.test(name)) return { id: name, match: { equals: name }, prices: {} };
  const plain = name.replace(/:(?:online|nitro|floor|exacto)$/, '');
  return plain === name ? undefined : modelInList(id, plain);
}

function modelInList(id: string, name: string): ModelInfo | undefined {
  for (const form of [name, ...shorterNames(name)]) {
    const found = modelIn(id, form);
    if (found !== undefined && isSameVersion(found.id, name)) return found;
  }
  return undefined;
}

function modelIn(id: string, name: string): ModelInfo | undefined {
  if (name === '') return undefined;
  const index = indexOf(id);
  const found = index.byName.get(name) ?? index.patterns.find((model) => namesModel(model, name));
  if (found !== undefined) return found;
  for (const fallback of index.fallbacks) {
    const other = indexOf(fallback);
    const theirs = other.byName.get(name) ?? other.patterns.find((model) => namesModel(model, name));
    if (theirs !== undefined) return theirs;
  }
  return undefined;
}

interface ModelIndex {
  /** By whole names, in lower case. */
  readonly byName: ReadonlyMap<string, ModelInfo>;
  /** Models that are known by a part of a name too. */
  readonly patterns: readonly ModelInfo[];
  readonly fallbacks: readonly string[];
}

const indexes = new Map<string, ModelIndex>();

/** A synchronisation asks for thousands of names; the price data only offers to try its rules one by one. */
function indexOf(id: string): ModelIndex {
  const known = indexes.get(id);
  if (known !== undefined) return known;
  const provider = findProvider({ providerId: id });
  const byName = new Map<string, ModelInfo>();
  const patterns: ModelInfo[] = [];
  for (const model of provider?.models ?? []) {
    const { names, isWhole } = wholeNames(model.match);
    for (const name of [...names, model.id]) {
      if (!byName.has(name.toLowerCase())) byName.set(name.toLowerCase(), model);
    }
    if (!isWhole) patterns.push(model);
  }
  const index = { byName, patterns, fallbacks: provider?.fallback_model_providers ?? [] };
  indexes.set(id, index);
  return index;
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
  const input = perMillion(price['input_mtok']);
  const output = perMillion(price['output_mtok']);
  const request = perMillion(price['requests_kcount']);
  if (input === undefined && output === undefined) return undefined;
  const cacheWrite = perMillion(price['cache_write_mtok']) ?? input;
  return {
    input,
    output,
    cacheRead: perMillion(price['cache_read_mtok']) ?? input,
    cacheWrite,
    cacheWrite1h: perMillion(price['cache_write_1h_mtok']),
    audioInput: perMillion(price['input_audio_mtok']),
    audioOutput: perMillion(price['output_audio_mtok']),
    request: request === undefined ? undefined : request * 1000n,
    longFrom: longFrom(price),
    // Of some models the price data states the price of text alone.
    byModality: info.id.includes('audio') || Object.keys(price).some((key) => /_(?:audio|image|video)_mtok$/.test(key)),
    byHour: Array.isArray(info.prices) && info.prices.some(({ constraint }) => constraint?.type === 'time_of_date'),
  };
}

/** The smallest number of prompt tokens at which any of the prices changes. */
function longFrom(price: ModelPrice): number | undefined {
  const starts = Object.values(price).flatMap((one) =>
    typeof one === 'object' ? one.tiers.map(({ start }) => start) : [],
  );
  return starts.length === 0 ? undefined : Math.min(...starts);
}

/** Tiers by context length are per request, which a daily total cannot know: the price of a small request. */
function perMillion(price: ModelPrice[string]): bigint | undefined {
  const base = typeof price === 'object' ? price.base : price;
  return base === undefined ? undefined : scaledOfFloat(base, PRICE_DIGITS);
}
