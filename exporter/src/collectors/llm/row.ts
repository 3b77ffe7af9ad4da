import { COUNTER_DIGITS } from '../../money/counter-usage.ts';
import { costOfTokens, promptTokens, type TokenCounts, type TokenPrice } from '../../money/llm-price.ts';
import { divideRounded } from '../../money/micros.ts';
import { CollectorError } from '../errors.ts';
import type { LlmRow } from './data.ts';
import type { LlmField, LlmMapping, UsageKey } from './mapping.ts';
import type { Source } from './tallies.ts';

type Amounts = Partial<Record<LlmField, bigint>>;

const SCALE = 10n ** BigInt(COUNTER_DIGITS);
const MICROS_SCALE = 10n ** BigInt(COUNTER_DIGITS - 6);

/**
 * One row of usage from all sources of one user, provider and model. A process that reports no cost beside its tokens,
 * while another does, leaves those tokens without a price: what the other reports is never the cost of the whole.
 * `uncovered` are the tokens that were used in hours in which it reported none.
 */
export function rowOfSources(
  key: UsageKey,
  sources: readonly Source[],
  uncovered: bigint,
  mapping: LlmMapping,
  price: TokenPrice | undefined,
): LlmRow {
  const amounts = sumOf(sources);
  const counts = countsOf(amounts, mapping);
  const accounts = sources.every(hasNoCost) ? [] : accountsOf(sources);
  const silent = accounts.filter((account) => !isReported(account, mapping));
  const isSilent = silent.length === accounts.length;
  const unreported = isSilent ? 0 : silent.reduce((sum, account) => sum + billed(countsOf(account, mapping)), 0);
  const isCovered = sources.some(({ isCoveredElsewhere }) => isCoveredElsewhere);
  // A cost of nothing that was counted: what it would be by our prices is unknown, not 0.
  const isCostAlone = counts.prompt + counts.completion + counts.requests === 0 && (amounts.cost ?? 0n) > 0n;
  return {
    ...key,
    ...counts,
    ...(isSilent ? {} : { unreported: Math.min(billed(counts), unreported + count(uncovered > 0n ? uncovered : 0n)) }),
    reported: isSilent || amounts.cost === undefined ? undefined : divideRounded(amounts.cost, MICROS_SCALE),
    computed: isCovered || isCostAlone ? undefined : costOfTokens(counts, price),
    partial: sources.some(({ partial }) => partial),
  };
}

/**
 * Sums whose reported cost is judged by itself: those of a process, divided by key and deployment where it reports a
 * cost for each.
 */
function accountsOf(sources: readonly Source[]): Amounts[] {
  return [...Map.groupBy(sources, ({ target }) => target).values()].flatMap((ofTarget) => {
    const callees = [...Map.groupBy(ofTarget, ({ callee }) => callee).values()].map(sumOf);
    return callees.every(({ cost }) => cost !== undefined) ? callees : [sumOf(ofTarget)];
  });
}

export function sumOf(sources: readonly { readonly amounts: Amounts }[]): Amounts {
  const [first] = sources;
  if (first !== undefined && sources.length === 1) return first.amounts;
  const sum: Amounts = {};
  for (const { amounts } of sources) {
    for (const field of FIELDS) {
      const amount = amounts[field];
      if (amount !== undefined) sum[field] = (sum[field] ?? 0n) + amount;
    }
  }
  return sum;
}

const FIELDS: readonly LlmField[] = [
  'input',
  'output',
  'cacheRead',
  'cacheWrite',
  'cacheWrite1h',
  'audioInput',
  'audioOutput',
  'gatewayCache',
  'cost',
  'requests',
  'errors',
];

function hasNoCost({ amounts }: Source): boolean {
  return amounts.cost === undefined;
}

/** A source that says 0 where it has no price has said nothing about what it used. */
function isReported(amounts: Amounts, mapping: LlmMapping): boolean {
  if (amounts.cost === undefined) return billed(countsOf(amounts, mapping)) === 0 && !hasAnswers(amounts);
  if (!mapping.zeroCostIsUnknown || amounts.cost > 0n) return true;
  const counts = countsOf(amounts, mapping);
  return counts.prompt + counts.completion > 0 ? billed(counts) === 0 : !hasAnswers(amounts);
}

function hasAnswers({ requests = 0n, errors = 0n, input = 0n, output = 0n }: Amounts): boolean {
  return input + output === 0n && requests > errors;
}

type Counts = Required<TokenCounts>;

/** Tokens that somebody charges. */
function billed({ prompt, completion, gatewayPrompt, gatewayCompletion }: Counts): number {
  return Math.max(0, prompt + completion - gatewayPrompt - gatewayCompletion);
}

function countsOf(amounts: Amounts, { inputIncludes }: LlmMapping): Counts {
  const cacheWrite1h = count(amounts.cacheWrite1h);
  const cacheRead = count(amounts.cacheRead);
  const cacheWrite = count(amounts.cacheWrite) + cacheWrite1h;
  const prompt = promptTokens({ input: count(amounts.input), cacheRead, cacheWrite }, inputIncludes);
  const completion = count(amounts.output);
  return {
    prompt,
    completion,
    cacheRead,
    cacheWrite,
    cacheWrite1h,
    audioPrompt: Math.min(count(amounts.audioInput), prompt),
    audioCompletion: Math.min(count(amounts.audioOutput), completion),
    ...gatewayCounts(count(amounts.gatewayCache), prompt, completion),
    requests: count(amounts.requests),
    errors: count(amounts.errors),
  };
}

/** A gateway counts what it answered from its cache in one sum: divided as all the tokens of the row are. */
function gatewayCounts(cached: number, prompt: number, completion: number) {
  if (cached === 0) return { gatewayPrompt: 0, gatewayCompletion: 0 };
  const total = BigInt(prompt + completion);
  const part = BigInt(Math.min(cached, prompt + completion));
  const gatewayPrompt = total === 0n ? 0 : Number(divideRounded(part * BigInt(prompt), total));
  return { gatewayPrompt, gatewayCompletion: Number(part) - gatewayPrompt };
}

/** A whole number of tokens or requests; beyond 2^53 a float could not have counted it. */
export function count(amount: bigint | undefined): number {
  if (amount === undefined) return 0;
  const whole = Number(divideRounded(amount, SCALE));
  if (!Number.isSafeInteger(whole))
    throw new CollectorError('bad_payload', 'bad_response', 'Prometheus holds a token count beyond 2^53');
  return whole;
}
