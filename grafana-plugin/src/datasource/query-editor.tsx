import type { ReactElement } from 'react';
import { Combobox, InlineField, InlineFieldRow, Input, MultiCombobox } from '@grafana/ui';
import { DATASETS, MOVEMENT_GROUPS, REVENUE_BASES, type DatasetName } from '../../../exporter/src/contract/datasets.ts';
import { OUTCOMES } from '../../../exporter/src/contract/outcomes.ts';
import type { QueryFilters, QueryRange } from '../../../exporter/src/contract/query.ts';
import { text } from '../shared/lazy-translations.ts';
import { fieldsOf } from './frame.ts';
import type { EditorProps } from './lazy-editors.tsx';
import type { DatasetTarget } from './types.ts';

const LABEL_WIDTH = 16;
const CONTROL_WIDTH = 32;
/** Filters with a text input, which accepts variables; the others have a list. */
const TYPED_FILTERS = [
  'provider',
  'model',
  'user',
  'collector',
  'movement',
  'plan',
  'product',
  'currency',
  'customer',
] as const;

/** The first one is the API's own default. */
const MONTH_GROUPS = ['month', 'model'] as const;

function datasetNames(): DatasetName[] {
  return Object.keys(DATASETS).filter((name): name is DatasetName => name in DATASETS);
}

/** Dataset, days and filters; shows only what the dataset supports. */
export function QueryEditor({
  query,
  onChange,
  onRunQuery,
}: Pick<EditorProps, 'query' | 'onChange' | 'onRunQuery'>): ReactElement {
  const target: DatasetTarget =
    query.dataset === undefined
      ? { refId: query.refId, dataset: 'revenue-vs-costs', range: { kind: 'dashboard' } }
      : query;
  const parameters: readonly string[] = DATASETS[target.dataset].parameters;
  const range = target.range ?? { kind: 'dashboard' };
  const filters = target.filters ?? {};
  const groups = target.dataset === 'metrics-monthly-summary' ? MONTH_GROUPS : MOVEMENT_GROUPS;

  const change = (changed: Partial<DatasetTarget>, run = true) => {
    onChange({ ...target, ...changed });
    if (run) onRunQuery();
  };
  const filter = (name: keyof QueryFilters, value: string | number | undefined, run = true) => {
    const { [name]: _gone, ...others } = filters;
    change({ filters: value === undefined || value === '' ? others : { ...others, [name]: value } }, run);
  };
  const options = (names: readonly string[], prefix: string) =>
    names.map((name) => ({ value: name, label: text(`${prefix}.${name}`) }));

  return (
    <>
      <InlineFieldRow>
        <InlineField label={text('editor.dataset')} labelWidth={LABEL_WIDTH} htmlFor={`dataset-${query.refId}`}>
          <Combobox
            id={`dataset-${query.refId}`}
            width={CONTROL_WIDTH}
            options={datasetNames().map((name) => ({
              value: name,
              label: text(`datasets.${name}`),
              description: text(`about.${name}`),
            }))}
            value={target.dataset}
            // Fields and filters of the previous dataset do not apply to this one.
            onChange={({ value }) => change({ dataset: value, fields: [], filters: {} })}
          />
        </InlineField>
        {parameters.includes('from') && (
          <RangeFields range={range} refId={query.refId} onChange={(next, run) => change({ range: next }, run)} />
        )}
      </InlineFieldRow>
      <InlineFieldRow>
        {TYPED_FILTERS.filter((name) => parameters.includes(name)).map((name) => (
          <InlineField
            key={name}
            label={text(`editor.${name}`)}
            labelWidth={LABEL_WIDTH}
            tooltip={text('editor.filter-help')}
            htmlFor={`${name}-${query.refId}`}
          >
            <Input
              id={`${name}-${query.refId}`}
              width={CONTROL_WIDTH}
              placeholder={`$${name}`}
              value={filters[name] ?? ''}
              onChange={(event) => filter(name, event.currentTarget.value, false)}
              onBlur={onRunQuery}
              onKeyDown={(event) => {
                if (event.key === 'Enter') onRunQuery();
              }}
            />
          </InlineField>
        ))}
        {parameters.includes('outcome') && (
          <InlineField label={text('editor.outcome')} labelWidth={LABEL_WIDTH} htmlFor={`outcome-${query.refId}`}>
            <Combobox
              id={`outcome-${query.refId}`}
              width={CONTROL_WIDTH}
              isClearable
              options={options(OUTCOMES, 'outcomes')}
              value={filters.outcome ?? null}
              onChange={(choice: { value: string } | null) => filter('outcome', choice?.value)}
            />
          </InlineField>
        )}
        {parameters.includes('groupBy') && (
          <InlineField label={text('editor.groupBy')} labelWidth={LABEL_WIDTH} htmlFor={`group-${query.refId}`}>
            <Combobox
              id={`group-${query.refId}`}
              width={CONTROL_WIDTH}
              options={options(groups, 'groups')}
              value={filters.groupBy ?? groups[0]}
              onChange={({ value }) => filter('groupBy', value === groups[0] ? undefined : value)}
            />
          </InlineField>
        )}
        {parameters.includes('revenue') && (
          <InlineField
            label={text('editor.revenue')}
            labelWidth={LABEL_WIDTH}
            tooltip={text('editor.revenue-help')}
            htmlFor={`revenue-${query.refId}`}
          >
            <Combobox
              id={`revenue-${query.refId}`}
              width={CONTROL_WIDTH}
              options={options(REVENUE_BASES, 'revenue')}
              value={filters.revenue ?? 'recognised'}
              onChange={({ value }) => filter('revenue', value === 'recognised' ? undefined : value)}
            />
          </InlineField>
        )}
        {parameters.includes('limit') && (
          <InlineField label={text('editor.limit')} labelWidth={LABEL_WIDTH} htmlFor={`limit-${query.refId}`}>
            <WholeNumber
              id={`limit-${query.refId}`}
              value={filters.limit}
              most={1000}
              onChange={(value) => filter('limit', value, false)}
              onDone={onRunQuery}
            />
          </InlineField>
        )}
      </InlineFieldRow>
      <InlineField
        label={text('editor.fields')}
        labelWidth={LABEL_WIDTH}
        tooltip={text('editor.fields-help')}
        htmlFor={`fields-${query.refId}`}
      >
        <MultiCombobox
          id={`fields-${query.refId}`}
          width={CONTROL_WIDTH * 2}
          placeholder={text('editor.all-fields')}
          options={Object.keys(fieldsOf(target.dataset)).map((name) => ({
            value: name,
            label: text(`fields.${name}`),
          }))}
          value={[...(target.fields ?? [])]}
          onChange={(chosen) => change({ fields: chosen.map(({ value }) => value) })}
        />
      </InlineField>
    </>
  );
}

interface RangeProps {
  readonly range: QueryRange;
  readonly refId: string;
  readonly onChange: (range: QueryRange, run?: boolean) => void;
}

function RangeFields({ range, refId, onChange }: RangeProps): ReactElement {
  const choices = (['dashboard', 'days', 'months', 'month', 'all'] as const).map((kind) => ({
    value: kind,
    label: text(`ranges.${kind}`),
  }));
  const start = (kind: QueryRange['kind']): QueryRange =>
    kind === 'days'
      ? { kind, days: 30 }
      : kind === 'months'
        ? { kind, months: 6 }
        : kind === 'month'
          ? { kind, month: '$month' }
          : { kind };
  return (
    <>
      <InlineField
        label={text('editor.range')}
        labelWidth={LABEL_WIDTH}
        tooltip={text('editor.range-help')}
        htmlFor={`range-${refId}`}
      >
        <Combobox
          id={`range-${refId}`}
          width={CONTROL_WIDTH}
          options={choices}
          value={range.kind}
          onChange={({ value }) => onChange(start(value))}
        />
      </InlineField>
      {range.kind === 'days' && (
        <InlineField label={text('editor.days')} htmlFor={`days-${refId}`}>
          <WholeNumber
            id={`days-${refId}`}
            value={range.days}
            most={1830}
            onChange={(days) => onChange({ kind: 'days', days: days ?? 30 }, false)}
            onDone={() => onChange(range)}
          />
        </InlineField>
      )}
      {range.kind === 'month' && (
        <InlineField label={text('editor.month')} tooltip={text('editor.month-help')} htmlFor={`month-${refId}`}>
          <Input
            id={`month-${refId}`}
            width={16}
            placeholder="2026-10"
            value={range.month}
            onChange={(event) => onChange({ kind: 'month', month: event.currentTarget.value }, false)}
            onBlur={() => onChange(range)}
          />
        </InlineField>
      )}
      {range.kind === 'months' && (
        <InlineField label={text('editor.months')} htmlFor={`months-${refId}`}>
          <WholeNumber
            id={`months-${refId}`}
            value={range.months}
            most={60}
            onChange={(months) => onChange({ kind: 'months', months: months ?? 6 }, false)}
            onDone={() => onChange(range)}
          />
        </InlineField>
      )}
    </>
  );
}

interface WholeNumberProps {
  readonly id: string;
  readonly value: number | undefined;
  readonly most: number;
  readonly onChange: (value: number | undefined) => void;
  readonly onDone: () => void;
}

function WholeNumber({ id, value, most, onChange, onDone }: WholeNumberProps): ReactElement {
  return (
    <Input
      id={id}
      type="number"
      width={12}
      min={1}
      max={most}
      value={value ?? ''}
      onChange={(event) => {
        const typed = Math.trunc(event.currentTarget.valueAsNumber);
        onChange(Number.isNaN(typed) ? undefined : Math.min(most, Math.max(1, typed)));
      }}
      onBlur={onDone}
    />
  );
}
