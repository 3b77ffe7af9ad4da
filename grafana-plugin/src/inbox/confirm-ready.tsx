import { useState, type ReactElement } from 'react';
import { Alert, Button } from '@grafana/ui';
import type { InboxConfirmManyAnswer, InboxEntry } from '../../../exporter/src/contract/inbox.ts';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import { text } from '../shared/translations.ts';
import { useSubmission } from '../shared/use-request.ts';
import { confirmMails } from './inbox-api.ts';
import { subjectOf } from './mail-text.ts';

/** One click for all mails that need no look; what was refused meanwhile is named. */
export function ConfirmReady({
  mails,
  onStored,
}: {
  readonly mails: readonly InboxEntry[];
  readonly onStored: (message: string) => void;
}): ReactElement {
  const [refused, setRefused] = useState<readonly string[]>([]);
  const { busy, problem, submit } = useSubmission<InboxConfirmManyAnswer>();
  const ready = mails.filter(({ state }) => state === 'ready');
  const subjects = new Map(mails.map((mail) => [mail.id, subjectOf(mail)]));
  const confirm = () =>
    submit(
      () => confirmMails(ready.map(({ id }) => id)),
      ({ data }) => {
        const confirmed = data.filter(({ outcome }) => outcome === 'confirmed');
        setRefused(
          data.flatMap(({ id, outcome, message }) =>
            outcome === 'refused' ? [`${subjects.get(id) ?? id}: ${message ?? ''}`] : [],
          ),
        );
        onStored(confirmed.length === 0 ? '' : text('inbox.confirmed-many', { count: confirmed.length }));
      },
    );
  return (
    <>
      {ready.length > 0 && (
        <Button icon="check" disabled={busy} onClick={confirm} data-testid="confirm-ready">
          {busy ? text('entry.saving') : text('inbox.confirm-many', { count: ready.length })}
        </Button>
      )}
      <ProblemAlert problem={problem} />
      {refused.length > 0 && (
        <Alert severity="warning" title={text('inbox.refused-many')} onRemove={() => setRefused([])}>
          <ul>
            {refused.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </Alert>
      )}
    </>
  );
}
