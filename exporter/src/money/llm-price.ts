import { divideRounded, type Micros } from './micros.ts';

/**
 * What a model costs per million tokens, in units of 1e-12 USD (2.50 USD is 2_500_000_000_000n). Undefined: that kind
 * of token has no known price. Where a source names no price for cached tokens they cost as much as any other input.
 */
export interface TokenPrice {
  readonly input: bigint | undefined;
  readonly output: bigint | undefined;
  readonly cacheRead: bigint | undefined;
  readonly cacheWrite: bigint | undefined;
}

/** Decimals of a `TokenPrice`. */
export const PRICE_DIGITS = 12;

/** Tokens of one row; `prompt` INCLUDES cached reads and cache writes, `completion` includes reasoning. */
export interface TokenCounts {
  readonly prompt: number;
  readonly completion: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

const PRICE_UNITS_PER_MICRO_USD_TOKEN = 10n ** 12n;

/**
 * The exact cost of one row, rounded once to micro-USD, half away from zero. Undefined when a kind of token that was
 * used has no price: unknown is never 0.
 *
 * Re-pricing states the same rule in SQL (`costSql` in llm/pricing/cost-sql.ts); `cost-sql.property.test.ts` holds
 * the two equal on a real Postgres: change both.
 */
export function costOfTokens(tokens: TokenCounts, price: TokenPrice | undefined): Micros | undefined {
  if (price === undefined) return undefined;
  const cached = tokens.cacheRead + tokens.cacheWrite;
  const parts: readonly (readonly [number, bigint | undefined])[] = [
    [Math.max(0, tokens.prompt - cached), price.input],
    [tokens.cacheRead, price.cacheRead],
    [tokens.cacheWrite, price.cacheWrite],
    [tokens.completion, price.output],
  ];
  let total = 0n;
  for (const [count, perMillion] of parts) {
    if (count === 0) continue;
    if (perMillion === undefined) return undefined;
    total += BigInt(count) * perMillion;
  }
  return divideRounded(total, PRICE_UNITS_PER_MICRO_USD_TOKEN);
}

/** How a source counts its input tokens. */
export interface InputCounts {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/**
 * Which cached tokens a source counts inside its input: none (Anthropic), the reads only, or reads and writes (OpenAI,
 * OpenTelemetry).
 */
export type InputIncludes = 'nothing' | 'reads' | 'cache';

/**
 * Prompt tokens in our convention (reads and writes of the cache included). An input that is too small to hold its
 * cached tokens cannot include them, whatever the mapping says: the same call must cost the same either way.
 */
export function promptTokens(counts: InputCounts, includes: InputIncludes): number {
  const { input, cacheRead, cacheWrite } = counts;
  if (includes === 'nothing' || input < cacheRead) return input + cacheRead + cacheWrite;
  if (includes === 'reads') return input + cacheWrite;
  return input < cacheRead + cacheWrite ? input + cacheWrite : input;
}
