import { z } from 'zod';
import { findModel, priceOfModel } from '../../money/llm-catalogue.ts';
import { PRICE_DIGITS, type TokenPrice } from '../../money/llm-price.ts';
import { parseScaled } from '../../money/scaled.ts';
import type { Queryable } from '../../database/queryable.ts';

/** Contract price per million tokens, valid for usage days in `[validFrom, validTo)`. Amounts are decimal strings. */
export interface PriceOverride {
  readonly provider: string;
  readonly model: string;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly input: string;
  readonly output: string;
  /** NULL: cached tokens cost as much as any other input. */
  readonly cacheRead: string | null;
  readonly cacheWrite: string | null;
}

/** The price of a model on the day it was used; undefined when nobody knows it. */
export type PriceBook = (provider: string, model: string, day: string) => TokenPrice | undefined;

/**
 * Contract prices first, list prices else. A contract names a provider and a model as the usage does (case is ignored),
 * or the model as the price data calls it, so that one for `gpt-4o` covers `gpt-4o-2024-08-06` and `azure/gpt-4o` too.
 */
export function createPriceBook(overrides: readonly PriceOverride[]): PriceBook {
  const contracts = Map.groupBy(overrides, (override) => nameOf(override.provider, override.model));
  // Looking a name up costs far more than reading a price, and a sync asks for the same names day after day.
  const models = new Map<string, ReturnType<typeof findModel>>();
  const priced = new Map<string, TokenPrice | undefined>();

  function find(name: string, provider: string, model: string, day: string): TokenPrice | undefined {
    if (!models.has(name)) models.set(name, findModel(provider, model));
    const info = models.get(name);
    const contract =
      inForce(contracts.get(name), day) ?? (info && inForce(contracts.get(nameOf(provider, info.id)), day));
    if (contract !== undefined) return priceOf(contract);
    return info && priceOfModel(info, day);
  }

  return (provider, model, day) => {
    const name = nameOf(provider, model);
    const key = `${day}\n${name}`;
    if (!priced.has(key)) {
      if (priced.size >= MAX_PRICED) priced.clear();
      priced.set(key, find(name, provider, model, day));
    }
    return priced.get(key);
  };
}

/** Prices that are remembered; a synchronisation asks for those of a few hundred models on a few days. */
const MAX_PRICED = 20_000;

const overrideRows = z.array(
  z.object({
    provider: z.string(),
    model: z.string(),
    validFrom: z.string(),
    validTo: z.string().nullable(),
    input: z.string(),
    output: z.string(),
    cacheRead: z.string().nullable(),
    cacheWrite: z.string().nullable(),
  }),
);

export async function loadPriceBook(db: Queryable): Promise<PriceBook> {
  const result = await db.query(`
    SELECT provider, model, valid_from::text AS "validFrom", valid_to::text AS "validTo",
      input_usd_per_million::text AS input, output_usd_per_million::text AS output,
      cache_read_usd_per_million::text AS "cacheRead", cache_write_usd_per_million::text AS "cacheWrite"
    FROM llm_price_overrides WHERE withdrawn_at IS NULL`);
  return createPriceBook(overrideRows.parse(result.rows));
}

function inForce(overrides: readonly PriceOverride[] | undefined, day: string): PriceOverride | undefined {
  return overrides
    ?.filter(({ validFrom, validTo }) => validFrom <= day && (validTo === null || day < validTo))
    .toSorted((a, b) => a.validFrom.localeCompare(b.validFrom))
    .at(-1);
}

function nameOf(provider: string, model: string): string {
  return `${provider.trim().toLowerCase()}\n${model.trim().toLowerCase()}`;
}

function priceOf(override: PriceOverride): TokenPrice {
  const input = parseScaled(override.input, PRICE_DIGITS);
  const ofCache = (price: string | null) => (price === null ? input : parseScaled(price, PRICE_DIGITS));
  const output = parseScaled(override.output, PRICE_DIGITS);
  const cacheWrite = ofCache(override.cacheWrite);
  // A contract states four prices: they hold for every token of their kind, however long a write lives.
  return {
    input,
    output,
    cacheRead: ofCache(override.cacheRead),
    cacheWrite,
    cacheWrite1h: cacheWrite,
    audioInput: input,
    audioOutput: output,
  };
}
