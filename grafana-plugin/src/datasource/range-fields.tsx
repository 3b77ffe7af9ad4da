import type { ReactElement } from 'react';
import { Combobox, InlineField, Input } from '@grafana/ui';
import type { QueryRange } from '../../../exporter/src/contract/query.ts';
import { text } from '../shared/lazy-translations.ts';
import { WholeNumber } from './whole-number.tsx';
import { CONTROL_WIDTH, LABEL_WIDTH } from './widths.ts';

interface RangeProps {
  readonly range: QueryRange;
  readonly refId: string;
  readonly onChange: (range: QueryRange, run?: boolean) => void;
}

/** What a query asks for once a kind of range is chosen. */
const CHOSEN: Readonly<Record<QueryRange['kind'], QueryRange>> = {
  dashboard: { kind: 'dashboard' },
  picker: { kind: 'picker', opensAt: 'now-30d', start: { kind: 'days', days: 30 } },
  days: { kind: 'days', days: 30 },
  months: { kind: 'months', months: 6 },
  month: { kind: 'month', month: '$month' },
  all: { kind: 'all' },
};

/** Which days a query asks for. */
export function RangeFields({ range, refId, onChange }: RangeProps): ReactElement {
  const choices = Object.values(CHOSEN).map(({ kind }) => ({ value: kind, label: text(`ranges.${kind}`) }));
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
          onChange={({ value }) => onChange(CHOSEN[value])}
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
