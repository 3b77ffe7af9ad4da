import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
  TableSortByFieldStateBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardLinkBuilder,
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type DataTransformerConfig,
  type DynamicConfigValue,
  type Panel,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import {
  COLLECTOR_NAMES,
  COST_PROVIDERS,
  PROVIDERS,
  type CollectorName,
} from '../../exporter/src/contract/providers.ts';
import { OTHER_COLOUR, VENDORS } from '../../exporter/src/contract/vendors.ts';
import {
  DATA_SOURCE_TYPE,
  DATA_SOURCE_UID,
  PROMETHEUS_UID,
  type MarginboardQuery,
} from '../../exporter/src/contract/query.ts';
import { boardUid, type BoardName } from '../../exporter/src/contract/boards.ts';
import type { PanelName } from './texts/panels.ts';
import type { Texts } from './texts/texts.ts';

export const MARGINBOARD = { type: DATA_SOURCE_TYPE, uid: DATA_SOURCE_UID };
export const PROMETHEUS = { type: 'prometheus', uid: PROMETHEUS_UID };
export const BILLING_PAGE = '/a/marginboard-business-app/invoices';
const INBOX_PAGE = '/a/marginboard-business-app/inbox';
export const USD = 'currency:financial:$:prefix';

/** One colour per provider on every board; none of them means good or bad. */
export const COLOURS = {
  ...Object.fromEntries(COST_PROVIDERS.map((name) => [PROVIDERS[name].cost.field, PROVIDERS[name].colour])),
  llmUsd: PROVIDERS.llm.colour,
  otherUsd: OTHER_COLOUR,
  revenueUsd: PROVIDERS.stripe.colour,
  mrrUsd: PROVIDERS.stripe.colour,
  costUsd: '#FF9830',
  marginUsd: '#73BF69',
  closingUsd: PROVIDERS.stripe.colour,
  levelUsd: PROVIDERS.stripe.colour,
  newUsd: '#56A64B',
  expansionUsd: '#96D98D',
  reactivationUsd: '#5794F2',
  contractionUsd: '#FFB357',
  churnUsd: '#E02F44',
  rateChangeUsd: '#8E8E9C',
  correctionUsd: '#C4C4CC',
  riseUsd: '#56A64B',
  fallUsd: '#E02F44',
  mrrAtRiskUsd: '#FF9830',
  mrrTrialUsd: '#5794F2',
  mrrPausedUsd: '#8E8E9C',
  customerChurnRate: '#5794F2',
  grossMrrChurnRate: '#E02F44',
  netMrrChurnRate: '#FF9830',
  netRevenueRetention: '#5794F2',
  grossRevenueRetention: '#8E8E9C',
  recognisedUsd: PROVIDERS.stripe.colour,
  billedUsd: '#8AB8FF',
  cashUsd: '#37872D',
  creditedUsd: '#8E8E9C',
  refundsUsd: '#FF9830',
  disputesUsd: '#E02F44',
  badDebtUsd: '#7C2EA3',
  deferredUsd: '#8AB8FF',
  budgetMonthUsd: '#8E8E9C',
  forecastMonthUsd: '#FF9830',
  promptTokens: '#A352CC',
  completionTokens: '#DEB6F2',
} as const;
export const NEUTRAL = 'text';
/** Providers of costs first, in the order of every chart, then providers of revenue. */
const SHOWN_PROVIDERS: readonly CollectorName[] = [...new Set([...COST_PROVIDERS, ...COLLECTOR_NAMES])];

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** The part of the SDK's panel builders that is used here. */
interface AnyPanel extends Builder<Panel> {
  id(id: number): this;
  title(title: string): this;
  description(text: string): this;
  gridPos(place: Place): this;
  noValue(text: string): this;
  links(links: Builder<ReturnType<DashboardLinkBuilder['build']>>[]): this;
  dataLinks(links: Builder<ReturnType<DashboardLinkBuilder['build']>>[]): this;
  datasource(ref: { type: string; uid: string }): this;
}

export function toBoard(board: BoardName, t: Texts): DashboardLinkBuilder {
  return new DashboardLinkBuilder(t.boards[board].title).url(`/d/${boardUid(board, t.language)}`).keepTime(true);
}

export function toBilling(t: Texts): DashboardLinkBuilder {
  return new DashboardLinkBuilder(t.billing).url(BILLING_PAGE);
}

export function toInbox(t: Texts): DashboardLinkBuilder {
  return new DashboardLinkBuilder(t.inbox).url(INBOX_PAGE);
}

/** Below this width the link icon would leave no room for the title: the figure itself is the link. */
const WIDE = 8;

/** Sets what every panel has: id, position, texts, data source, and links to the details of its figures. */
export function withPanelBasics<P extends AnyPanel>(
  panel: P,
  t: Texts,
  name: PanelName,
  id: number,
  gridPos: Place,
  links: readonly DashboardLinkBuilder[],
): P {
  const { title, description, noData } = t.panels[name];
  const complete = panel
    .id(id)
    .title(title)
    .description(description)
    .gridPos(gridPos)
    .noValue(noData)
    .datasource(MARGINBOARD);
  return gridPos.w < WIDE ? complete.dataLinks([...links]) : complete.links([...links]);
}

export function query(refId: string, wanted: MarginboardQuery): Builder<Dataquery> {
  return { build: () => ({ refId, datasource: MARGINBOARD, ...wanted, _implementsDataqueryVariant: () => undefined }) };
}

export function promQuery(refId: string, expr: string, legendFormat: string, instant = false): Builder<Dataquery> {
  return {
    build: () => ({
      refId,
      datasource: PROMETHEUS,
      expr,
      legendFormat,
      instant,
      range: !instant,
      editorMode: 'code',
      _implementsDataqueryVariant: () => undefined,
    }),
  };
}

export const fixed = (colour: string): FieldColorBuilder =>
  new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor(colour);

/** Red below 0, green otherwise: only for a margin. */
export function marginThresholds(): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
    { value: null, color: 'red' },
    { value: 0, color: 'green' },
  ]);
}

export function neutralThresholds(): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([{ value: null, color: NEUTRAL }]);
}

export const prop = (id: string, value: unknown): DynamicConfigValue => ({ id, value });
export const colour = (value: string): DynamicConfigValue => prop('color', { mode: 'fixed', fixedColor: value });

/** Display name (in the board's language) and colour of a field. */
export function nameAndColour(t: Texts, field: string): DynamicConfigValue[] {
  const known: Readonly<Record<string, string>> = COLOURS;
  const fieldColour = known[field];
  return [prop('displayName', t.fields[field] ?? field), ...(fieldColour === undefined ? [] : [colour(fieldColour)])];
}

export function withNames<P extends { overrideByName(name: string, properties: DynamicConfigValue[]): P }>(
  panel: P,
  t: Texts,
  fields: readonly string[],
  more: Readonly<Record<string, readonly DynamicConfigValue[]>> = {},
): P {
  return fields.reduce(
    (built, field) => built.overrideByName(field, [...nameAndColour(t, field), ...(more[field] ?? [])]),
    panel,
  );
}

/**
 * Series that Prometheus labels with a collector show the provider's name, and its colour where colour carries no other
 * meaning.
 */
export function withCollectors<P extends { overrideByName(name: string, properties: DynamicConfigValue[]): P }>(
  panel: P,
  coloured: boolean,
): P {
  return SHOWN_PROVIDERS.reduce(
    (built, name) =>
      built.overrideByName(name, [
        prop('displayName', PROVIDERS[name].title),
        ...(coloured ? [colour(PROVIDERS[name].colour)] : []),
      ]),
    panel,
  );
}

export function mapping(
  options: Readonly<Record<string, { readonly text: string; readonly color?: string }>>,
): ValueMapping {
  return {
    type: MappingType.ValueToText,
    options: Object.fromEntries(Object.entries(options).map(([value, result], index) => [value, { ...result, index }])),
  };
}

export function outcomeMapping(t: Texts): ValueMapping {
  return mapping({
    succeeded: { text: t.outcomes.succeeded, color: 'green' },
    partial: { text: t.outcomes.partial, color: 'orange' },
    failed: { text: t.outcomes.failed, color: 'red' },
    skipped: { text: t.outcomes.skipped, color: NEUTRAL },
  });
}

export function providerMapping(t: Texts): ValueMapping {
  return mapping({
    ...Object.fromEntries(SHOWN_PROVIDERS.map((name) => [name, { text: PROVIDERS[name].title }])),
    ...Object.fromEntries(Object.entries(VENDORS).map(([name, { title }]) => [name, { text: title }])),
    all: { text: t.fields['totalUsd'] ?? 'Total' },
  });
}

export const transform = (id: string, options: object, refId?: string): DataTransformerConfig => ({
  id,
  options,
  ...(refId === undefined ? {} : { filter: { id: 'byRefId', options: refId } }),
});

/** For a cell without a value; the panel's `noValue` text would not fit. */
export const NO_VALUE = prop('noValue', '–');
/** A cell that grows with its text. */
export const WRAPPED = prop('custom.cellOptions', { type: 'auto', wrapText: true });
/** A column that only the links of its row use. */
export const ONLY_FOR_LINKS = [prop('custom.hidden', true), prop('custom.hideFrom', { viz: true })];
/** Short enough that the labels do not overlap. */
export const DAY_AXIS = [prop('unit', 'time:MM-DD')];
export const MONTH_AXIS = [prop('unit', 'time:YYYY-MM')];

/** Tables sort by the display name. */
export function sortedBy(t: Texts, field: string): TableSortByFieldStateBuilder {
  return new TableSortByFieldStateBuilder().displayName(t.fields[field] ?? field).desc(true);
}

/** A table whose cells are not coloured by default. */
export const neutralTable = (unit = 'none'): TableBuilder =>
  new TableBuilder().unit(unit).thresholds(neutralThresholds()).colorScheme(fixed(NEUTRAL));

/** A card: one figure, as large as fits. */
export function card(): StatBuilder {
  return new StatBuilder()
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .justifyMode(BigValueJustifyMode.Auto)
    .textMode(BigValueTextMode.ValueAndName)
    .wideLayout(true);
}

/** The rows as they are, without a calculation over them. */
export const rows = (fields: string, limit = 1): ReduceDataOptionsBuilder =>
  new ReduceDataOptionsBuilder().values(true).calcs(['lastNotNull']).fields(fields).limit(limit);
export const last = (fields: string): ReduceDataOptionsBuilder =>
  new ReduceDataOptionsBuilder().values(false).calcs(['lastNotNull']).fields(fields);
