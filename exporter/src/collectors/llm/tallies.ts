import { targetMatchers } from './targets.ts';
import { askedModelOf, UNKNOWN, usageKeyOf, type LlmField, type LlmMapping, type UsageKey } from './mapping.ts';
import type { Labels } from './schema.ts';

/** What one process counted of one usage: series that agree on all that identifies it. */
export interface Source {
  user: string;
  provider: string;
  model: string;
  /** The name that the caller asked for, where the labels have one beside the model's own. */
  readonly asked?: string;
  readonly target: string;
  /** The key and the deployment that were called, where the labels say. */
  readonly callee: string;
  /** Series of this counter have no label for a user at all, although others have. */
  readonly lacksUser: boolean;
  readonly amounts: Partial<Record<LlmField, bigint>>;
  partial: boolean;
  /** Tokens whose cost may be a reported one that could not be joined to them: a computed one would be a second. */
  isCoveredElsewhere?: boolean;
}

/** Labels that say which key or deployment was called; LiteLLM's names. */
const CALLEE = ['hashed_api_key', 'api_key_alias', 'model_id', 'api_base'] as const;

export function sourceOf(labels: Labels, mapping: LlmMapping, lacksUser: boolean): Omit<Source, 'amounts' | 'partial'> {
  const key: UsageKey = usageKeyOf(labels, mapping);
  const asked = askedModelOf(labels, mapping);
  return {
    ...key,
    ...(asked === '' || asked === key.model ? {} : { asked }),
    target: targetMatchers(labels),
    callee: CALLEE.map((label) => labels[label] ?? '').join('\n'),
    lacksUser,
  };
}

/** Whether none of a counter's series has the label that other counters name their users by. */
export function lacksUserLabel(series: readonly { readonly labels: Labels }[], mapping: LlmMapping): boolean {
  const [label] = mapping.labels.user;
  return label !== undefined && series.length > 0 && series.every(({ labels }) => labels[label] === undefined);
}

/**
 * Gives sources that lack a provider or a user those of the one other source that they belong to. Where several fit,
 * nobody can say how a reported cost divides: where all that fit have a price of their own, the reported cost is left
 * out; else it stays and theirs is not computed. Never both: a usage costs once.
 * Returns the models of such costs.
 */
export function joinSources(
  sources: readonly Source[],
  hasPrice: (source: Source) => boolean,
  mapping: LlmMapping,
): Set<string> {
  const unjoined = new Set<string>();
  if (mapping.provider === undefined) joinProviders(sources);
  joinRequests(sources);
  const byModel = Map.groupBy(sources, ({ model }) => model);
  joinUsers(sources);
  const rows = Map.groupBy(sources, rowOf);
  const isReportedRow = (source: Source): boolean => rows.get(rowOf(source))?.some(isReported) ?? false;
  const hasTokensRow = (source: Source): boolean => rows.get(rowOf(source))?.some(hasTokens) ?? false;
  for (const cost of sources) {
    if (!isReported(cost) || hasTokensRow(cost)) continue;
    const others = (byModel.get(cost.model) ?? []).filter(
      (one) => hasTokens(one) && !isReportedRow(one) && mayBelong(cost, one),
    );
    if (others.length === 0) continue;
    unjoined.add(cost.model);
    if (others.every(hasPrice)) delete cost.amounts.cost;
    else for (const one of others) one.isCoveredElsewhere = true;
  }
  return unjoined;
}

function joinProviders(sources: readonly Source[]): void {
  const lacking = sources.filter(({ provider }) => provider === UNKNOWN);
  if (lacking.length === 0 || lacking.length === sources.length) return;
  const byPlace = new Map<string, Set<string>>();
  for (const source of sources) {
    if (source.provider === UNKNOWN) continue;
    for (const place of placesOf(source)) byPlace.set(place, (byPlace.get(place) ?? new Set()).add(source.provider));
  }
  for (const source of lacking) {
    const [found] = placesOf(source).flatMap((place) => byPlace.get(place) ?? []);
    const [only, ...more] = found ?? [];
    if (only !== undefined && more.length === 0) source.provider = only;
  }
}

/**
 * Answered requests that a source counts under the name that was asked for only, while it counts their tokens under
 * the model that answered: without it they would look like requests without tokens. Failed ones never got an answer.
 */
function joinRequests(sources: readonly Source[]): void {
  const lacking = sources.filter((source) => !hasTokens(source) && !isReported(source) && hasAnswers(source));
  if (lacking.length === 0) return;
  const byAsked = Map.groupBy(sources.filter(hasTokens), ({ user, target, asked }) => [user, target, asked].join('\n'));
  const named = new Set(sources.filter(hasTokens).map(rowOf));
  for (const source of lacking) {
    if (source.asked !== undefined || named.has(rowOf(source))) continue;
    const answered = byAsked.get([source.user, source.target, source.model].join('\n')) ?? [];
    const [only, ...more] = new Set(
      answered.filter((one) => one.provider === source.provider).map(({ model }) => model),
    );
    if (only !== undefined && more.length === 0) source.model = only;
  }
}

function rowOf({ user, provider, model }: Source): string {
  return `${user}\n${provider}\n${model}`;
}

/** From the most exact to the least. */
function placesOf({ user, model, target, callee }: Source): string[] {
  const usage = `${user}\n\n${model}`;
  return [`${usage}\n\n${callee}\n\n${target}`, `${usage}\n\n${callee}`, usage];
}

function joinUsers(sources: readonly Source[]): void {
  const [lacking, named] = [true, false].map((lacks) => sources.filter(({ lacksUser }) => lacksUser === lacks));
  const byModel = Map.groupBy(named ?? [], ({ model }) => model);
  for (const source of lacking ?? []) {
    const only = onlyUser(source, byModel.get(source.model) ?? []);
    if (only !== undefined) source.user = only;
  }
}

/** The user of all that the source may belong to. Ends at a second one: there may be thousands. */
function onlyUser(source: Source, named: readonly Source[]): string | undefined {
  let only: string | undefined;
  for (const one of named) {
    if (one.user === only || !mayBelong(source, one)) continue;
    if (only !== undefined) return undefined;
    only = one.user;
  }
  return only;
}

/** Whether what one source says may be about the usage of the other. */
function mayBelong(one: Source, other: Source): boolean {
  return (
    one.model === other.model &&
    one.target === other.target &&
    (one.user === other.user || one.lacksUser) &&
    (one.provider === other.provider || one.provider === UNKNOWN || other.provider === UNKNOWN) &&
    calleesAgree(one.callee, other.callee)
  );
}

function calleesAgree(a: string, b: string): boolean {
  const theirs = b.split('\n');
  return a.split('\n').every((value, index) => value === '' || theirs[index] === '' || value === theirs[index]);
}

function hasTokens({ amounts }: Source): boolean {
  return (amounts.input ?? 0n) + (amounts.output ?? 0n) > 0n;
}

function hasAnswers({ amounts }: Source): boolean {
  return (amounts.requests ?? 0n) > (amounts.errors ?? 0n);
}

function isReported({ amounts }: Source): boolean {
  return (amounts.cost ?? 0n) > 0n;
}
