import { useState, type FormEvent, type ReactElement } from 'react';
import { Button, Modal } from '@grafana/ui';
import type { InboxEntry, InboxRowAnswer } from '../../../exporter/src/contract/inbox.ts';
import { NotesBox } from '../shared/inputs.tsx';
import { ProblemAlert, fieldMessage } from '../shared/problem-alert.tsx';
import { text } from '../shared/translations.ts';
import { useSubmission } from '../shared/use-request.ts';
import { dismissMail } from './inbox-api.ts';
import { subjectOf } from './mail-text.ts';

/** Puts a mail away with a reason; undo brings it back. */
export function DismissDialog({
  mail,
  onDone,
  onClose,
}: {
  readonly mail: InboxEntry;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): ReactElement {
  const [reason, setReason] = useState('');
  const { busy, problem, submit } = useSubmission<InboxRowAnswer>();
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() !== '') submit(() => dismissMail(mail.id, reason.trim()), onDone);
  };
  return (
    <Modal isOpen title={text('inbox.dismiss-of', { subject: subjectOf(mail) })} onDismiss={onClose}>
      <form onSubmit={save} data-testid="dismiss-form">
        <p>{text('inbox.dismiss-about')}</p>
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
          <Button type="submit" disabled={busy || reason.trim() === ''}>
            {text(busy ? 'entry.saving' : 'inbox.dismiss')}
          </Button>
        </Modal.ButtonRow>
      </form>
    </Modal>
  );
}
