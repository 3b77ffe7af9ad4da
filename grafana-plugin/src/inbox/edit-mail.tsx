import { useState, type FormEvent, type ReactElement } from 'react';
import { Button, Stack, useStyles2 } from '@grafana/ui';
import type { ProposedStatement } from '../../../exporter/src/contract/imports.ts';
import type { InboxConfirmAnswer, InboxEntry } from '../../../exporter/src/contract/inbox.ts';
import {
  draftOfProposed,
  fieldsOfStatements,
  problemOfStatement,
  statementOfReview,
} from '../invoices/import-review.ts';
import type { InvoiceDraft } from '../invoices/invoice-draft.ts';
import { InvoiceFields } from '../invoices/invoice-fields.tsx';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import { tableStyles } from '../shared/table-style.ts';
import { text } from '../shared/translations.ts';
import { useSubmission } from '../shared/use-request.ts';
import { confirmMail } from './inbox-api.ts';
import { subjectOf } from './mail-text.ts';

/** For a mail from which nothing was read. */
const NOTHING: ProposedStatement = {
  provider: null,
  component: null,
  invoiceNumber: null,
  line: 0,
  billingDate: null,
  periodStart: null,
  periodEnd: null,
  amount: null,
  currency: 'USD',
  fxRate: null,
  taxAmount: null,
  notes: null,
  kind: 'invoice',
  additional: false,
};

interface Reviewed {
  readonly proposed: ProposedStatement;
  readonly draft: InvoiceDraft;
}

/** The statements of a mail as the reviewer corrects them; what was corrected is proposed for the vendor next time. */
export function EditMail({
  mail,
  onStored,
  onClose,
}: {
  readonly mail: InboxEntry;
  readonly onStored: () => void;
  readonly onClose: () => void;
}): ReactElement {
  const styles = useStyles2(tableStyles);
  const [reviews, setReviews] = useState<readonly Reviewed[]>(() =>
    (mail.statements.length === 0 ? [NOTHING] : mail.statements).map((proposed) => ({
      proposed,
      draft: draftOfProposed(proposed),
    })),
  );
  const { busy, problem, submit, clear } = useSubmission<InboxConfirmAnswer>();
  const statements = reviews.flatMap((review) => statementOfReview(review) ?? []);
  const complete = statements.length === reviews.length;
  const edit = (index: number, changes: Partial<InvoiceDraft>) => {
    clear();
    setReviews((before) =>
      before.map((one, place) => (place === index ? { ...one, draft: { ...one.draft, ...changes } } : one)),
    );
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (complete) submit(() => confirmMail(mail.id, statements), onStored);
  };
  return (
    <form onSubmit={save} aria-label={text('inbox.edit-of', { subject: subjectOf(mail) })} data-testid="edit-mail">
      {reviews.map(({ draft }, index) => (
        <fieldset key={index} className={styles.entry}>
          <legend className={styles.legend}>
            {text('import.statement', { number: index + 1, count: reviews.length })}
          </legend>
          <InvoiceFields
            draft={draft}
            problem={problemOfStatement(problem, index)}
            onChange={(changes) => edit(index, changes)}
          />
        </fieldset>
      ))}
      <ProblemAlert problem={problem} shown={fieldsOfStatements(problem)} />
      <Stack direction="row" gap={1} wrap="wrap">
        <Button type="submit" icon="save" disabled={busy || !complete}>
          {busy ? text('entry.saving') : text('inbox.confirm-edited')}
        </Button>
        <Button variant="secondary" fill="outline" onClick={onClose}>
          {text('dialog.cancel')}
        </Button>
      </Stack>
    </form>
  );
}
