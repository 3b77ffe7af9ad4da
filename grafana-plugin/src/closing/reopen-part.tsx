import { useState, type ReactElement } from 'react';
import { Button } from '@grafana/ui';
import { monthName } from '../shared/format.ts';
import { NotesBox } from '../shared/inputs.tsx';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import { Section } from '../shared/section.tsx';
import { text } from '../shared/translations.ts';
import { useSubmission } from '../shared/use-request.ts';
import { reopenMonth } from './months-api.ts';

/** Opens a closed month again, with the reason. */
export function ReopenPart({
  month,
  onStored,
}: {
  readonly month: string;
  readonly onStored: (message: string) => void;
}): ReactElement {
  const [reason, setReason] = useState('');
  const { busy, problem, submit } = useSubmission();
  const name = monthName(month);
  return (
    <Section title={text('closing.reopen-of', { month: name })} about={text('closing.reopen-about')}>
      <NotesBox label={text('void.reason')} value={reason} onChange={setReason} required />
      <Button
        disabled={busy || reason.trim() === ''}
        onClick={() =>
          submit(
            () => reopenMonth(month, reason.trim()),
            () => onStored(text('closing.reopened-now', { month: name })),
          )
        }
      >
        {text('closing.reopen')}
      </Button>
      <ProblemAlert problem={problem} />
    </Section>
  );
}
