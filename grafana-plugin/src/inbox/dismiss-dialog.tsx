import type { ReactElement } from 'react';
import type { InboxEntry } from '../../../exporter/src/contract/inbox.ts';
import { ReasonDialog } from '../shared/reason-dialog.tsx';
import { text } from '../shared/translations.ts';
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
  return (
    <ReasonDialog
      name="dismiss-form"
      title={text('inbox.dismiss-of', { subject: subjectOf(mail) })}
      about={text('inbox.dismiss-about')}
      action={text('inbox.dismiss')}
      send={(reason) => dismissMail(mail.id, reason)}
      onDone={onDone}
      onClose={onClose}
    />
  );
}
