import type { CounterSample } from '../../money/counter-usage.ts';
import { readCounter } from './counters.ts';
import type { SeriesSamples } from './client.ts';
import { selectorOf, withMatchers, type LlmField, type LlmMapping, type SeriesMapping } from './mapping.ts';
import type { Labels } from './schema.ts';
import { LOOK_BACK_MS } from './targets.ts';
import type { UsageTable } from './usage.ts';
import { rangeOf, type CounterReader, type TimeWindow } from './windows.ts';

/** Beyond so many, the costs of one model are taken to begin and end together. */
const FEW = 24;
/** So many costs of a model are looked at then. */
const EXAMPLES = 3;
/** Older days were asked for what takes more questions while they were as new as this. */
const FRESH_MS = 3 * 86_400_000;
/** A cost that stood still for so long at the end of a window, while tokens rose, no longer covers them. */
const STILL_MS = 6 * 3_600_000;

/**
 * Finds tokens that their source reported no cost for, on a day on which it reports one at another hour: a price that
 * was added at noon says nothing about the morning, one that was taken away nothing about the evening. Tokens that the
 * gateway answered from its own cache cost nothing, and are not among them. `counters` are those of the mapping that
 * are read.
 */
export async function addUnreportedTokens(
  reader: CounterReader,
  mapping: LlmMapping,
  counters: readonly SeriesMapping[],
  windows: readonly TimeWindow[],
  now: Date,
  table: UsageTable,
): Promise<void> {
  if (!mapping.zeroCostIsUnknown) return;
  const having = (...fields: readonly LlmField[]): SeriesMapping[] =>
    counters.filter((one) => one.fields.some((field) => fields.includes(field)));
  const [tokens, cached] = [having('input', 'output'), having('gatewayCache')];
  if (tokens.length === 0) return;
  for (const cost of having('cost')) {
    for (const window of windows) {
      const day = new Date(window.from).toISOString().slice(0, 10);
      for (const { matchers, stretch } of await uncovered(
        reader,
        mapping,
        cost,
        isFresh(window, now) ? tokens : [],
        window,
      )) {
        for (const [some, isCached] of [
          [tokens, false],
          [cached, true],
        ] as const) {
          for (const one of some) {
            const found = await readCounter(reader, withMatchers(one, ...matchers), [stretch]);
            table.addUnreported(day, found, isCached);
          }
        }
      }
    }
  }
}

interface Uncovered {
  /** Of the tokens that the cost would have covered. */
  readonly matchers: readonly string[];
  readonly stretch: TimeWindow;
}

function isFresh({ to }: TimeWindow, now: Date): boolean {
  return to > now.getTime() - FRESH_MS;
}

/** Stretches of the window in which a cost stood at 0 or was absent, although it rose in others. */
async function uncovered(
  reader: CounterReader,
  mapping: LlmMapping,
  cost: SeriesMapping,
  tokens: readonly SeriesMapping[],
  window: TimeWindow,
): Promise<Uncovered[]> {
  const { client, context } = reader;
  const byKey = new Map<string, SeriesSamples>();
  for (const query of uncoveredQueries(mapping, cost, tokens, window))
    for (const one of await client.instant(context, query, window.to)) byKey.set(one.key, one);
  const found = [...byKey.values()];
  const stretchesOf = async (labels: Labels): Promise<TimeWindow[]> => {
    const selector = selectorOf(cost, labels);
    const [series] = await client.raw(context, `${selector}${rangeOf(window)}`, window.to);
    const earlier = await client.instant(context, `last_over_time(${selector}[${LOOK_BACK_MS}ms])`, window.from - 1);
    return stretchesWithoutCost(series?.samples ?? [], window, earlier.length > 0);
  };
  const isMany = found.length > FEW;
  const names = [...TARGET, ...(isMany ? [] : mapping.labels.user), ...mapping.labels.model];
  const result: Uncovered[] = [];
  // The costs of several keys of a user lead to the same tokens: those are read, and count, once.
  for (const members of Map.groupBy(found, ({ labels }) => matchersOf(labels, names).join(',')).values()) {
    const stretches: TimeWindow[] = [];
    for (const { labels } of isMany ? members.slice(0, EXAMPLES) : members)
      stretches.push(...(await stretchesOf(labels)));
    const matchers = matchersOf(members[0]?.labels ?? {}, names);
    for (const stretch of outermost(stretches, window)) result.push({ matchers, stretch });
  }
  return result;
}

/** One stretch from the window's beginning on, and one up to its end, as far as there are any. */
function outermost(stretches: readonly TimeWindow[], { from, to }: TimeWindow): TimeWindow[] {
  const atStart = stretches.filter((stretch) => stretch.from === from);
  const atEnd = stretches.filter((stretch) => stretch.from !== from);
  return [
    ...(atStart.length === 0 ? [] : [{ from, to: Math.max(...atStart.map((stretch) => stretch.to)) }]),
    ...(atEnd.length === 0 ? [] : [{ from: Math.min(...atEnd.map((stretch) => stretch.from)), to }]),
  ];
}

const TARGET = ['job', 'instance'];

/**
 * In PromQL: costs that stood at 0 before they rose, or fell to it (a restart without the price); and where tokens are
 * given, those that were born after their tokens, or stood still while tokens rose. With one counter of input and one
 * of output the matchers stand six times in a question at most, so that its address stays below what proxies take.
 */
function uncoveredQueries(
  mapping: LlmMapping,
  cost: SeriesMapping,
  tokens: readonly SeriesMapping[],
  window: TimeWindow,
): string[] {
  const range = `${selectorOf(cost)}${rangeOf(window)}`;
  // Tokens may have the name that was asked for beside the model's own.
  const shared = [...TARGET, ...mapping.labels.user, ...mapping.labels.model.slice(0, 1)].join(',');
  const before = `[${LOOK_BACK_MS}ms] offset ${window.to - window.from + 1}ms`;
  const still = `[${STILL_MS}ms]`;
  const any = (part: (selector: string) => string): string =>
    `(${tokens.map((one) => part(selectorOf(one))).join(' or ')})`;
  const rose = any((one) => `max_over_time(${one}${still}) > min_over_time(${one}${still})`);
  const atZero = `last_over_time(${range}) > 0 and min_over_time(${range}) == 0 or last_over_time(${range}) == 0 and max_over_time(${range}) > 0`;
  if (tokens.length === 0) return [atZero];
  return [
    atZero,
    `(last_over_time(${range}) > 0 unless last_over_time(${selectorOf(cost)}${before})) and on(${shared}) ${any((one) => `last_over_time(${one}${before})`)}`,
    `(max_over_time(${selectorOf(cost)}${still}) == min_over_time(${selectorOf(cost)}${still}) > 0) and on(${shared}) ${rose}`,
  ];
}

/** Before the first reading above 0, and after the last one at which the cost rose. */
function stretchesWithoutCost(
  samples: readonly CounterSample[],
  window: TimeWindow,
  wasThereBefore: boolean,
): TimeWindow[] {
  const readings = samples.flatMap(({ time, value }) => (value === undefined ? [] : [{ time, value }]));
  // A reading that fell is one of a process that began again.
  const rises = readings.filter(({ value }, index) => value > 0n && value !== readings[index - 1]?.value);
  const [first, last] = [rises[0], rises.at(-1)];
  if (first === undefined || last === undefined) return [];
  const stretches: TimeWindow[] = [];
  const before = readings[readings.indexOf(first) - 1];
  const isBorn = before === undefined && !wasThereBefore;
  if (isBorn || before?.value === 0n) {
    const until = before?.time ?? first.time - 1;
    if (until >= window.from) stretches.push({ from: window.from, to: until });
  }
  if (last.time < window.to - STILL_MS) stretches.push({ from: last.time + 1, to: window.to });
  return stretches;
}

function matchersOf(labels: Labels, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const value = labels[name];
    return value === undefined ? [] : [`${name}=${JSON.stringify(value)}`];
  });
}
