import type { ReactElement } from 'react';
import { Combobox, InlineField, Text } from '@grafana/ui';
import { text } from '../shared/lazy-translations.ts';
import { isRecord } from '../shared/problem.ts';
import { VARIABLE_KINDS, type VariableQuery } from './types.ts';
import { variableKind } from './variables.ts';

const refIdOf = (query: unknown): string =>
  isRecord(query) && typeof query['refId'] === 'string' ? query['refId'] : 'variable';

interface Props {
  /** An empty text for a new variable, and a word where a provisioned board wrote one. */
  readonly query: unknown;
  readonly onChange: (query: VariableQuery) => void;
}

/** What a dashboard's variable lists, each with an example of its values. */
export function VariableEditor({ query, onChange }: Props): ReactElement {
  const chosen = variableKind(query);
  return (
    <>
      <InlineField label={text('variables.list')} labelWidth={16} htmlFor="variable-kind">
        <Combobox
          id="variable-kind"
          width={40}
          options={VARIABLE_KINDS.map((kind) => ({
            value: kind,
            label: text(`variables.${kind}`),
            description: text(`variable-examples.${kind}`),
          }))}
          value={chosen ?? null}
          onChange={({ value }) => onChange({ refId: refIdOf(query), kind: value })}
        />
      </InlineField>
      {chosen !== undefined && (
        <Text element="p" variant="bodySmall" color="secondary">
          {text(`variable-examples.${chosen}`)}
        </Text>
      )}
    </>
  );
}
