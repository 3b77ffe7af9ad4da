import { readCounter } from './counters.ts';
import { selectorOf, withMatchers, type LlmMapping, type SeriesMapping } from './mapping.ts';
import type { Labels } from './schema.ts';
import type { UsageTable } from './usage.ts';
import { rangeOf, type CounterReader, type TimeWindow } from './windows.ts';

/** Beyond so many, the time at which costs began is taken for all of them together. */
const FEW = 24;

/**
 * Finds tokens that were used while their source still reported a cost of 0, on a day on which it reports one later: a
 * price that was added at noon says nothing about the morning. `counters` are those of the mapping that are read.
 */
export async function addUnreportedTokens(
  reader: CounterReader,
  mapping: LlmMapping,
  counters: readonly SeriesMapping[],
  windows: readonly TimeWindow[],
  table: UsageTable,
): Promise<void> {
  if (!mapping.zeroCostIsUnknown) return;
  const tokens = counters.filter(({ fields }) => fields.some((field) => field === 'input' || field === 'output'));
  for (const cost of counters.filter(({ fields }) => fields.includes('cost'))) {
    for (const window of windows) {
      for (const { matchers, until } of await lateCosts(reader, mapping, cost, window)) {
        const before = { from: window.from, to: until };
        for (const one of tokens) {
          const narrowed = withMatchers(one, ...matchers);
          table.addUnreported(dayAt(window), await readCounter(reader, narrowed, [before]));
        }
      }
    }
  }
}

interface LateCost {
  readonly matchers: readonly string[];
  /** The last reading without a cost. */
  readonly until: number;
}

/** Cost series that stood at 0 in the window before they rose. */
async function lateCosts(
  { client, context }: CounterReader,
  mapping: LlmMapping,
  cost: SeriesMapping,
  window: TimeWindow,
): Promise<LateCost[]> {
  const range = `${selectorOf(cost)}${rangeOf(window)}`;
  const query = `last_over_time(${range}) > 0 and min_over_time(${range}) == 0`;
  const late = await client.instant(context, query, window.to);
  const found: LateCost[] = [];
  for (const { labels } of late.slice(0, FEW)) {
    const [series] = await client.raw(context, `${selectorOf(cost, labels)}${rangeOf(window)}`, window.to);
    const rose = series?.samples.findIndex(({ value }) => value !== undefined && value > 0n) ?? -1;
    const until = series?.samples[rose - 1]?.time;
    if (until !== undefined) found.push({ matchers: matchersOf(labels, mapping), until });
  }
  if (late.length <= FEW) return found;
  return [{ matchers: cost.matchers ?? [], until: Math.max(...found.map(({ until }) => until), window.from) }];
}

/** The labels that tokens of the same usage share with the cost. */
function matchersOf(labels: Labels, mapping: LlmMapping): string[] {
  const shared = ['job', 'instance', ...mapping.labels.user, ...mapping.labels.model];
  return shared.flatMap((label) => {
    const value = labels[label];
    return value === undefined ? [] : [`${label}=${JSON.stringify(value)}`];
  });
}

function dayAt({ from }: TimeWindow): string {
  return new Date(from).toISOString().slice(0, 10);
}
