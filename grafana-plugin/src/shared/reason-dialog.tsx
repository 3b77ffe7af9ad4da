import { useState, type FormEvent, type ReactElement } from 'react';
import { Button, Modal } from '@grafana/ui';
import { NotesBox } from './inputs.tsx';
import { ProblemAlert, fieldMessage } from './problem-alert.tsx';
import { text } from './translations.ts';
import { useSubmission } from './use-request.ts';

interface Props<Answer> {
  /** The form's `data-testid`. */
  readonly name: string;
  readonly title: string;
  readonly about: string;
  /** The button's text. */
  readonly action: string;
  readonly variant?: 'primary' | 'destructive';
  readonly send: (reason: string) => Promise<Answer>;
  readonly onDone: (answer: Answer) => void;
  readonly onClose: () => void;
}

/** Does something once a reason is given, which is stored with it. */
export function ReasonDialog<Answer>({
  name,
  title,
  about,
  action,
  variant = 'primary',
  send,
  onDone,
  onClose,
}: Props<Answer>): ReactElement {
  const [reason, setReason] = useState('');
  const { busy, problem, submit } = useSubmission<Answer>();
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() !== '') submit(() => send(reason.trim()), onDone);
  };
  return (
    // A click beside the dialog must not lose what was typed.
    <Modal isOpen title={title} onDismiss={onClose} closeOnBackdropClick={false}>
      <form onSubmit={save} data-testid={name}>
        <p>{about}</p>
        <NotesBox
          label={text('void.reason')}
          required
          value={reason}
          error={fieldMessage(problem, 'reason')}
          onChange={setReason}
        />
        <ProblemAlert problem={problem} shown={['reason']} />
        <Modal.ButtonRow>
          <Button variant="secondary" fill="outline" onClick={onClose}>
            {text('dialog.cancel')}
          </Button>
          <Button type="submit" variant={variant} disabled={busy || reason.trim() === ''}>
            {busy ? text('entry.saving') : action}
          </Button>
        </Modal.ButtonRow>
      </form>
    </Modal>
  );
}
