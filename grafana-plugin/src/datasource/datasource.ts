import {
  DataSourceApi,
  type AdHocVariableFilter,
  type AnnotationSupport,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceGetTagKeysOptions,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  type MetricFindValue,
  type ScopedVars,
  type TestDataSourceResponse,
} from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { catchError, defer, forkJoin, from, lastValueFrom, map, of, switchMap, tap, type Observable } from 'rxjs';
import type { DatasetName } from '../../../exporter/src/contract/datasets.ts';
import { DAY_MS } from '../shared/days.ts';
import { APP_VERSION } from '../shared/version.ts';
import { problemOf } from '../shared/problem.ts';
import { text } from '../shared/lazy-translations.ts';
import { exporterApi, type ExporterApi } from './api.ts';
import { annotationSupport } from './annotations.ts';
import { hasNoticeLine, isDemonstration } from './board-notice.ts';
import { eventsAddress, eventsOf } from './events.ts';
import { faultInWords, queryTitle } from './faults.ts';
import { accepts, FILTERS, isFilter, valuesSource, type FilterName } from './filters.ts';
import { filledRange } from './filled-range.ts';
import { toFrame } from './frame.ts';
import { grafanaEvents, grafanaFrame } from './grafana-frame.ts';
import { healthOf, healthOfProblem } from './health.ts';
import { loadTexts } from './load-texts.ts';
import { clockOf, daysOfRange, type Clock } from './days.ts';
import { atStart } from './picked-range.ts';
import { addressOf, daysOf, filledFilters } from './request.ts';
import { migrateQuery, QUERY_VERSION } from './saved-query.ts';
import { severalValues } from './several-values.ts';
import type { DatasetTarget, EventsTarget, MarginboardTarget, VariableKind } from './types.ts';
import { MarginboardVariables } from './variable-support.ts';
import { choicesOf, choicesSource, variableKind, type Choice } from './variables.ts';

const YEAR_MS = 365 * DAY_MS;

const interpolator =
  (scopedVars: ScopedVars) =>
  (value: string): string =>
    getTemplateSrv().replace(value, scopedVars, severalValues);

/** A frame, or why there is none. */
interface TargetAnswer {
  readonly data?: readonly DataFrame[];
  readonly error?: { readonly refId: string; readonly message: string };
}

/** Frontend only: every query is a GET through Grafana's data proxy, which adds the read token. */
export class MarginboardDataSource extends DataSourceApi<MarginboardTarget> {
  override annotations: AnnotationSupport<MarginboardTarget> = annotationSupport;
  override variables: MarginboardVariables;
  private readonly api: ExporterApi;
  /** True before it was asked too: the panels of a board do not wait for its first line. */
  private noticeLineRead = true;

  constructor(settings: DataSourceInstanceSettings) {
    super(settings);
    this.api = exporterApi(settings.url ?? '');
    this.variables = new MarginboardVariables(this);
  }

  override getDefaultQuery(): Partial<MarginboardTarget> {
    return { dataset: 'revenue-vs-costs', range: { kind: 'dashboard' }, version: QUERY_VERSION };
  }

  override filterQuery(query: MarginboardTarget): boolean {
    return query.hide !== true && ('dataset' in query || 'events' in query);
  }

  override getQueryDisplayText(query: MarginboardTarget): string {
    return query.dataset ?? query.events;
  }

  /** For Explore, which has neither the board's variables nor its ad-hoc filters. */
  override interpolateVariablesInQueries(
    queries: MarginboardTarget[],
    scopedVars: ScopedVars,
    adHoc: AdHocVariableFilter[] = [],
  ): MarginboardTarget[] {
    const interpolate = interpolator(scopedVars);
    return queries.map((query) =>
      query.dataset === undefined
        ? query
        : {
            ...query,
            ...(query.range === undefined ? {} : { range: filledRange(query.range, interpolate) }),
            filters: filledFilters(query.dataset, query.filters ?? {}, interpolate, adHoc),
          },
    );
  }

  /**
   * Targets are independent: one failure does not affect the others, and the order is preserved. They are shown at once,
   * so that no panel computes with half of its queries. Unsubscribing cancels the requests.
   */
  override query(request: DataQueryRequest<MarginboardTarget>): Observable<DataQueryResponse> {
    const clock = clockOf(request.range);
    const targets = request.targets.filter((target) => this.filterQuery(target));
    if (targets.length === 0) return of({ data: [] });
    return from(loadTexts()).pipe(
      switchMap(() => forkJoin(targets.map((target) => this.answerTo(target, clock, request)))),
      map((results) => {
        const errors = results.flatMap(({ error }) => (error === undefined ? [] : [error]));
        return { data: results.flatMap(({ data }) => data ?? []), ...(errors.length === 0 ? {} : { errors }) };
      }),
    );
  }

  private answerTo(
    saved: MarginboardTarget,
    clock: Clock,
    request: DataQueryRequest<MarginboardTarget>,
  ): Observable<TargetAnswer> {
    return defer(() => {
      const target = migrateQuery(saved);
      return target.dataset === undefined ? this.eventsFrame(target, clock) : this.datasetFrame(target, clock, request);
    }).pipe(
      map((frame) => ({ data: [frame] })),
      catchError((error: unknown) =>
        of({ error: { refId: saved.refId, message: `${queryTitle(saved)}: ${faultInWords(error)}` } }),
      ),
    );
  }

  private datasetFrame(
    target: DatasetTarget,
    clock: Clock,
    request: DataQueryRequest<MarginboardTarget>,
  ): Observable<DataFrame> {
    const { dataset, refId } = target;
    const interpolate = interpolator(request.scopedVars);
    const days = daysOf(target.range ?? { kind: 'dashboard' }, clock, interpolate);
    const address = addressOf(dataset, days, target.filters ?? {}, interpolate, request.filters);
    const names = {
      fields: target.fields,
      title: (field: string) => text(`fields.${field}`),
      name: text(`datasets.${dataset}`),
      axisFromMs: target.range?.kind === 'picker' && !atStart(target.range, clock) ? clock.fromMs : undefined,
      demonstrationSaid: this.noticeLineRead && hasNoticeLine(request, window.location),
    };
    return this.api.get(address).pipe(map((answer) => grafanaFrame(toFrame(refId, dataset, answer, names), address)));
  }

  private eventsFrame(target: EventsTarget, clock: Clock): Observable<DataFrame> {
    const customer = getTemplateSrv().replace(target.customer ?? '');
    const provider = getTemplateSrv().replace(target.provider ?? '');
    const address = eventsAddress(target.events, daysOfRange(clock.fromMs, clock.toMs), customer);
    return this.api
      .get(address)
      .pipe(map((answer) => grafanaEvents(target, eventsOf(target.events, answer, clock, text, provider), address)));
  }

  /** The values that a dashboard's variable offers. */
  variableValues(query: unknown): Observable<readonly Choice[]> {
    return from(loadTexts()).pipe(
      switchMap(() => {
        const kind = variableKind(query);
        if (kind === undefined) throw new Error(text('variables.unknown'));
        return this.choices(kind).pipe(
          catchError((error: unknown) => {
            throw new Error(`${text(`variables.${kind}`)}: ${faultInWords(error)}`, { cause: error });
          }),
        );
      }),
    );
  }

  /** Whether the figures are invented. Where that cannot be read, the panels say it. */
  isDemonstration(): Observable<boolean> {
    return this.api.get('metrics/summary').pipe(
      tap({ next: () => (this.noticeLineRead = true), error: () => (this.noticeLineRead = false) }),
      map(isDemonstration),
      catchError(() => of(false)),
    );
  }

  private choices(kind: VariableKind): Observable<readonly Choice[]> {
    const source = choicesSource(kind, daysOfRange(Date.now() - YEAR_MS, Date.now()));
    return this.api.get(source.address).pipe(map((answer) => choicesOf(kind, answer, source)));
  }

  /** What a filter of a dataset can be: for suggestions in the editors, and for a board's ad-hoc filters. */
  async filterChoices(filter: FilterName, dataset?: DatasetName): Promise<readonly Choice[]> {
    const lists = await Promise.all(
      valuesSource(filter, dataset).map(async (source) =>
        'kind' in source
          ? lastValueFrom(this.choices(source.kind))
          : source.values.map((value) => ({ value, text: value })),
      ),
    );
    return [...new Map(lists.flat().map((choice) => [choice.value, choice])).values()];
  }

  /** The filters that at least one of the board's queries accepts. */
  override async getTagKeys(options?: DataSourceGetTagKeysOptions<MarginboardTarget>): Promise<MetricFindValue[]> {
    await loadTexts();
    const datasets = (options?.queries ?? []).flatMap(({ dataset }) => (dataset === undefined ? [] : [dataset]));
    return FILTERS.filter((name) => datasets.length === 0 || datasets.some((dataset) => accepts(dataset, name))).map(
      (name) => ({ value: name, text: text(`editor.${name}`) }),
    );
  }

  override async getTagValues({ key }: DataSourceGetTagValuesOptions<MarginboardTarget>): Promise<MetricFindValue[]> {
    if (!isFilter(key)) return [];
    return (await this.filterChoices(key)).map((choice) => ({ ...choice }));
  }

  override async testDatasource(): Promise<TestDataSourceResponse> {
    await loadTexts();
    try {
      const [status, document] = await Promise.all(
        ['metrics/sync-status', 'openapi.json'].map((address) => lastValueFrom(this.api.get(address))),
      );
      const health = healthOf(status, document, APP_VERSION);
      return { status: health.status, message: text(health.key, health.values) };
    } catch (error) {
      const health = healthOfProblem(problemOf(error), '');
      return { status: health.status, message: text(health.key, health.values) };
    }
  }
}
