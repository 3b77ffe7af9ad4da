import { useState, type ReactElement } from 'react';
import { InlineField, Input } from '@grafana/ui';
import { text } from '../shared/lazy-translations.ts';
import type { FilterName } from './filters.ts';
import type { Choice } from './variables.ts';
import { CONTROL_WIDTH, LABEL_WIDTH } from './widths.ts';

interface FilterInputProps {
  readonly filter: FilterName;
  readonly refId: string;
  readonly value: string;
  /** Asked once, when the input is first used; without an answer the input only has no suggestions. */
  readonly suggest: () => Promise<readonly Choice[]>;
  readonly onChange: (value: string) => void;
  readonly onDone: () => void;
}

/** A filter as text, which may hold variables, with the values that the exporter knows as suggestions. */
export function FilterInput({ filter, refId, value, suggest, onChange, onDone }: FilterInputProps): ReactElement {
  const [choices, setChoices] = useState<readonly Choice[]>();
  const list = `${filter}-${refId}-values`;
  const load = () => {
    if (choices !== undefined) return;
    setChoices([]);
    suggest().then(setChoices, () => undefined);
  };
  return (
    <InlineField
      label={text(`editor.${filter}`)}
      labelWidth={LABEL_WIDTH}
      tooltip={text('editor.filter-help')}
      htmlFor={`${filter}-${refId}`}
    >
      <>
        <Input
          id={`${filter}-${refId}`}
          width={CONTROL_WIDTH}
          placeholder={`$${filter}`}
          value={value}
          list={list}
          onFocus={load}
          onChange={(event) => onChange(event.currentTarget.value)}
          onBlur={onDone}
          onKeyDown={(event) => {
            if (event.key === 'Enter') onDone();
          }}
        />
        <datalist id={list}>
          {(choices ?? []).map((choice) => (
            <option key={choice.value} value={choice.value} label={choice.text} />
          ))}
        </datalist>
      </>
    </InlineField>
  );
}
