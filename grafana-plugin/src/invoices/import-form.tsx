import { useState, type FormEvent, type ReactElement } from 'react';
import { Alert, Badge, Button, Checkbox, FileUpload, LoadingPlaceholder, Stack, useStyles2 } from '@grafana/ui';
import type { BillingEntryAnswer } from '../../../exporter/src/contract/billing.ts';
import type { ImportPreview } from '../../../exporter/src/contract/imports.ts';
import { text } from '../shared/translations.ts';
import { confirmImport, previewImport } from './billing-api.ts';
import { fieldsOfStatements, problemOfStatement, reviewsOf, statementOfReview, type Review } from './import-review.ts';
import { InvoiceFields } from './invoice-fields.tsx';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import { isCostless, ReadValues } from './read-values.tsx';
import { tableStyles } from '../shared/table-style.ts';
import { useSubmission } from '../shared/use-request.ts';

const MAX_BYTES = 5 * 1024 * 1024;
const BADGES = { new: 'green', duplicate: 'darkgrey', conflict: 'orange', invalid: 'red' } as const;

/** A file is read by the exporter, reviewed here, and stored only when it is confirmed. */
export function ImportForm({ onStored }: { readonly onStored: (answer: BillingEntryAnswer) => void }): ReactElement {
  const styles = useStyles2(tableStyles);
  const [file, setFile] = useState('');
  const [tooBig, setTooBig] = useState(false);
  const [preview, setPreview] = useState<ImportPreview>();
  const [reviews, setReviews] = useState<readonly Review[]>([]);
  const reading = useSubmission<ImportPreview>();
  const storing = useSubmission<BillingEntryAnswer>();

  const read = (chosen: File | undefined) => {
    if (chosen === undefined) return;
    storing.clear();
    setPreview(undefined);
    setFile(chosen.name);
    setTooBig(chosen.size > MAX_BYTES);
    if (chosen.size > MAX_BYTES) return;
    reading.submit(
      () => previewImport(chosen),
      (answer) => {
        setPreview(answer);
        setReviews(reviewsOf(answer));
      },
    );
  };
  const edit = (index: number, changes: Partial<Review>) => {
    storing.clear();
    setReviews((before) => before.map((review, place) => (place === index ? { ...review, ...changes } : review)));
  };
  const chosen = reviews.flatMap((review) => (review.chosen ? [statementOfReview(review)] : []));
  const statements = chosen.flatMap((statement) => (statement === undefined ? [] : [statement]));
  const complete = statements.length > 0 && statements.length === chosen.length;
  const store = (event: FormEvent) => {
    event.preventDefault();
    if (!complete) return;
    storing.submit(
      () => confirmImport(statements, preview?.documentId ?? null),
      (answer) => {
        setPreview(undefined);
        setReviews([]);
        setFile('');
        onStored(answer);
      },
    );
  };

  return (
    <form onSubmit={store} aria-label={text('tabs.import')} data-testid="import-form">
      <p className={styles.quiet}>{text('import.about')}</p>
      <FileUpload
        accept=".pdf,.xml,.eml,.csv,application/pdf,application/xml,text/xml,message/rfc822,text/csv"
        showFileName={false}
        onFileUpload={({ currentTarget }) => read(currentTarget.files?.[0])}
      >
        {text('import.choose')}
      </FileUpload>
      <p className={styles.quiet}>{file === '' ? text('import.limits') : file}</p>
      {reading.busy && <LoadingPlaceholder text={text('import.reading', { file })} />}
      {tooBig && <Alert severity="error" title={text('import.too-big')} />}
      <ProblemAlert problem={reading.problem} />
      {preview !== undefined && (
        <div aria-live="polite" data-testid="import-preview">
          {preview.warnings.map((warning) => (
            <Alert key={warning.message} severity="warning" title={warning.message} />
          ))}
          {preview.rowErrors.map(({ row, field, message }) => (
            <Alert key={`${row}${field}`} severity="error" title={text('import.row', { row, field, message })} />
          ))}
          {preview.documents.map((document, index) => (
            <ReadValues key={index} document={document} />
          ))}
          {reviews.length === 0 && preview.documents.every(({ documentType }) => !isCostless(documentType)) && (
            <Alert severity="info" title={text('import.nothing')} />
          )}
          {reviews.map((review, index) => (
            <fieldset key={index} className={styles.entry}>
              <legend className={styles.legend}>
                <Stack gap={1} alignItems="center">
                  {text('import.statement', { number: index + 1, count: reviews.length })}
                  <Badge color={BADGES[review.check.status]} text={text(`import.${review.check.status}`)} />
                </Stack>
              </legend>
              {[review.check.message, ...review.check.problems.map(({ field, message }) => `${field} ${message}`)]
                .filter((line) => line !== null)
                .map((line) => (
                  <p key={line} className={styles.quiet}>
                    {line}
                  </p>
                ))}
              <Checkbox
                label={text('import.store')}
                value={review.chosen}
                onChange={(event) => edit(index, { chosen: event.currentTarget.checked })}
              />
              {review.chosen && (
                <InvoiceFields
                  draft={review.draft}
                  problem={problemOfStatement(storing.problem, statementIndex(reviews, index))}
                  onChange={(changes) => edit(index, { draft: { ...review.draft, ...changes } })}
                />
              )}
              {review.chosen && review.check.status === 'conflict' && (
                <Checkbox
                  label={text('entry.additional')}
                  description={text('entry.additional-help')}
                  value={review.draft.additional}
                  onChange={(event) =>
                    edit(index, { draft: { ...review.draft, additional: event.currentTarget.checked } })
                  }
                />
              )}
            </fieldset>
          ))}
          <ProblemAlert problem={storing.problem} shown={fieldsOfStatements(storing.problem)} />
          <Stack gap={2}>
            <Button type="submit" icon="save" disabled={storing.busy || !complete}>
              {storing.busy ? text('entry.saving') : text('import.confirm', { count: chosen.length })}
            </Button>
            <Button variant="secondary" fill="outline" onClick={() => setPreview(undefined)}>
              {text('import.cancel')}
            </Button>
          </Stack>
        </div>
      )}
    </form>
  );
}

/** Which of the sent statements the review at `index` is: errors name `statements.<that>.<field>`. */
function statementIndex(reviews: readonly Review[], index: number): number {
  return reviews.slice(0, index).filter((review) => review.chosen).length;
}
