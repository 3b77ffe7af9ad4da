import { providerOfName } from '../../money/llm-names.ts';
import { readCounter, type CounterSeries } from './counters.ts';
import { agentsBesideCalls, agentsName } from './agents.ts';
import { processOf } from './instrumentation.ts';
import { askedModelOf, selectorOf, usageKeyOf, type LlmMapping, type SeriesMapping } from './mapping.ts';
import { totalOf } from './replicas.ts';
import type { Labels } from './schema.ts';
import { rangeOf, type CounterReader, type TimeWindow } from './windows.ts';

/** Readings of one counter under each name that it has. */
export type Forms = ReadonlyMap<SeriesMapping, readonly CounterSeries[]>;

interface NamedSeries {
  readonly form: SeriesMapping;
  readonly series: CounterSeries;
  /** The instrumentation that counted it, by the metric's name and its scope. */
  readonly source: string;
}

/** The instrumentation's own name, where it came through OpenTelemetry. */
const SCOPE = 'otel_scope_name';

/**
 * Counters that are the same but for their names, together. Where one process has the same usage from two
 * instrumentations at the same time, each call is counted twice: the one that counted more stays. `onIgnored` gets the
 * name of the other.
 */
export async function readForms(
  reader: CounterReader,
  mapping: LlmMapping,
  forms: readonly SeriesMapping[],
  windows: readonly TimeWindow[],
  onIgnored: (source: string) => void,
): Promise<Forms> {
  const found = new Map<SeriesMapping, CounterSeries[]>();
  for (const form of forms) {
    const series = await readCounter(reader, form, windows);
    const agents = new Set(agentsBesideCalls(series, mapping));
    if (agents.size > 0) onIgnored(agentsName(form.metric));
    found.set(
      form,
      series.filter((one) => !agents.has(one)),
    );
  }
  const [first] = windows;
  const sources = new Set<string>();
  for (const [form, some] of found) for (const { labels } of some) sources.add(sourceOf(form, labels));
  if (first === undefined || sources.size < 2) return found;
  const all = [...found].flatMap(([form, some]) =>
    some.map((series): NamedSeries => ({ form, series, source: sourceOf(form, series.labels) })),
  );
  const left = new Set<CounterSeries>();
  const isTwice = new Map<string, Promise<boolean>>();
  for (const members of Map.groupBy(all, ({ series }) => usageOf(series.labels, mapping)).values()) {
    const bySource = [...Map.groupBy(members, ({ source }) => source)];
    const [one] = members;
    if (bySource.length < 2 || one === undefined) continue;
    // Two instrumentations of one process are there together for all its usage, or for none.
    const process = processOf(one.series.labels);
    const asked =
      isTwice.get(process) ?? areTogether(reader, members, { from: first.from, to: windows.at(-1)?.to ?? 0 });
    isTwice.set(process, asked);
    if (!(await asked)) continue;
    const [, ...less] = bySource
      .map(([source, some]) => ({ source, some, total: sumOf(some), isVague: isVague(some, mapping) }))
      .sort(mostFirst);
    for (const { source, some } of less) {
      for (const { series } of some) left.add(series);
      onIgnored(source);
    }
  }
  return new Map([...found].map(([form, some]) => [form, some.filter((series) => !left.has(series))]));
}

function sourceOf(form: SeriesMapping, labels: Labels): string {
  const scope = labels[SCOPE];
  return scope === undefined ? form.metric : `${form.metric}{${SCOPE}="${scope}"}`;
}

/** Groups of counters that only their names set apart, in their order. */
export function formsOf(counters: readonly SeriesMapping[]): SeriesMapping[][] {
  const places = new Map(counters.map((one, index) => [one, index]));
  const groupOf = (one: SeriesMapping): string =>
    one.otherNames === undefined
      ? String(places.get(one))
      : JSON.stringify([one.fields, one.matchers, [one.metric, ...one.otherNames].sort()]);
  return [...Map.groupBy(counters, groupOf).values()];
}

/** Calls of a user to a model through one process; the name that was asked for, as all instrumentations know it. */
function usageOf(labels: Labels, mapping: LlmMapping): string {
  const key = usageKeyOf(labels, mapping);
  const asked = askedModelOf(labels, mapping);
  return [processOf(labels), key.user, asked === '' ? key.model : asked].join('\n');
}

/** Whether series of several instrumentations have a reading of the same scrape. */
async function areTogether({ client, context }: CounterReader, members: readonly NamedSeries[], window: TimeWindow) {
  const sources = new Map<number, string>();
  for (const [source, [one]] of Map.groupBy(members, (member) => member.source)) {
    if (one === undefined) continue;
    const found = await client.raw(context, `${selectorOf(one.form, one.series.labels)}${rangeOf(window)}`, window.to);
    for (const { time } of found.flatMap(({ samples }) => samples)) {
      if ((sources.get(time) ?? source) !== source) return true;
      sources.set(time, source);
    }
  }
  return false;
}

function sumOf(some: readonly NamedSeries[]): bigint {
  return some.reduce((sum, { series }) => sum + totalOf(series), 0n);
}

/** Names a framework in place of a provider. */
function isVague(some: readonly NamedSeries[], mapping: LlmMapping): boolean {
  return some.every(({ series }) => providerOfName(usageKeyOf(series.labels, mapping).provider) === 'undecided');
}

interface Counted {
  readonly total: bigint;
  readonly isVague: boolean;
}

function mostFirst(a: Counted, b: Counted): number {
  if (a.total !== b.total) return a.total > b.total ? -1 : 1;
  return Number(a.isVague) - Number(b.isVague);
}
