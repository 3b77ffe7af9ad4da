import {
  DataSourceApi,
  FieldType,
  createDataFrame,
  type AnnotationSupport,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceInstanceSettings,
  type MetricFindValue,
  type ScopedVars,
  type TestDataSourceResponse,
} from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { APP_VERSION } from '../shared/version.ts';
import { problemOf, sentenceOf } from '../shared/problem.ts';
import { text } from '../shared/lazy-translations.ts';
import { exporterApi, type ExporterApi } from './api.ts';
import { annotationSupport } from './annotations.ts';
import { eventsAddress, eventsOf } from './events.ts';
import { toFrame, type Frame } from './frame.ts';
import { healthOf, healthOfProblem } from './health.ts';
import { loadTexts } from './load-texts.ts';
import { addressOf, API_BASE, daysOf, daysOfRange, SeveralValuesError, type Clock } from './request.ts';
import type { DatasetTarget, EventsTarget, MarginboardTarget } from './types.ts';
import { choicesOf, choicesSource, variableKind } from './variables.ts';

const YEAR_MS = 365 * 86_400_000;

/** Frontend only: every query is a GET through Grafana's data proxy, which adds the read token. */
export class MarginboardDataSource extends DataSourceApi<MarginboardTarget> {
  override annotations: AnnotationSupport<MarginboardTarget> = annotationSupport;
  private readonly api: ExporterApi;
  private readonly proxyUrl: string;

  constructor(settings: DataSourceInstanceSettings) {
    super(settings);
    this.proxyUrl = settings.url ?? '';
    this.api = exporterApi(this.proxyUrl);
  }

  override getDefaultQuery(): Partial<MarginboardTarget> {
    return { dataset: 'revenue-vs-costs', range: { kind: 'dashboard' } };
  }

  override filterQuery(query: MarginboardTarget): boolean {
    return query.hide !== true && ('dataset' in query || 'events' in query);
  }

  override getQueryDisplayText(query: MarginboardTarget): string {
    return query.dataset ?? query.events;
  }

  override interpolateVariablesInQueries(queries: MarginboardTarget[], scopedVars: ScopedVars): MarginboardTarget[] {
    return queries.map((query) =>
      query.dataset === undefined ? query : { ...query, filters: interpolated(query, scopedVars) },
    );
  }

  /** Targets are independent: one failure does not affect the others, and the order is preserved. */
  override async query(request: DataQueryRequest<MarginboardTarget>): Promise<DataQueryResponse> {
    await loadTexts();
    const clock: Clock = { fromMs: request.range.from.valueOf(), toMs: request.range.to.valueOf(), nowMs: Date.now() };
    const results = await Promise.all(
      request.targets
        .filter((target) => this.filterQuery(target))
        .map(async (target) => {
          try {
            const data =
              target.dataset === undefined
                ? await this.eventsFrame(target, clock)
                : await this.datasetFrame(target, clock, request.scopedVars);
            return { data };
          } catch (error) {
            return { error: { refId: target.refId, message: this.refusal(target, error) } };
          }
        }),
    );
    const errors = results.flatMap(({ error }) => (error === undefined ? [] : [error]));
    return {
      data: results.flatMap(({ data }) => (data === undefined ? [] : [data])),
      ...(errors.length === 0 ? {} : { errors }),
    };
  }

  private async datasetFrame(target: DatasetTarget, clock: Clock, scopedVars: ScopedVars): Promise<DataFrame> {
    const { dataset, refId } = target;
    const interpolate = (value: string): string => getTemplateSrv().replace(value, scopedVars, 'glob');
    const days = daysOf(target.range ?? { kind: 'dashboard' }, clock, interpolate);
    const address = addressOf(dataset, days, target.filters ?? {}, interpolate);
    const answer = await this.api.get(address);
    return grafanaFrame(
      toFrame(refId, dataset, answer, {
        fields: target.fields,
        title: (field) => text(`fields.${field}`),
        name: text(`datasets.${dataset}`),
      }),
      address,
    );
  }

  private async eventsFrame(target: EventsTarget, clock: Clock): Promise<DataFrame> {
    const customer = getTemplateSrv().replace(target.customer ?? '');
    const answer = await this.api.get(eventsAddress(target.events, daysOfRange(clock.fromMs, clock.toMs), customer));
    const events = eventsOf(target.events, answer, clock, text, getTemplateSrv().replace(target.provider ?? ''));
    return createDataFrame({
      refId: target.refId,
      name: target.events,
      fields: [
        { name: 'time', type: FieldType.time, values: events.map((event) => event.time) },
        { name: 'title', type: FieldType.string, values: events.map((event) => event.title) },
        { name: 'text', type: FieldType.string, values: events.map((event) => event.text) },
        { name: 'tags', type: FieldType.other, values: events.map((event) => event.tags) },
      ],
    });
  }

  /** "A · Costs by day: from must be a day": which query, and the exporter's message. */
  private refusal(target: MarginboardTarget, error: unknown): string {
    const name = text(target.dataset === undefined ? `annotations.${target.events}` : `datasets.${target.dataset}`);
    return `${target.refId} · ${name}: ${this.inWords(error)}`;
  }

  private inWords(error: unknown): string {
    if (error instanceof SeveralValuesError)
      return text('editor.one-value', { filter: text(`editor.${error.filter}`) });
    if (error instanceof Error && !('status' in error)) return error.message;
    const problem = problemOf(error);
    const said = sentenceOf(problem);
    if ((problem.kind === 'refused' || problem.kind === 'failed' || problem.kind === 'busy') && said !== '')
      return said;
    const health = healthOfProblem(problem, '');
    return text(health.key, health.values);
  }

  override async metricFindQuery(query: unknown): Promise<MetricFindValue[]> {
    await loadTexts();
    const kind = variableKind(query);
    if (kind === undefined) throw new Error(text('variables.unknown'));
    const source = choicesSource(kind, daysOfRange(Date.now() - YEAR_MS, Date.now()));
    try {
      return choicesOf(kind, await this.api.get(source.address), source).map((choice) => ({ ...choice }));
    } catch (error) {
      throw new Error(`${text(`variables.${kind}`)}: ${this.inWords(error)}`, { cause: error });
    }
  }

  override async testDatasource(): Promise<TestDataSourceResponse> {
    await loadTexts();
    try {
      const [status, document] = await Promise.all([this.api.get('metrics/sync-status'), this.api.get('openapi.json')]);
      const health = healthOf(status, document, APP_VERSION);
      return { status: health.status, message: text(health.key, health.values) };
    } catch (error) {
      const health = healthOfProblem(problemOf(error), '');
      return { status: health.status, message: text(health.key, health.values) };
    }
  }
}

function interpolated(query: DatasetTarget, scopedVars: ScopedVars): NonNullable<DatasetTarget['filters']> {
  const entries = Object.entries<string | number>({ ...query.filters }).map(
    ([name, value]): [string, string | number] => [
      name,
      typeof value === 'string' ? getTemplateSrv().replace(value, scopedVars, 'glob') : value,
    ],
  );
  const filled: NonNullable<DatasetTarget['filters']> = Object.fromEntries<string | number>(entries);
  return filled;
}

const FIELD_TYPES = {
  time: FieldType.time,
  number: FieldType.number,
  string: FieldType.string,
  boolean: FieldType.boolean,
};

/** `address`: the request that it answers, for the query inspector. Explore draws what has a time, and lists the rest. */
function grafanaFrame(frame: Frame, address: string): DataFrame {
  return createDataFrame({
    refId: frame.refId,
    name: frame.name,
    meta: {
      executedQueryString: `GET ${API_BASE}/${address}`,
      preferredVisualisationType: frame.fields.some(({ type }) => type === 'time') ? 'graph' : 'table',
      ...(frame.meta.notices === undefined ? {} : { notices: [...frame.meta.notices] }),
      custom: { ...frame.meta.custom },
    },
    fields: frame.fields.map(({ name, type, values, config }) => ({
      name,
      type: FIELD_TYPES[type],
      values: [...values],
      config: { ...config },
    })),
  });
}
