import { selectorOf, withMatchers, type LlmMapping, type SeriesMapping } from './mapping.ts';
import { spanOf, cannotTell } from './slices.ts';
import type { CounterReader, TimeWindow } from './windows.ts';

export interface NamedMapping {
  readonly mapping: LlmMapping;
  /** Counters that would be read too, if they were not those of a gateway beside the application's. */
  readonly ignored: readonly string[];
}

/**
 * The mapping with the names that its counters have in this Prometheus. A counter whose name has several forms is read
 * under each of them; a gateway's prefixed one only where no other exists, since both count the same calls.
 */
export async function withMetricNames(
  { client, context }: CounterReader,
  mapping: LlmMapping,
  windows: readonly TimeWindow[],
): Promise<NamedMapping> {
  const { from, to } = spanOf(windows);
  const all = mapping.matchers ?? [];
  const of = (series: readonly SeriesMapping[]): LlmMapping =>
    all.length === 0 ? { ...mapping, series } : { ...mapping, series: series.map((one) => withMatchers(one, ...all)) };
  if (to < from || !mapping.series.some(hasForms)) return { mapping: of(mapping.series), ignored: [] };
  const ignored = new Set<string>();
  const found = new Map<string, Promise<string[]>>();
  const namesLike = (pattern: string): Promise<string[]> => {
    const selector = `{${[`__name__=~${JSON.stringify(pattern)}`, ...all].join(',')}}`;
    const names = found.get(pattern) ?? client.labelValues(context, '__name__', [selector], from, to).catch(cannotTell);
    found.set(pattern, names);
    return names;
  };
  const series: SeriesMapping[] = [];
  for (const one of mapping.series) {
    const own = await namesLike(patternOf(one));
    const other = one.elseNamed === undefined ? [] : await namesLike(one.elseNamed);
    const gateways = other.filter((name) => !own.includes(name));
    const names = own.length > 0 ? own : gateways;
    if (own.length > 0) for (const name of gateways) ignored.add(name);
    if (names.length <= 1) series.push({ ...one, metric: names[0] ?? one.metric });
    else
      for (const metric of names)
        series.push({ ...one, metric, otherNames: names.filter((other) => other !== metric) });
  }
  return { mapping: of(series), ignored: [...ignored] };
}

function hasForms({ alsoNamed, elseNamed }: SeriesMapping): boolean {
  return alsoNamed !== undefined || elseNamed !== undefined;
}

/** Its own name and its other ones. */
function patternOf({ metric, alsoNamed }: SeriesMapping): string {
  return alsoNamed === undefined ? metric : `${metric}|${alsoNamed}`;
}

/** Every name that a counter may have. */
export function namePatternOf(series: SeriesMapping): RegExp {
  const other = series.elseNamed === undefined ? '' : `|${series.elseNamed}`;
  return new RegExp(`^(?:${patternOf(series)}${other})$`);
}

/** All the series of a counter under each of its names, in PromQL. */
export function selectorOfForms(series: SeriesMapping): string {
  if (!hasForms(series)) return selectorOf(series);
  const names = [patternOf(series), ...(series.elseNamed === undefined ? [] : [series.elseNamed])];
  return `{${[`__name__=~${JSON.stringify(names.join('|'))}`, ...(series.matchers ?? [])].join(',')}}`;
}
