import type { z } from 'zod';
import { parseCounter, type CounterSample } from '../../money/counter-usage.ts';
import type { Settings } from '../../settings/schema.ts';
import { CollectorError } from '../errors.ts';
import { createHttpClient } from '../http.ts';
import type { RequestContext } from '../retry.ts';
import { keyOf } from './mapping.ts';
import {
  buildAnswer,
  matrixAnswer,
  seriesAnswer,
  valuesAnswer,
  vectorAnswer,
  type Labels,
  type MatrixAnswer,
  type Sample,
} from './schema.ts';

export type PrometheusSettings = Pick<
  Settings,
  | 'PROMETHEUS_URL'
  | 'PROMETHEUS_BEARER_TOKEN'
  | 'PROMETHEUS_USERNAME'
  | 'PROMETHEUS_PASSWORD'
  | 'PROMETHEUS_ORG_ID'
  | 'LLM_PRESET'
> & { readonly LLM_REPLICA_LABEL?: Settings['LLM_REPLICA_LABEL']; readonly LLM_MAPPING?: Settings['LLM_MAPPING'] };

export interface SeriesSamples {
  /** Names the series by its labels, without the metric's name; made once, as series are looked up again and again. */
  readonly key: string;
  readonly labels: Labels;
  readonly samples: readonly CounterSample[];
}

/** The only client of Prometheus. Times are in milliseconds; every call may throw `CollectorError`. */
export interface PrometheusClient {
  /** One value a series; the sample's time is `time`, as Prometheus does not tell the reading's own. */
  instant(context: RequestContext, query: string, time: number): Promise<SeriesSamples[]>;
  /** The value of each series at `from` and every `step` after it, up to `to`: the labels are sent once. */
  range(context: RequestContext, query: string, from: number, to: number, step: number): Promise<SeriesSamples[]>;
  /** The raw samples behind a range selector such as `x[5m]`. */
  raw(context: RequestContext, query: string, time: number): Promise<SeriesSamples[]>;
  /** Label sets of a selector that had samples in the window (or near it). */
  series(context: RequestContext, selector: string, from: number, to: number): Promise<Labels[]>;
  /** The values that a label has in series of the selectors in the window (or near it). */
  labelValues(
    context: RequestContext,
    label: string,
    selectors: readonly string[],
    from: number,
    to: number,
  ): Promise<string[]>;
  version(context: RequestContext): Promise<string>;
  /** Series with a value that no counter can have, which the answers leave out; the value by `seriesName`. */
  readonly bad: ReadonlyMap<string, string>;
}

/** Names a series in `bad`: answers of functions have no metric name. */
export function seriesName(metric: string, key: string): string {
  return `${metric}\n${key}`;
}

/** 120,000 series with long labels fit; a body that never ends does not. */
const MAX_BYTES = 128 * 1024 * 1024;

export function createPrometheusClient(settings: PrometheusSettings, url: string): PrometheusClient {
  const http = createHttpClient({
    provider: 'Prometheus',
    credential: credentialOf(settings),
    baseUrl: url,
    headers: headersOf(settings),
    maxBytes: MAX_BYTES,
  });

  async function ask<Data>(
    context: RequestContext,
    path: string,
    query: Record<string, string | readonly string[]>,
    schema: z.ZodType<Answer<Data>>,
  ): Promise<Data> {
    const { body, status } = await http.get(context, `api/v1/${path}`, { query, schema, accept: [400, 422] });
    if (body.status === 'error') throw refused(path, body, status);
    complain(path, [
      ...(body.isPartial === true ? ['some of its stores did not answer (isPartial)'] : []),
      ...(body.warnings ?? []),
    ]);
    return body.data;
  }

  const bad = new Map<string, string>();
  /** Adds a series to `all`; `time` is that of its samples where they do not tell their own. */
  function addSeries(all: SeriesSamples[], labels: Labels, values: readonly Sample[], time?: number): void {
    const key = keyOf(labels);
    const samples: CounterSample[] = [];
    for (const [at, text] of values) {
      const value = counterOf(text);
      if (value === 'bad') {
        bad.set(seriesName(labels['__name__'] ?? '', key), text.slice(0, 30));
        return;
      }
      samples.push({ time: time ?? Math.round(at * 1000), value });
    }
    all.push({ key, labels, samples });
  }

  function samplesOf({ result }: MatrixAnswer): SeriesSamples[] {
    const all: SeriesSamples[] = [];
    for (const { metric, values } of result) if (values !== undefined) addSeries(all, metric, values);
    return all;
  }

  return {
    bad,
    async instant(context, query, time) {
      const { result } = await ask(context, 'query', { query, time: seconds(time) }, vectorAnswer);
      const all: SeriesSamples[] = [];
      for (const { metric, value } of result) if (value !== undefined) addSeries(all, metric, [value], time);
      return all;
    },
    range: async (context, query, from, to, step) =>
      samplesOf(
        await ask(
          context,
          'query_range',
          { query, start: seconds(from), end: seconds(to), step: seconds(step) },
          matrixAnswer,
        ),
      ),
    raw: async (context, query, time) =>
      samplesOf(await ask(context, 'query', { query, time: seconds(time) }, matrixAnswer)),
    series: (context, selector, from, to) =>
      ask(context, 'series', { 'match[]': selector, start: seconds(from), end: seconds(to) }, seriesAnswer),
    labelValues: (context, label, selectors, from, to) =>
      ask(
        context,
        `label/${label}/values`,
        { 'match[]': selectors, start: seconds(from), end: seconds(to) },
        valuesAnswer,
      ),
    version: async (context) =>
      (await ask(context, 'status/buildinfo', {}, buildAnswer)).version ?? 'of an unknown version',
  };
}

type Answer<Data> =
  | {
      readonly status: 'success';
      readonly data: Data;
      readonly warnings?: readonly string[] | undefined;
      readonly isPartial?: boolean | undefined;
    }
  | { readonly status: 'error'; readonly errorType?: string | undefined; readonly error?: string | undefined };

function headersOf(settings: PrometheusSettings): Record<string, string> {
  const {
    PROMETHEUS_BEARER_TOKEN: bearer,
    PROMETHEUS_USERNAME: user,
    PROMETHEUS_PASSWORD: password,
    PROMETHEUS_ORG_ID: tenant,
  } = settings;
  const basic = user === undefined ? undefined : `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`;
  const authorization = bearer === undefined ? basic : `Bearer ${bearer}`;
  return {
    ...(authorization === undefined ? {} : { authorization }),
    ...(tenant === undefined ? {} : { 'X-Scope-OrgID': tenant }),
  };
}

function credentialOf(settings: PrometheusSettings): string {
  if (settings.PROMETHEUS_BEARER_TOKEN !== undefined) return 'PROMETHEUS_BEARER_TOKEN';
  return settings.PROMETHEUS_USERNAME === undefined ? 'PROMETHEUS_BEARER_TOKEN (none is set)' : 'PROMETHEUS_PASSWORD';
}

function refused(
  path: string,
  body: { readonly errorType?: string | undefined; readonly error?: string | undefined },
  status: number,
): CollectorError {
  const said = (body.error ?? 'no reason given').slice(0, 200);
  return new CollectorError(
    'upstream',
    'api_error',
    `Prometheus refused ${path} (${body.errorType ?? 'error'}): ${said}`,
    { status: status === 200 ? undefined : status, retryable: status !== 400 },
  );
}

/**
 * Anything but a remark on the query means that stores did not answer: what came back may lack usage, and that is no
 * result.
 */
function complain(path: string, warnings: readonly string[]): void {
  const partial = warnings.find((warning) => !/^PromQL (warning|info)/.test(warning));
  if (partial !== undefined)
    throw new CollectorError(
      'upstream',
      'api_error',
      `Prometheus answered ${path} only in part: ${partial.slice(0, 200)}`,
    );
}

function counterOf(text: string): bigint | undefined | 'bad' {
  try {
    return parseCounter(text);
  } catch {
    return 'bad';
  }
}

function seconds(time: number): string {
  return (time / 1000).toFixed(3);
}
