import { keyOf } from './mapping.ts';
import type { Labels } from './schema.ts';

/** A series by its labels; `key` tells series of one metric apart. */
export interface Named {
  readonly key: string;
  readonly labels: Labels;
}

export interface Pair<Series extends Named> {
  readonly old: Series;
  readonly next: Series;
  /** One has all the labels of the other with the same values, and more. */
  readonly isGrown: boolean;
}

/** A label that a scrape configuration gives has few values; one with many names something that is counted. */
const MAX_VALUES = 8;

/** Labels of the target itself: with others it is another target. */
const TARGET = new Set(['job', 'instance']);

/** Groups alike in what sets them apart show the same moments: a few of them are enough. */
const MAX_ALIKE = 3;

/**
 * Groups of series that may be one counter under other labels: equal apart from the labels that new series have new
 * values of, or apart from a single label, or with labels that others lack. Only their readings can tell.
 */
export function possibleChains<Series extends Named>(
  fresh: readonly Series[],
  known: readonly Series[],
  usageLabels: readonly string[],
): Series[][] {
  const all = [...known, ...fresh];
  const isFresh = new Set(fresh.map(({ key }) => key));
  const usage = new Set(usageLabels);
  const names = allNamesOf(all).filter((name) => !TARGET.has(name));
  const lately = names.filter((name) => {
    const [before, after] = [valuesOf(known, name), valuesOf(fresh, name)];
    return [...after].some((value) => !before.has(value)) && (!usage.has(name) || isAbsent(before) || isAbsent(after));
  });
  const single = names.filter((name) => !usage.has(name) && hasFewValues(all, name));
  const alike = [lately, ...single.map((name) => [name])]
    .filter((set) => set.length > 0)
    .map((set) => [...Map.groupBy(all, ({ labels }) => keyOf(labels, set)).values()]);
  const found = [...alike, grownPairs(all, all).map(({ old, next }) => [old, next])].flatMap((groups) =>
    groups.filter((group) => group.length > 1 && group.some(({ key }) => isFresh.has(key))).slice(0, MAX_ALIKE),
  );
  return distinct(found);
}

/** The same series may be alike in several ways: each group is read once. */
function distinct<Series extends Named>(groups: readonly Series[][]): Series[][] {
  const keysOf = (group: readonly Series[]): string =>
    group
      .map(({ key }) => key)
      .sort()
      .join('\n');
  return [...new Map(groups.map((group) => [keysOf(group), group])).values()];
}

function hasFewValues(all: readonly Named[], name: string): boolean {
  const values = new Set<string>();
  for (const { labels } of all) if (values.add(labels[name] ?? '').size > MAX_VALUES) return false;
  return values.size > 1;
}

/**
 * Pairs the series that ended at one moment with those that began at the next scrape: equal apart from the labels that
 * were changed there, which no series has the same value of before and after.
 */
export function pairsOf<Series extends Named>(
  olds: readonly Series[],
  nexts: readonly Series[],
  usageLabels: readonly string[],
): Pair<Series>[] {
  const usage = new Set(usageLabels);
  const names = [...new Set([...olds, ...nexts].flatMap(({ labels }) => namesOf(labels)))];
  const changed = names.filter((name) => {
    const [before, after] = [valuesOf(olds, name), valuesOf(nexts, name)];
    const mayChange = !usage.has(name) || isAbsent(before) || isAbsent(after);
    return !TARGET.has(name) && mayChange && [...after].every((value) => !before.has(value));
  });
  const single = names.filter((name) => !TARGET.has(name) && !usage.has(name));
  const pairs: Pair<Series>[] = [];
  const left = (all: readonly Series[]): Series[] => {
    const paired = new Set(pairs.flatMap(({ old, next }) => [old, next]));
    return all.filter((one) => !paired.has(one));
  };
  const rules: readonly ((labels: Labels) => string)[] = [
    // The same values under another name.
    (labels) =>
      `${keyOf(labels, changed)}\n${changed
        .flatMap((name) => labels[name] ?? [])
        .sort()
        .join('\n')}`,
    (labels) => keyOf(labels, changed),
    ...single.map((name) => (labels: Labels) => keyOf(labels, [name])),
  ];
  for (const rule of rules) if (pairs.length < olds.length) pairs.push(...onlyPairs(left(olds), left(nexts), rule));
  return [...pairs, ...grownPairs(left(olds), left(nexts))];
}

/** Series with one label or more that the others lack. */
function grownPairs<Series extends Named>(olds: readonly Series[], nexts: readonly Series[]): Pair<Series>[] {
  if (haveSameNames([...olds, ...nexts])) return [];
  const signatures = (all: readonly Series[]) => Map.groupBy(all, ({ labels }) => namesOf(labels).join(','));
  const pairs: Pair<Series>[] = [];
  for (const [oldSignature, before] of signatures(olds)) {
    for (const [signature, after] of signatures(nexts)) {
      const [fewer, more] = [oldSignature.split(','), signature.split(',')].sort((a, b) => a.length - b.length);
      if (fewer === undefined || more === undefined || fewer.length === more.length) continue;
      const all = new Set(more);
      if (fewer.every((name) => all.has(name)))
        pairs.push(...onlyPairs(before, after, (labels) => keyOf(only(labels, fewer))));
    }
  }
  return pairs;
}

/** Series of both sides with equal identities, where exactly one of each side has it. */
function onlyPairs<Series extends Named>(
  olds: readonly Series[],
  nexts: readonly Series[],
  identityOf: (labels: Labels) => string,
): Pair<Series>[] {
  const byIdentity = Map.groupBy(olds, ({ labels }) => identityOf(labels));
  return [...Map.groupBy(nexts, ({ labels }) => identityOf(labels))].flatMap(([identity, [next, ...others]]) => {
    const [old, ...more] = byIdentity.get(identity) ?? [];
    if (next === undefined || old === undefined || others.length + more.length > 0) return [];
    return [{ old, next, isGrown: isPart(old.labels, next.labels) || isPart(next.labels, old.labels) }];
  });
}

/** No series has the label. */
function isAbsent(values: ReadonlySet<string>): boolean {
  return values.size === 1 && values.has('');
}

function isPart(labels: Labels, of: Labels): boolean {
  return namesOf(labels).every((name) => labels[name] === of[name]);
}

function valuesOf(all: readonly Named[], name: string): Set<string> {
  const values = new Set<string>();
  for (const { labels } of all) values.add(labels[name] ?? '');
  return values;
}

function allNamesOf(all: readonly Named[]): string[] {
  const names = new Set<string>();
  for (const { labels } of all) for (const name in labels) names.add(name);
  names.delete('__name__');
  return [...names].sort();
}

/** Thousands of series mostly have the same labels. */
function haveSameNames([first, ...more]: readonly Named[]): boolean {
  if (first === undefined) return true;
  const count = Object.keys(first.labels).length;
  return more.every(({ labels }) => {
    let same = 0;
    for (const name in labels) {
      if (first.labels[name] === undefined) return false;
      same += 1;
    }
    return same === count;
  });
}

function namesOf(labels: Labels): string[] {
  return Object.keys(labels)
    .filter((name) => name !== '__name__')
    .sort();
}

function only(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(names.map((name) => [name, labels[name] ?? '']));
}
