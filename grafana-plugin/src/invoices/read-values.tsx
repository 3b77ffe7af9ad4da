import type { ReactElement } from 'react';
import { Alert, Badge, useStyles2 } from '@grafana/ui';
import type { DocumentType, Found, ReadDocument } from '../../../exporter/src/contract/imports.ts';
import { text } from '../shared/translations.ts';
import { tableStyles } from '../shared/table-style.ts';

const FIELDS = [
  'vendor',
  'invoiceNumber',
  'receiptNumber',
  'billingDate',
  'periodStart',
  'periodEnd',
  'currency',
  'subtotal',
  'tax',
  'total',
  'amountDue',
  'amountPaid',
] as const satisfies readonly (keyof ReadDocument)[];
const BADGES = { high: 'green', medium: 'orange', low: 'red' } as const;

const COSTS: readonly DocumentType[] = ['invoice', 'receipt', 'credit_note', 'mail'];

/** A quote, a draft, a voided invoice …: nothing is proposed, and the page says what the document is. */
export function isCostless(type: DocumentType): boolean {
  return !COSTS.includes(type);
}

/** The values that were read from a document, with their location and confidence. */
export function ReadValues({ document }: { readonly document: ReadDocument }): ReactElement {
  const styles = useStyles2(tableStyles);
  const rows: { readonly name: string; readonly found: Found }[] = [
    ...FIELDS.flatMap((field) => {
      const found = document[field];
      return found === null ? [] : [{ name: text(`import.${field}`), found }];
    }),
    ...document.lines.map((line) => ({ name: line.description, found: line.amount })),
  ];
  const { documentType } = document;
  return (
    <details className={styles.details} open={isCostless(documentType)}>
      <summary>{`${text('import.found')}: ${document.parts.join(', ')}`}</summary>
      {isCostless(documentType) && <Alert severity="info" title={text(`import.not-a-cost.${documentType}`)} />}
      {document.linesMatchTotal === false && <Alert severity="warning" title={text('import.mismatch')} />}
      <div className={styles.scroll} role="group" tabIndex={0} aria-label={text('import.found')}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{text('import.field')}</th>
              <th scope="col">{text('import.value')}</th>
              <th scope="col">{text('import.where')}</th>
              <th scope="col">{text('import.sure')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, found }, index) => (
              <tr key={`${name}${index}`}>
                <td>{name}</td>
                <td>{found.value}</td>
                <td className={styles.quiet}>{found.found}</td>
                <td>
                  <Badge color={BADGES[found.confidence]} text={text(`import.${found.confidence}`)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
