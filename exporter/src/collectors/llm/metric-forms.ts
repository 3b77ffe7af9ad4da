import { readCounter, type CounterSeries } from './counters.ts';
import { cleanName, selectorOf, usageKeyOf, type LlmMapping, type SeriesMapping } from './mapping.ts';
import { totalOf } from './replicas.ts';
import type { Labels } from './schema.ts';
import { targetMatchers } from './targets.ts';
import { rangeOf, type CounterReader, type TimeWindow } from './windows.ts';

/** Readings of one counter under each name that it has. */
export type Forms = ReadonlyMap<SeriesMapping, readonly CounterSeries[]>;

interface NamedSeries {
  readonly form: SeriesMapping;
  readonly series: CounterSeries;
}

/**
 * Counters that are the same but for their names, together. Where one process has the same usage under two names at the
 * same time, two instrumentations count each call: the one that counted more stays. `onIgnored` gets the other's name.
 */
export async function readForms(
  reader: CounterReader,
  mapping: LlmMapping,
  forms: readonly SeriesMapping[],
  windows: readonly TimeWindow[],
  onIgnored: (metric: string) => void,
): Promise<Forms> {
  const found = new Map<SeriesMapping, CounterSeries[]>();
  for (const form of forms) found.set(form, await readCounter(reader, form, windows));
  const [first] = windows;
  if (forms.length < 2 || first === undefined) return found;
  const all = [...found].flatMap(([form, some]) => some.map((series): NamedSeries => ({ form, series })));
  const left = new Set<CounterSeries>();
  const isTwice = new Map<string, Promise<boolean>>();
  for (const members of Map.groupBy(all, ({ series }) => usageOf(series.labels, mapping)).values()) {
    const byForm = [...Map.groupBy(members, ({ form }) => form)];
    const [one] = members;
    if (byForm.length < 2 || one === undefined) continue;
    // Two names of one process are there together for all its usage, or for none.
    const target = targetMatchers(one.series.labels);
    const asked =
      isTwice.get(target) ?? areTogether(reader, members, { from: first.from, to: windows.at(-1)?.to ?? 0 });
    isTwice.set(target, asked);
    if (!(await asked)) continue;
    const [, ...less] = byForm.map(([form, some]) => ({ form, some, total: sumOf(some) })).sort(byTotal);
    for (const { form, some } of less) {
      for (const { series } of some) left.add(series);
      onIgnored(form.metric);
    }
  }
  return new Map([...found].map(([form, some]) => [form, some.filter((series) => !left.has(series))]));
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
  const asked = cleanName(labels[mapping.labels.model.at(-1) ?? ''] ?? '');
  return [targetMatchers(labels), key.user, asked === '' ? key.model : asked].join('\n');
}

/** Whether series of several names have a reading of the same scrape. */
async function areTogether({ client, context }: CounterReader, members: readonly NamedSeries[], window: TimeWindow) {
  const metrics = new Map<number, string>();
  for (const [form, [one]] of Map.groupBy(members, (member) => member.form)) {
    if (one === undefined) continue;
    const found = await client.raw(context, `${selectorOf(form, one.series.labels)}${rangeOf(window)}`, window.to);
    for (const { time } of found.flatMap(({ samples }) => samples)) {
      if ((metrics.get(time) ?? form.metric) !== form.metric) return true;
      metrics.set(time, form.metric);
    }
  }
  return false;
}

function sumOf(some: readonly NamedSeries[]): bigint {
  return some.reduce((sum, { series }) => sum + totalOf(series), 0n);
}

function byTotal(a: { readonly total: bigint }, b: { readonly total: bigint }): number {
  return a.total === b.total ? 0 : a.total > b.total ? -1 : 1;
}
