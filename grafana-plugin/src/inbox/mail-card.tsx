import { useState, type ReactElement } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, Stack, useStyles2 } from '@grafana/ui';
import type { InboxConfirmAnswer, InboxEntry } from '../../../exporter/src/contract/inbox.ts';
import { ReadValues } from '../invoices/read-values.tsx';
import { timeName } from '../shared/format.ts';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import { tableStyles } from '../shared/table-style.ts';
import { text } from '../shared/translations.ts';
import { useSubmission } from '../shared/use-request.ts';
import { DismissDialog } from './dismiss-dialog.tsx';
import { EditMail } from './edit-mail.tsx';
import { confirmMail, mailUrl } from './inbox-api.ts';
import { effectTexts, reasonText, statementText, subjectOf } from './mail-text.ts';

interface Props {
  readonly mail: InboxEntry;
  readonly onStored: (message: string) => void;
}

/** One mail that waits: who sent it, what confirming it would change, why it needs a look, and the decisions. */
export function MailCard({ mail, onStored }: Props): ReactElement {
  const styles = useStyles2(tableStyles);
  const card = useStyles2(cardStyles);
  const [editing, setEditing] = useState(false);
  const [dismissing, setDismissing] = useState(false);
  const { busy, problem, submit } = useSubmission<InboxConfirmAnswer>();
  const subject = subjectOf(mail);
  const confirmed = () => onStored(text('inbox.confirmed', { subject }));
  const { effect, statements } = mail;
  return (
    <article className={card.card} aria-label={subject} data-testid={`mail-${mail.id}`}>
      <Stack direction="row" gap={1} alignItems="center" wrap="wrap">
        <h3 className={card.subject}>{subject}</h3>
        <Badge color={mail.state === 'ready' ? 'green' : 'orange'} text={text(`inbox.states.${mail.state}`)} />
      </Stack>
      <p className={styles.quiet}>
        {text('inbox.from', { from: mail.from ?? text('inbox.no-sender'), time: timeName(mail.receivedAt) })}
      </p>
      <ul className={card.list}>
        {statements.map((statement, index) => (
          <li key={index}>{statementText(statement)}</li>
        ))}
      </ul>
      {effect !== null &&
        effectTexts(effect).map((sentence) => (
          <p key={sentence}>
            <strong>{sentence}</strong>
          </p>
        ))}
      {effect?.refusal != null && <p>{text('inbox.refused', { detail: effect.refusal })}</p>}
      {mail.reasons.length > 0 && (
        <>
          <p>{text('inbox.needs-look')}</p>
          <ul className={card.list}>
            {mail.reasons.map((reason, index) => (
              <li key={index}>{reasonText(reason)}</li>
            ))}
          </ul>
        </>
      )}
      {mail.corrected.length > 0 && <p className={styles.quiet}>{text('inbox.remembered')}</p>}
      {mail.documents.map((document, index) => (
        <ReadValues key={index} document={document} />
      ))}
      <ProblemAlert problem={problem} />
      {editing ? (
        <EditMail mail={mail} onStored={confirmed} onClose={() => setEditing(false)} />
      ) : (
        <Stack direction="row" gap={1} wrap="wrap">
          {statements.length > 0 && (
            <Button
              variant={mail.state === 'ready' ? 'primary' : 'secondary'}
              disabled={busy || effect?.months == null}
              onClick={() => submit(() => confirmMail(mail.id), confirmed)}
              aria-label={text('inbox.confirm-of', { subject })}
            >
              {busy ? text('entry.saving') : text('inbox.confirm')}
            </Button>
          )}
          <Button
            variant="secondary"
            onClick={() => setEditing(true)}
            aria-label={text(statements.length > 0 ? 'inbox.edit-of' : 'inbox.type-of', { subject })}
          >
            {text(statements.length > 0 ? 'inbox.edit' : 'inbox.type')}
          </Button>
          <Button
            variant="secondary"
            fill="outline"
            onClick={() => setDismissing(true)}
            aria-label={text('inbox.dismiss-of', { subject })}
          >
            {text('inbox.dismiss')}
          </Button>
          {mail.hasDocument && (
            <a
              className={styles.textLink}
              href={mailUrl(mail.id)}
              download
              aria-label={text('inbox.open-of', { subject })}
            >
              {text('inbox.open')}
            </a>
          )}
        </Stack>
      )}
      {dismissing && (
        <DismissDialog
          mail={mail}
          onDone={() => onStored(text('inbox.dismissed', { subject }))}
          onClose={() => setDismissing(false)}
        />
      )}
    </article>
  );
}

const cardStyles = (theme: GrafanaTheme2) => ({
  card: css({
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    padding: theme.spacing(1.5, 2),
    marginBlock: theme.spacing(1.5),
    minWidth: 0,
    overflowWrap: 'anywhere',
    p: { marginBottom: theme.spacing(0.5) },
  }),
  subject: css({ fontSize: theme.typography.h5.fontSize, margin: 0 }),
  list: css({ paddingLeft: theme.spacing(2.5), marginBottom: theme.spacing(0.5) }),
});
