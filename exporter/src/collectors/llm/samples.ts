import { usageCost } from '../../money/format.ts';
import { microsToNumber, type Micros } from '../../money/micros.ts';
import type { Sample } from '../contract.ts';
import { costOf, unpricedTokens, type LlmDay, type LlmRow } from './data.ts';
import type { LlmField } from './mapping.ts';
import { valueAt } from './value-at.ts';

/** At most so many models have series of their own; the rest add up to `other`, whatever names callers invent. */
export const MAX_MODELS = 40;
const MAX_PROVIDERS = 20;
const OTHER = 'other';

/** Gauges of one day. A figure that the source does not have gets no series; users are counted, never named. */
export function llmSamples(day: LlmDay | undefined): Sample[] {
  if (day === undefined) return [];
  const tokens = tokensOf(day);
  const providers = largest(tokens.providers, MAX_PROVIDERS);
  const models = largest(tokens.models, MAX_MODELS);
  const shownProvider = (provider: string): string => (providers.has(provider) ? provider : OTHER);
  const shownModel = ({ provider, model }: Named): string =>
    models.has(nameOf(provider, model)) ? nameOf(provider, model) : nameOf(shownProvider(provider), OTHER);
  const totals = new Map<string, Totals>();
  const users = new Map<string, Set<string>>();
  for (const row of day.rows) {
    add(valueAt(totals, shownModel(row), nothing), row);
    valueAt(users, shownProvider(row.provider), () => new Set<string>()).add(row.user);
  }
  // Counters that stood still: a real zero, of cost too.
  for (const idle of day.idle) valueAt(totals, shownModel(idle), nothing).isPriced = true;
  for (const { saved, ...named } of day.savings ?? []) {
    const total = valueAt(totals, shownModel(named), nothing);
    total.saved = saved === undefined || total.saved === null ? null : (total.saved ?? 0n) + saved;
  }
  return [
    ...[...totals].flatMap(([name, total]) => samplesOfModel(name, total, day.fields)),
    ...[...users].map(([llm_provider, { size }]) => ({ name: 'llm_users_day', labels: { llm_provider }, value: size })),
  ];
}

type Named = Pick<LlmRow, 'provider' | 'model'>;

/** Sums over users; the rows themselves may be very many. */
interface Totals {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  requests: number;
  errors: number;
  unpriced: number;
  cost: Micros;
  /** By caches; undefined where nothing came from one, null where a model of it has no price. */
  saved?: Micros | null;
  /** At least one row has a cost. */
  isPriced: boolean;
}

function nothing(): Totals {
  return {
    input: 0,
    output: 0,
    cacheRead: 0,
    cacheWrite: 0,
    requests: 0,
    errors: 0,
    unpriced: 0,
    cost: 0n,
    isPriced: false,
  };
}

function add(total: Totals, row: LlmRow): void {
  const cost = costOf(row);
  // Without the cache: the four kinds add up to what was used.
  total.input += Math.max(0, row.prompt - row.cacheRead - row.cacheWrite);
  total.output += row.completion;
  total.cacheRead += row.cacheRead;
  total.cacheWrite += row.cacheWrite;
  total.requests += row.requests;
  total.errors += row.errors;
  total.unpriced += unpricedTokens(row);
  total.cost += cost ?? 0n;
  total.isPriced ||= cost !== undefined;
}

function samplesOfModel(name: string, total: Totals, fields: ReadonlySet<LlmField>): Sample[] {
  const [llm_provider = OTHER, model = OTHER] = name.split('\n');
  const labels = { llm_provider, model };
  // A model that stood still costs nothing; beside usage without a price that is not the cost of both.
  const cost = total.isPriced ? usageCost(total.cost, BigInt(total.unpriced)) : null;
  const figure = (field: LlmField, metric: string, value: number, more: Record<string, string> = {}): Sample[] =>
    fields.has(field) ? [{ name: metric, labels: { ...labels, ...more }, value }] : [];
  return [
    ...figure('requests', 'llm_requests_day', total.requests),
    // A counter of failures is born with the first failure: beside requests its absence means none.
    ...figure('requests', 'llm_errors_day', total.errors),
    ...figure('input', 'llm_tokens_day', total.input, { token_type: 'input' }),
    ...figure('output', 'llm_tokens_day', total.output, { token_type: 'output' }),
    ...figure('cacheRead', 'llm_tokens_day', total.cacheRead, { token_type: 'cache_read' }),
    ...figure('cacheWrite', 'llm_tokens_day', total.cacheWrite, { token_type: 'cache_write' }),
    ...(cost === null ? [] : [{ name: 'llm_cost_day_usd', labels, value: microsToNumber(cost) }]),
    { name: 'llm_unpriced_tokens_day', labels, value: total.unpriced },
    ...(typeof total.saved === 'bigint'
      ? [{ name: 'llm_cache_savings_day_usd', labels, value: microsToNumber(total.saved) }]
      : []),
  ];
}

/** Tokens by model and by provider: what has the most is shown by name. */
function tokensOf(day: LlmDay): { readonly models: Map<string, number>; readonly providers: Map<string, number> } {
  const [models, providers] = [new Map<string, number>(), new Map<string, number>()];
  for (const { provider, model } of day.idle) models.set(nameOf(provider, model), 0);
  for (const { provider, model, prompt, completion } of day.rows) {
    const name = nameOf(provider, model);
    models.set(name, (models.get(name) ?? 0) + prompt + completion);
    providers.set(provider, (providers.get(provider) ?? 0) + prompt + completion);
  }
  return { models, providers };
}

function nameOf(provider: string, model: string): string {
  return `${provider}\n${model}`;
}

/** The names with the most tokens; equal ones by name, so that a restart shows the same. */
function largest(tokens: ReadonlyMap<string, number>, most: number): Set<string> {
  return new Set(
    [...tokens]
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, most)
      .map(([name]) => name),
  );
}
