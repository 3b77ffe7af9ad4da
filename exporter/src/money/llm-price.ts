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
  /** Of writes that live for one hour, which cost more than those of five minutes. */
  readonly cacheWrite1h?: bigint | undefined;
  readonly audioInput?: bigint | undefined;
  readonly audioOutput?: bigint | undefined;
  /** Per million answered requests, beside the tokens; undefined where requests cost nothing by themselves. */
  readonly request?: bigint | undefined;
  /** A request with more prompt tokens than these costs more, which totals of a day cannot know. */
  readonly longFrom?: number | undefined;
  /** The price depends on the hour. */
  readonly byHour?: boolean | undefined;
  /** Tokens of sound or pictures have prices of their own. */
  readonly byModality?: boolean | undefined;
}

/** Decimals of a `TokenPrice`. */
export const PRICE_DIGITS = 12;

/**
 * Tokens of one row; `prompt` INCLUDES cached reads, cache writes and audio, `completion` includes reasoning and audio.
 * Of those, each at most as many as it is a part of: `cacheWrite1h` of the writes, `audioPrompt` and `audioCompletion`,
 * and what a gateway answered from its own cache (`gatewayPrompt`, `gatewayCompletion`), which nobody charges.
 */
export interface TokenCounts {
  readonly prompt: number;
  readonly completion: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly cacheWrite1h?: number;
  readonly audioPrompt?: number;
  readonly audioCompletion?: number;
  readonly gatewayPrompt?: number;
  readonly gatewayCompletion?: number;
  /** All requests, and those that failed. */
  readonly requests?: number;
  readonly errors?: number;
}

const PRICE_UNITS_PER_MICRO_USD_TOKEN = 10n ** 12n;

/**
 * The exact cost of one row, rounded once to micro-USD, half away from zero. Undefined when a kind of token that was
 * used has no price, when answered requests have no tokens (images, speech, an emitter that only times requests), or
 * when a price per request meets a source that does not count them: unknown is never 0. Requests that all failed cost 0.
 *
 * Re-pricing states the same rule in SQL (`costSql` in llm/pricing/cost-sql.ts); `cost-sql.property.test.ts` holds
 * the two equal on a real Postgres: change both.
 */
export function costOfTokens(tokens: TokenCounts, price: TokenPrice | undefined): Micros | undefined {
  const { prompt, completion, cacheRead, cacheWrite } = tokens;
  const answered = Math.max(0, (tokens.requests ?? 0) - (tokens.errors ?? 0));
  const hasTokens = prompt + completion > 0;
  if (!hasTokens && answered === 0 && (tokens.errors ?? 0) > 0) return 0n;
  if (price === undefined) return undefined;
  if (!hasTokens && answered > 0 && !isFree(price)) return undefined;
  if (hasTokens && answered === 0 && (price.request ?? 0n) > 0n) return undefined;
  const { cacheWrite1h = 0, audioPrompt = 0, audioCompletion = 0, gatewayPrompt = 0, gatewayCompletion = 0 } = tokens;
  const parts: readonly (readonly [number, bigint | undefined])[] = [
    [Math.max(0, prompt - cacheRead - cacheWrite - audioPrompt - gatewayPrompt), price.input],
    [cacheRead, price.cacheRead],
    [Math.max(0, cacheWrite - cacheWrite1h), price.cacheWrite],
    [cacheWrite1h, price.cacheWrite1h],
    [audioPrompt, price.audioInput],
    [audioCompletion, price.audioOutput],
    [Math.max(0, completion - audioCompletion - gatewayCompletion), price.output],
    [price.request === undefined ? 0 : answered, price.request],
  ];
  let total = 0n;
  for (const [count, perMillion] of parts) {
    if (count === 0) continue;
    if (perMillion === undefined) return undefined;
    total += BigInt(count) * perMillion;
  }
  return divideRounded(total, PRICE_UNITS_PER_MICRO_USD_TOKEN);
}

function isFree({ input, output, request }: TokenPrice): boolean {
  return input === 0n && output === 0n && (request ?? 0n) === 0n;
}

/** Why this price may not be that of every request of a row; undefined where it is. */
export function variationOf(
  { prompt, audioPrompt = 0, audioCompletion = 0 }: Pick<TokenCounts, 'prompt' | 'audioPrompt' | 'audioCompletion'>,
  price: TokenPrice | undefined,
): 'context' | 'modality' | 'hour' | undefined {
  if (price?.longFrom !== undefined && prompt > price.longFrom) return 'context';
  // A source that counts sound by itself left nothing open.
  if (price?.byModality === true && audioPrompt + audioCompletion === 0) return 'modality';
  return price?.byHour === true ? 'hour' : undefined;
}

/**
 * What tokens that came from a cache would have cost more without it: the provider's at the price of input, a gateway's
 * as a whole. Undefined without the prices for it.
 */
export function savingsOfCaches(
  tokens: { readonly cacheRead: number; readonly gatewayPrompt: number; readonly gatewayCompletion: number },
  price: TokenPrice | undefined,
): Micros | undefined {
  if (price?.input === undefined || price.cacheRead === undefined) return undefined;
  if (tokens.gatewayCompletion > 0 && price.output === undefined) return undefined;
  const total =
    BigInt(tokens.cacheRead) * (price.input - price.cacheRead) +
    BigInt(tokens.gatewayPrompt) * price.input +
    BigInt(tokens.gatewayCompletion) * (price.output ?? 0n);
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
