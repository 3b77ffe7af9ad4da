import { DATASETS, type DatasetName, type FieldKind } from '../../../exporter/src/contract/datasets.ts';
import { DAY_MS, dayOf, monthOf } from '../shared/days.ts';
import { isRecord } from '../shared/problem.ts';
import { noticesOf, reasonOf, warningsIn, type Notice } from './notices.ts';
import { RUNNING_MONTH_FIELDS, splitRunningMonth } from './running-month.ts';
import { vendorColumns, type Row } from './vendor-columns.ts';

/** A data frame without Grafana's classes, so that it can be tested without a browser. */
export interface Frame {
  readonly refId: string;
  readonly name: string;
  readonly fields: readonly FrameField[];
  readonly meta: { readonly notices?: readonly Notice[]; readonly custom: Readonly<Record<string, unknown>> };
}

export interface FrameField {
  readonly name: string;
  readonly type: 'time' | 'number' | 'string' | 'boolean';
  readonly values: readonly (string | number | boolean | null)[];
  readonly config: {
    displayNameFromDS?: string;
    unit?: string;
    decimals?: number;
    noValue?: string;
    color?: { mode: 'fixed'; fixedColor: string };
  };
}

export interface FrameOptions {
  /** Only these fields, in this order. */
  readonly fields?: readonly string[] | undefined;
  /** Display name of a field; the field name if there is none. */
  readonly title?: ((field: string) => string) | undefined;
  readonly name?: string | undefined;
  /** Where the panel's axis begins: the month that this lies in is drawn there. */
  readonly axisFromMs?: number | undefined;
  readonly nowMs?: number | undefined;
  /** The board says that its figures are invented. */
  readonly demonstrationSaid?: boolean | undefined;
}

/** Additional fields of an `object` dataset: the quality of its figures, and up to which day they go. */
const ENVELOPE_FIELDS: Readonly<Record<string, FieldKind>> = {
  lastSyncStartedAt: 'time',
  lastSyncFinishedAt: 'time',
  lastSyncOutcome: 'text',
  lastCompleteDay: 'day',
  lastDay: 'day',
  asOf: 'time',
  coverageInvoice: 'ratio',
  coverageApiInvoice: 'ratio',
  coverageApiUsage: 'ratio',
  coverageFixed: 'ratio',
  coverageEstimate: 'ratio',
};
const COVERAGE = {
  coverageInvoice: 'invoice',
  coverageApiInvoice: 'api_invoice',
  coverageApiUsage: 'api_usage',
  coverageFixed: 'fixed',
  coverageEstimate: 'estimate',
};
/** `metrics-monthly-summary?groupBy=model` has these too. */
const GROUPED_FIELDS: Readonly<Record<string, FieldKind>> = { provider: 'text', model: 'text' };

/** The names of all fields that a dataset can have, for the editor and the lint of dashboards. */
export function fieldsOf(dataset: DatasetName): Readonly<Record<string, FieldKind>> {
  const { shape, fields } = DATASETS[dataset];
  if (shape === 'object') {
    const plain = Object.entries<FieldKind>(fields).filter(([name]) => name !== 'lastSync');
    return { ...Object.fromEntries(plain), ...ENVELOPE_FIELDS };
  }
  return dataset === 'metrics-monthly-summary'
    ? { month: 'month', ...GROUPED_FIELDS, ...fields, ...RUNNING_MONTH_FIELDS }
    : fields;
}

/**
 * An API response as a frame: one frame row per row, typed fields with unit and name, as notices the API's warnings
 * about these fields.
 * Null stays null, and an empty column says why.
 *
 * @throws Error if the response does not have the shape of the dataset: another program, or another version
 */
export function toFrame(refId: string, dataset: DatasetName, answer: unknown, options: FrameOptions = {}): Frame {
  const nowMs = options.nowMs ?? Date.now();
  const rows =
    dataset === 'metrics-monthly-summary'
      ? rowsOf(dataset, answer).map((row) => splitRunningMonth(row, nowMs))
      : rowsOf(dataset, answer);
  const warnings = warningsIn(answer);
  const kinds = fieldsOf(dataset);
  // A column for each vendor only on request: the fields by provider have the same figures.
  const present = Object.keys(kinds).filter(
    (name) =>
      kinds[name] !== 'providers' &&
      !(name in RUNNING_MONTH_FIELDS) &&
      (!(dataset === 'metrics-monthly-summary' && name in GROUPED_FIELDS) || rows.some((row) => name in row)),
  );
  const chosen = options.fields !== undefined && options.fields.length > 0 ? options.fields : present;
  const fields = chosen.flatMap((name): FrameField[] => {
    const kind = kinds[name];
    if (kind === undefined)
      throw new Error(`"${name}" is not a field of ${dataset}; there are ${Object.keys(kinds).join(', ')}`);
    if (kind === 'providers')
      return vendorColumns(rows, name, options.title?.('otherUsd')).map((column) => ({
        name: column.name,
        type: TYPES.usd,
        values: column.values,
        config: {
          ...displayOf('usd', column.name, column.values),
          displayNameFromDS: column.title,
          color: { mode: 'fixed', fixedColor: column.colour },
          ...noValueOf(column.values, reasonOf(dataset, name, warnings)),
        },
      }));
    const values = rows.map((row) => onAxis(kind, valueOf(kind, row[name]), options.axisFromMs));
    const title = options.title?.(name);
    return [
      {
        name,
        type: TYPES[kind],
        values,
        config: {
          ...displayOf(kind, name, values),
          ...(title === undefined ? {} : { displayNameFromDS: title }),
          ...noValueOf(values, reasonOf(dataset, name, warnings)),
        },
      },
    ];
  });
  const notices = noticesOf(dataset, chosen, warnings, options.demonstrationSaid);
  return {
    refId,
    name: options.name ?? dataset,
    fields,
    meta: { ...(notices.length === 0 ? {} : { notices }), custom: envelopeOf(answer) },
  };
}

/** A month that began before the axis does is drawn at its beginning; its name stays. */
function onAxis(kind: FieldKind, value: FrameField['values'][number], fromMs: number | undefined): typeof value {
  if (kind !== 'month' || typeof value !== 'number' || fromMs === undefined) return value;
  return monthOf(dayOf(value)) === monthOf(dayOf(fromMs)) ? Math.max(value, fromMs) : value;
}

/** The reason for an empty column. */
function noValueOf(values: readonly unknown[], reason: string): { noValue?: string } {
  return values.length > 0 && values.every((value) => value === null) && reason !== '' ? { noValue: reason } : {};
}

const TYPES = {
  text: 'string',
  day: 'time',
  month: 'time',
  time: 'time',
  usd: 'number',
  amount: 'number',
  count: 'number',
  tokens: 'number',
  ratio: 'number',
  milliseconds: 'number',
  boolean: 'boolean',
  json: 'string',
} as const satisfies Record<Exclude<FieldKind, 'providers'>, FrameField['type']>;

function rowsOf(dataset: DatasetName, answer: unknown): readonly Row[] {
  if (!isRecord(answer)) throw new Error('the answer is not a JSON object: is this address a Marginboard exporter?');
  if (DATASETS[dataset].shape === 'object') return [summaryRow(answer)];
  const data = answer['data'];
  if (!Array.isArray(data))
    throw new Error('the answer has no "data": is the exporter of the same version as the plugin?');
  const rows: readonly unknown[] = data;
  return rows.filter(isRecord);
}

function summaryRow(answer: Row): Row {
  const sync = isRecord(answer['lastSync']) ? answer['lastSync'] : {};
  const coverage = isRecord(answer['coverage']) ? answer['coverage'] : {};
  return {
    ...answer,
    lastDay: dayBefore(answer['to']),
    lastSyncStartedAt: sync['startedAt'],
    lastSyncFinishedAt: sync['finishedAt'],
    lastSyncOutcome: sync['outcome'],
    ...Object.fromEntries(Object.entries(COVERAGE).map(([field, source]) => [field, coverage[source]])),
  };
}

function dayBefore(day: unknown): string | null {
  const ms = timeOf(day);
  return ms === null ? null : dayOf(ms - DAY_MS);
}

function valueOf(kind: Exclude<FieldKind, 'providers'>, value: unknown): string | number | boolean | null {
  if (value === null || value === undefined) return null;
  switch (kind) {
    case 'day':
    case 'month':
    case 'time':
      return timeOf(value);
    case 'usd':
    case 'amount':
    case 'count':
    case 'tokens':
    case 'ratio':
    case 'milliseconds':
      return numberOf(value);
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'text':
      return typeof value === 'string' ? value : JSON.stringify(value);
    case 'json':
      return textOf(value);
  }
}

/** The chart's axis needs a float here, and only here; the exact figure stays with the exporter. */
function numberOf(value: unknown): number | null {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}

/** Days and months are UTC midnights: boards that show them run in UTC. */
function timeOf(value: unknown): number | null {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

/** `{weaviate: "invoice"}` and `[{message: "…"}]` as text for a table cell. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) {
    const entries: readonly unknown[] = value;
    return entries
      .map((entry) => (isRecord(entry) && typeof entry['message'] === 'string' ? entry['message'] : textOf(entry)))
      .join('\n');
  }
  if (isRecord(value))
    return Object.entries(value)
      .map(([name, inner]) => `${name}: ${typeof inner === 'string' ? inner : JSON.stringify(inner)}`)
      .join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export const USD_UNIT = 'currency:financial:$:prefix';

/** Unit and decimals. Cents, unless the whole column is so small that cents would show nothing. */
function displayOf(
  kind: Exclude<FieldKind, 'providers'>,
  name: string,
  values: readonly unknown[],
): { unit?: string; decimals?: number } {
  switch (kind) {
    case 'usd':
      return { unit: USD_UNIT, decimals: moneyDecimals(values) };
    case 'amount':
      return { unit: 'none', decimals: moneyDecimals(values) };
    case 'count':
    case 'tokens':
      return { unit: 'locale', decimals: 0 };
    case 'ratio':
      // Completion tokens per prompt token is not a percentage.
      return name === 'completionRatio' ? { unit: 'none', decimals: 2 } : { unit: 'percentunit', decimals: 1 };
    case 'milliseconds':
      return { unit: 'ms' };
    case 'day':
      return { unit: 'time:YYYY-MM-DD' };
    case 'month':
      return { unit: 'time:YYYY-MM' };
    case 'time':
      return { unit: 'dateTimeAsIso' };
    case 'text':
    case 'boolean':
    case 'json':
      return {};
  }
}

export function moneyDecimals(values: readonly unknown[]): number {
  const largest = values.reduce<number>(
    (most, value) => (typeof value === 'number' ? Math.max(most, Math.abs(value)) : most),
    0,
  );
  const wholeCents = values.every((value) => typeof value !== 'number' || Math.round(value * 100) / 100 === value);
  if (wholeCents || largest >= 1) return 2;
  return largest >= 0.01 ? 4 : 6;
}

/** The response without its rows, for "Inspect" and tests. */
function envelopeOf(answer: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(answer)) return {};
  return Object.fromEntries(
    ['from', 'to', 'asOf', 'lastCompleteDay', 'coverage', 'totals', 'nextCursor'].flatMap((name) =>
      name in answer ? [[name, answer[name]]] : [],
    ),
  );
}
