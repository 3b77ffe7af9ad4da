import type { InputIncludes } from '../../money/llm-price.ts';
import type { Labels } from './schema.ts';

/** What a series can feed. `requests` counts every request, failed ones included. */
export type LlmField =
  | 'input'
  | 'output'
  | 'cacheRead'
  | 'cacheWrite'
  /** Writes that live for one hour; beside `cacheWrite`, not inside it. */
  | 'cacheWrite1h'
  /** Audio, counted inside `input` and `output`. */
  | 'audioInput'
  | 'audioOutput'
  /** Tokens, of input and output together, that a gateway answered from its own cache; counted inside both. */
  | 'gatewayCache'
  | 'cost'
  | 'requests'
  | 'errors';

/** Series of one counter, and the figures that they add to. */
export interface SeriesMapping {
  readonly fields: readonly LlmField[];
  readonly metric: string;
  /** Other names of the same counter, in PromQL's regular expressions: each that Prometheus has is read too. */
  readonly alsoNamed?: string | undefined;
  /** Names that are read where none of the others has a series: a gateway's own beside the application's would count twice. */
  readonly elseNamed?: string | undefined;
  /** The names under which this Prometheus has the same counter too. */
  readonly otherNames?: readonly string[] | undefined;
  /** Further matchers, in PromQL: `status="error"`. */
  readonly matchers?: readonly string[] | undefined;
  /** Few sources have it: one question tells whether it is worth reading. */
  readonly isRare?: boolean | undefined;
}

/** Where one source keeps its usage. For each name the labels are tried in order; the first with a value counts. */
export interface LlmMapping {
  readonly series: readonly SeriesMapping[];
  readonly labels: {
    readonly user: readonly string[];
    readonly provider: readonly string[];
    readonly model: readonly string[];
  };
  /** Further matchers of every series, in PromQL: `job="gateway"`. */
  readonly matchers?: readonly string[] | undefined;
  readonly inputIncludes: InputIncludes;
  /** The source says 0 where it has no price (LiteLLM): then a 0 beside tokens is not a reported cost. */
  readonly zeroCostIsUnknown: boolean;
  /** The provider of series without such a label. */
  readonly provider?: string | undefined;
}

export interface UsageKey {
  readonly user: string;
  readonly provider: string;
  readonly model: string;
}

export const UNKNOWN = 'unknown';
const MAX_NAME = 200;
/** No name: Python's, which LiteLLM writes for every label that it has no value for, and agentgateway's. */
const NOBODY: ReadonlySet<string> = new Set(['', 'None', UNKNOWN]);

export function usageKeyOf(labels: Labels, mapping: LlmMapping): UsageKey {
  return {
    user: nameOf(labels, mapping.labels.user) ?? UNKNOWN,
    provider: nameOf(labels, mapping.labels.provider) ?? mapping.provider ?? UNKNOWN,
    model: nameOf(labels, mapping.labels.model) ?? UNKNOWN,
  };
}

function nameOf(labels: Labels, candidates: readonly string[]): string | undefined {
  for (const label of candidates) {
    const name = cleanName(labels[label] ?? '');
    if (!NOBODY.has(name)) return name;
  }
  return undefined;
}

/** A name as it is stored: on one line, trimmed, at most 200 characters, never half a character. */
export function cleanName(text: string): string {
  if (/^[!-~]{1,200}$/.test(text)) return text;
  const line = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return line.length <= MAX_NAME
    ? line
    : line
        .slice(0, MAX_NAME - 1)
        .toWellFormed()
        .replace(/\uFFFD$/, '')
        .concat('…');
}

/** The name that the caller asked for, where the labels have one beside the model's own; else empty. */
export function askedModelOf(labels: Labels, mapping: LlmMapping): string {
  return cleanName(labels[mapping.labels.model.at(-1) ?? ''] ?? '');
}

/**
 * One series by its labels, or by those that are not in `except`; its metric name is the mapping's. Lengths keep values
 * apart, whatever is in them.
 */
export function keyOf(labels: Labels, except: readonly string[] = []): string {
  let key = '';
  let last = '';
  for (const name in labels) {
    // Prometheus sends them in order.
    if (name < last) return keyOf(inOrder(labels), except);
    last = name;
    const value = labels[name] ?? '';
    if (name !== '__name__' && !except.includes(name)) key += `${name}=${value.length}:${value},`;
  }
  return key;
}

function inOrder(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The counter, narrowed by further matchers. */
export function withMatchers(series: SeriesMapping, ...matchers: readonly string[]): SeriesMapping {
  return { ...series, matchers: [...(series.matchers ?? []), ...matchers] };
}

/** `metric{a="b"}`, narrowed to series that have exactly these label values where `only` is given. */
export function selectorOf(series: SeriesMapping, only: Labels = {}): string {
  const narrowed = Object.entries(only)
    .filter(([name]) => name !== '__name__')
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${series.metric}{${[...(series.matchers ?? []), ...narrowed].join(',')}}`;
}
