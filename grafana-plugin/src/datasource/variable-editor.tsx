import type { ReactElement } from 'react';
import { Combobox, InlineField } from '@grafana/ui';
import { text } from '../shared/lazy-translations.ts';
import type { VariableEditorProps } from './lazy-editors.tsx';
import { VARIABLE_KINDS } from './types.ts';
import { variableKind } from './variables.ts';

/** What a dashboard's variable lists. */
export function VariableEditor({ query, onChange }: VariableEditorProps): ReactElement {
  return (
    <InlineField label={text('variables.list')} labelWidth={16} htmlFor="variable-kind">
      <Combobox
        id="variable-kind"
        width={40}
        options={VARIABLE_KINDS.map((kind) => ({ value: kind, label: text(`variables.${kind}`) }))}
        value={variableKind(query) ?? null}
        onChange={({ value }) => onChange(value, text(`variables.${value}`))}
      />
    </InlineField>
  );
}
