import type { ReactElement } from 'react';
import { Button } from '@grafana/ui';
import type { InboxEntry, InboxRowAnswer } from '../../../exporter/src/contract/inbox.ts';
import { timeName } from '../shared/format.ts';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import { Table } from '../shared/table.tsx';
import { text } from '../shared/translations.ts';
import { useSubmission } from '../shared/use-request.ts';
import { undoMail } from './inbox-api.ts';
import { reasonText, subjectOf } from './mail-text.ts';

interface Props {
  readonly mails: readonly InboxEntry[];
  readonly onStored: (message: string) => void;
}

/** What was decided, by whom, and what needs no decision; a decision can be taken back. */
export function DecidedTable({ mails, onStored }: Props): ReactElement {
  return (
    <Table
      name="decided"
      label={text('inbox.decided')}
      empty={text('inbox.nothing-decided')}
      rows={mails}
      keyOf={({ id }) => id}
      columns={[
        { title: text('inbox.mail'), cell: (mail) => subjectOf(mail) },
        { title: text('inbox.sender'), cell: ({ from }) => from ?? text('inbox.no-sender') },
        { title: text('inbox.state'), cell: ({ state }) => text(`inbox.states.${state}`) },
        {
          title: text('inbox.why'),
          cell: ({ note, reasons, decidedBy }) =>
            [
              ...(decidedBy === null ? [] : [decidedBy]),
              ...(note === null ? [] : [note]),
              ...reasons.map(reasonText),
            ].join(' · '),
        },
        {
          title: text('inbox.when'),
          kind: 'day',
          cell: ({ decidedAt, receivedAt }) => timeName(decidedAt ?? receivedAt),
        },
        {
          title: text('history.actions'),
          kind: 'actions',
          cell: (mail) => (mail.decidedAt === null ? null : <Undo mail={mail} onStored={onStored} />),
        },
      ]}
    />
  );
}

function Undo({ mail, onStored }: { readonly mail: InboxEntry; readonly onStored: Props['onStored'] }): ReactElement {
  const { busy, problem, submit } = useSubmission<InboxRowAnswer>();
  const subject = subjectOf(mail);
  return (
    <>
      <Button
        size="sm"
        variant="secondary"
        disabled={busy}
        aria-label={text('inbox.undo-of', { subject })}
        onClick={() =>
          submit(
            () => undoMail(mail.id),
            () => onStored(text('inbox.undone', { subject })),
          )
        }
      >
        {text('inbox.undo')}
      </Button>
      <ProblemAlert problem={problem} />
    </>
  );
}
