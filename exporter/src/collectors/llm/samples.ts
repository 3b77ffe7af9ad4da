import { microsToNumber, sumMicros } from '../../money/micros.ts';
import type { Sample } from '../contract.ts';
import { costOf, unpricedTokens, type LlmDay, type LlmRow } from './data.ts';
import type { LlmField } from './mapping.ts';

/** At most so many models have series of their own; the rest add up to `other`, whatever names callers invent. */
export const MOST_MODELS = 40;
const MOST_PROVIDERS = 20;
const OTHER = 'other';

/** Gauges of one day. A figure that the source does not have gets no series; users are counted, never named. */
export function samplesOf(day: LlmDay | undefined): Sample[] {
  if (day === undefined) return [];
  const shown = shownModels(day);
  const models = Map.groupBy([...day.rows, ...day.idle.map((idle) => ({ ...idle, ...NOTHING }))], ({ provider, model }) => shown(provider, model));
  return [...[...models].flatMap(([name, rows]) => samplesOfModel(name, rows, day.fields)), ...users(day)];
}

const NOTHING = { user: '', prompt: 0, completion: 0, cacheRead: 0, cacheWrite: 0, requests: 0, errors: 0, reported: 0n, computed: 0n, partial: false } as const satisfies Partial<LlmRow>;

function samplesOfModel(name: string, rows: readonly LlmRow[], fields: ReadonlySet<LlmField>): Sample[] {
  const [llm_provider = OTHER, model = OTHER] = name.split('\n');
  const labels = { llm_provider, model };
  const total = (value: (row: LlmRow) => number): number => rows.reduce((sum, row) => sum + value(row), 0);
  const figure = (field: LlmField, metric: string, value: number, more: Record<string, string> = {}): Sample[] =>
    fields.has(field) ? [{ name: metric, labels: { ...labels, ...more }, value }] : [];
  const costs = rows.map(costOf).filter((cost) => cost !== undefined);
  return [
    ...figure('requests', 'llm_requests_day', total((row) => row.requests)),
    // A counter of failures is born with the first failure: beside requests its absence means none.
    ...figure('requests', 'llm_errors_day', total((row) => row.errors)),
    // Without the cache: the four kinds add up to what was used.
    ...figure('input', 'llm_tokens_day', total((row) => Math.max(0, row.prompt - row.cacheRead - row.cacheWrite)), { token_type: 'input' }),
    ...figure('output', 'llm_tokens_day', total((row) => row.completion), { token_type: 'output' }),
    ...figure('cacheRead', 'llm_tokens_day', total((row) => row.cacheRead), { token_type: 'cache_read' }),
    ...figure('cacheWrite', 'llm_tokens_day', total((row) => row.cacheWrite), { token_type: 'cache_write' }),
    ...(costs.length === 0 ? [] : [{ name: 'llm_cost_day_usd', labels, value: microsToNumber(sumMicros(costs)) }]),
    { name: 'llm_unpriced_tokens_day', labels, value: total(unpricedTokens) },
  ];
}

function users(day: LlmDay): Sample[] {
  const providers = shownProviders(day);
  const byProvider = Map.groupBy(day.rows, ({ provider }) => providers(provider));
  return [...byProvider].map(([llm_provider, rows]) => ({ name: 'llm_users_day', labels: { llm_provider }, value: new Set(rows.map(({ user }) => user)).size }));
}

function shownModels(day: LlmDay): (provider: string, model: string) => string {
  const providers = shownProviders(day);
  const tokens = new Map<string, number>();
  for (const { provider, model } of day.idle) tokens.set(`${provider}\n${model}`, 0);
  for (const row of day.rows) tokens.set(`${row.provider}\n${row.model}`, (tokens.get(`${row.provider}\n${row.model}`) ?? 0) + row.prompt + row.completion);
  const top = largest(tokens, MOST_MODELS);
  return (provider, model) => (top.has(`${provider}\n${model}`) ? `${provider}\n${model}` : `${providers(provider)}\n${OTHER}`);
}

function shownProviders(day: LlmDay): (provider: string) => string {
  const tokens = new Map<string, number>();
  for (const row of day.rows) tokens.set(row.provider, (tokens.get(row.provider) ?? 0) + row.prompt + row.completion);
  const top = largest(tokens, MOST_PROVIDERS);
  return (provider) => (top.has(provider) ? provider : OTHER);
}

/** The names with the most tokens; equal ones by name, so that a restart shows the same. */
function largest(tokens: ReadonlyMap<string, number>, most: number): Set<string> {
  return new Set([...tokens].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, most).map(([name]) => name));
}
