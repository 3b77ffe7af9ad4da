import type { ReactElement } from 'react';
import { Combobox, InlineField, InlineFieldRow, Input } from '@grafana/ui';
import { text } from '../shared/lazy-translations.ts';
import type { AnnotationEditorProps } from './lazy-editors.tsx';
import { EVENT_KINDS, type EventsTarget } from './types.ts';

/** What is marked on the panels of a board. */
export function AnnotationEditor({ query, onChange }: AnnotationEditorProps): ReactElement {
  const target: EventsTarget = query.events === undefined ? { refId: query.refId, events: 'invoices' } : query;
  return (
    <InlineFieldRow>
      <InlineField label={text('annotations.mark')} labelWidth={16} htmlFor="events">
        <Combobox
          id="events"
          width={40}
          options={EVENT_KINDS.map((kind) => ({ value: kind, label: text(`annotations.${kind}`) }))}
          value={target.events}
          onChange={({ value }) => onChange({ ...target, events: value })}
        />
      </InlineField>
      <InlineField
        label={text('editor.provider')}
        labelWidth={16}
        tooltip={text('editor.filter-help')}
        htmlFor="events-provider"
      >
        <Input
          id="events-provider"
          width={24}
          placeholder="$provider"
          defaultValue={target.provider ?? ''}
          onBlur={(event) => onChange({ ...target, provider: event.currentTarget.value })}
        />
      </InlineField>
    </InlineFieldRow>
  );
}
