import { UNKNOWN, type LlmMapping } from './mapping.ts';
import type { Source } from './tallies.ts';

/**
 * Gives sources that lack a provider, a model or a user those of the one other source that they belong to. Where
 * several fit, nobody can say how a reported cost divides: where all that fit have a price of their own, the reported
 * cost is left out; else it stays and theirs is not computed. It stays too where it is the tokens that lack a name,
 * since it says who was charged for what. Never both: a usage costs once.
 * Returns the models of such costs.
 */
export function joinSources(
  sources: readonly Source[],
  hasPrice: (source: Source) => boolean,
  mapping: LlmMapping,
): Set<string> {
  const unjoined = new Set<string>();
  joinModels(sources);
  if (mapping.provider === undefined) joinProviders(sources);
  joinRequests(sources);
  joinUsers(sources);
  const { costs, tokensOf } = withoutCounterpart(sources);
  for (const cost of costs) {
    const others = tokensOf(cost).filter((one) => mayBelong(cost, one));
    if (others.length === 0) continue;
    unjoined.add(cost.model);
    const isVaguer = (one: Source): boolean =>
      (one.lacksUser && !cost.lacksUser) || (one.model === UNKNOWN && cost.model !== UNKNOWN);
    if (!others.some(isVaguer) && others.every(hasPrice)) delete cost.amounts.cost;
    else for (const one of others) one.isCoveredElsewhere = true;
  }
  return unjoined;
}

/** Costs that no tokens stand beside, and the tokens that no cost stands beside and that a cost may be of. */
function withoutCounterpart(sources: readonly Source[]) {
  if (!sources.some(isReported)) return { costs: [], tokens: [], tokensOf: () => [] };
  const reported = new Set<string>();
  const counted = new Set<string>();
  for (const source of sources) {
    if (isReported(source)) reported.add(rowOf(source));
    if (hasTokens(source)) counted.add(rowOf(source));
  }
  const costs = sources.filter((one) => isReported(one) && !counted.has(rowOf(one)));
  if (costs.length === 0) return { costs, tokens: [], tokensOf: () => [] };
  const tokens = sources.filter((one) => hasTokens(one) && !reported.has(rowOf(one)));
  const byUser = Map.groupBy(tokens, (one) => (one.lacksUser ? undefined : one.user));
  const ofAnybody = byUser.get(undefined) ?? [];
  const tokensOf = (cost: Source): readonly Source[] =>
    cost.lacksUser ? tokens : [...(byUser.get(cost.user) ?? []), ...ofAnybody];
  return { costs, tokens, tokensOf };
}

/**
 * A cost or tokens whose label for the model was left out, and models that one of the two names with their provider
 * (`openai/gpt-4o`): the model is that of the only tokens, or the only cost, that lack the other.
 */
function joinModels(sources: readonly Source[]): void {
  const { costs, tokens, tokensOf } = withoutCounterpart(sources);
  const costsOf = new Map<Source, Source[]>();
  for (const cost of costs) {
    const others = tokensOf(cost).filter((one) => mayBelong(cost, one));
    for (const one of others) costsOf.set(one, [...(costsOf.get(one) ?? []), cost]);
    const only = onlyModel(others);
    if (only !== undefined) cost.model = only;
  }
  for (const one of tokens) {
    if (one.model === UNKNOWN) one.model = onlyModel(costsOf.get(one) ?? []) ?? UNKNOWN;
  }
}

function onlyModel(sources: readonly Source[]): string | undefined {
  const [only, ...more] = new Set(sources.map(({ model }) => model).filter((model) => model !== UNKNOWN));
  return more.length === 0 ? only : undefined;
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
  const lacking = sources.filter(({ lacksUser }) => lacksUser);
  if (lacking.length === 0) return;
  const named = sources.filter(({ lacksUser }) => !lacksUser);
  const byModel = Map.groupBy(named, ({ model }) => model);
  for (const source of lacking) {
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
    one.target === other.target &&
    (one.user === other.user || one.lacksUser || other.lacksUser) &&
    (one.provider === other.provider || one.provider === UNKNOWN || other.provider === UNKNOWN) &&
    modelsAgree(one.model, other.model) &&
    calleesAgree(one.callee, other.callee)
  );
}

function modelsAgree(a: string, b: string): boolean {
  return a === b || a === UNKNOWN || b === UNKNOWN || a.endsWith(`/${b}`) || b.endsWith(`/${a}`);
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
