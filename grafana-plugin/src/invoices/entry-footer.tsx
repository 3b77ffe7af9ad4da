import type { ReactElement } from 'react';
import { Button, Checkbox } from '@grafana/ui';
import { text } from '../shared/translations.ts';
import { Effect } from './effect.tsx';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import type { EntryForm } from './use-entry-form.ts';

interface Props {
  readonly form: Omit<EntryForm<unknown>, 'draft' | 'update' | 'save'>;
  /** Whether the entry adds to what is stored for its period; offered on such a conflict. */
  readonly additional: boolean;
  readonly onAdditional: (additional: boolean) => void;
  readonly onCorrect: (id: string) => void;
  /** Fields of the API that show their message themselves. */
  readonly shown: readonly string[];
}

/** The end of every form that enters invoices: how to resolve a conflict, the effect, the error, and the button. */
export function EntryFooter({ form, additional, onAdditional, onCorrect, shown }: Props): ReactElement {
  const { busy, complete, preview, problem } = form;
  return (
    <>
      {(additional || problem?.kind === 'conflict' || preview.problem?.kind === 'conflict') && (
        <Checkbox
          label={text('entry.additional')}
          description={text('entry.additional-help')}
          value={additional}
          onChange={(event) => onAdditional(event.currentTarget.checked)}
        />
      )}
      <Effect preview={preview} onCorrect={onCorrect} />
      <ProblemAlert problem={problem} shown={shown} />
      <Button type="submit" icon={busy ? 'spinner' : 'save'} disabled={busy || !complete}>
        {text(busy ? 'entry.saving' : 'entry.save')}
      </Button>
    </>
  );
}
