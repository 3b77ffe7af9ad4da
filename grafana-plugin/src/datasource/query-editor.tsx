import type { ReactElement } from 'react';
import { Alert, Combobox, InlineField, InlineFieldRow, MultiCombobox } from '@grafana/ui';
import { getTemplateSrv } from '@grafana/runtime';
import { DATASETS, MOVEMENT_GROUPS, REVENUE_BASES, type DatasetName } from '../../../exporter/src/contract/datasets.ts';
import { OUTCOMES } from '../../../exporter/src/contract/outcomes.ts';
import type { QueryFilters } from '../../../exporter/src/contract/query.ts';
import { text } from '../shared/lazy-translations.ts';
import { faultInWords } from './faults.ts';
import { FilterInput } from './filter-input.tsx';
import { TYPED_FILTERS } from './filters.ts';
import { fieldsOf } from './frame.ts';
import type { EditorProps } from './lazy-editors.tsx';
import { RangeFields } from './range-fields.tsx';
import { isKnownVersion, migrateQuery, NewerQueryError, QUERY_VERSION } from './saved-query.ts';
import type { DatasetTarget } from './types.ts';
import type { Choice } from './variables.ts';
import { WholeNumber } from './whole-number.tsx';
import { CONTROL_WIDTH, LABEL_WIDTH } from './widths.ts';

/** The first one is the API's own default. */
const MONTH_GROUPS = ['month', 'model'] as const;

function datasetNames(): DatasetName[] {
  return Object.keys(DATASETS).filter((name): name is DatasetName => name in DATASETS);
}

/** The board's own variables, first among the suggestions. */
const variableChoices = (): Choice[] =>
  getTemplateSrv()
    .getVariables()
    .map(({ name, label }) => ({ value: `$${name}`, text: label ?? name }));

type Props = Pick<EditorProps, 'datasource' | 'query' | 'onChange' | 'onRunQuery'>;

/** A query of a newer plugin is left as it is: this one would drop what it does not know. */
export function QueryEditor(props: Props): ReactElement {
  const { query } = props;
  return isKnownVersion(query) ? (
    <DatasetEditor {...props} query={migrateQuery(query)} />
  ) : (
    <Alert severity="warning" title={faultInWords(new NewerQueryError(query.version ?? 0))} />
  );
}

/** Dataset, days and filters; shows only what the dataset supports. */
function DatasetEditor({ datasource, query, onChange, onRunQuery }: Props): ReactElement {
  const target: DatasetTarget =
    query.dataset === undefined
      ? { refId: query.refId, dataset: 'revenue-vs-costs', range: { kind: 'dashboard' } }
      : query;
  const parameters: readonly string[] = DATASETS[target.dataset].parameters;
  const range = target.range ?? { kind: 'dashboard' };
  const filters = target.filters ?? {};
  const groups = target.dataset === 'metrics-monthly-summary' ? MONTH_GROUPS : MOVEMENT_GROUPS;

  const change = (changed: Partial<DatasetTarget>, run = true) => {
    onChange({ ...target, ...changed, version: QUERY_VERSION });
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
          <FilterInput
            // The suggestions belong to the dataset.
            key={`${target.dataset}-${name}`}
            filter={name}
            refId={query.refId}
            value={filters[name] ?? ''}
            suggest={async () => [...variableChoices(), ...(await datasource.filterChoices(name, target.dataset))]}
            onChange={(value) => filter(name, value, false)}
            onDone={onRunQuery}
          />
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
