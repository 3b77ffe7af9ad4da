import { Fragment, useState, type ReactElement } from 'react';
import { Badge, Button, LinkButton, Stack, useStyles2 } from '@grafana/ui';
import type { BillingAdjustmentRow } from '../../../exporter/src/contract/billing.ts';
import { text } from '../shared/translations.ts';
import { documentUrl } from './billing-api.ts';
import { dayName, daysName, money, providerName, timeName } from '../shared/format.ts';
import type { Invoice } from './history.ts';
import { tableStyles } from '../shared/table-style.ts';

interface Props {
  readonly invoices: readonly Invoice[];
  readonly onCorrect: (row: BillingAdjustmentRow) => void;
  readonly onVoid: (row: BillingAdjustmentRow) => void;
}

const STATE_COLORS = { entered: 'blue', corrected: 'purple', voided: 'red' } as const;

/** Every invoice with its author and time; earlier versions expand below it. */
export function HistoryTable({ invoices, onCorrect, onVoid }: Props): ReactElement {
  const styles = useStyles2(tableStyles);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  if (invoices.length === 0) return <p className={styles.quiet}>{text('history.none')}</p>;
  const toggle = (id: string) =>
    setOpen((before) =>
      before.has(id) ? new Set([...before].filter((other) => other !== id)) : new Set([...before, id]),
    );
  return (
    <div className={styles.scroll} role="group" tabIndex={0} aria-label={text('history.title')}>
      <table className={styles.table} data-testid="history">
        <thead>
          <tr>
            <th scope="col">{text('history.provider')}</th>
            <th scope="col">{text('history.period')}</th>
            <th scope="col" className="number">
              {text('history.amount')}
            </th>
            <th scope="col">{text('history.state')}</th>
            <th scope="col">{`${text('history.author')} · ${text('history.notes')}`}</th>
            <th scope="col" className="actions">
              {text('history.actions')}
            </th>
          </tr>
        </thead>
        <tbody>
          {invoices.map(({ seriesId, newest, versions, state }) => (
            <Fragment key={seriesId}>
              <tr className={state} data-testid={`invoice-${seriesId}`}>
                <VersionCells row={newest} />
                <td>
                  <Badge color={STATE_COLORS[state]} text={text(`history.${state}`)} />
                  {versions.length > 1 && (
                    <Button
                      size="sm"
                      variant="secondary"
                      fill="text"
                      aria-expanded={open.has(seriesId)}
                      onClick={() => toggle(seriesId)}
                    >
                      {text('history.versions', { count: versions.length })}
                    </Button>
                  )}
                </td>
                <Author row={newest} />
                <td className="actions">
                  <Stack gap={1} wrap="nowrap">
                    {newest.hasDocument && <DocumentLink row={newest} />}
                    {newest.current && (
                      <Button
                        size="sm"
                        variant="secondary"
                        onClick={() => onCorrect(newest)}
                        aria-label={text('history.correct-of', { what: nameOf(newest) })}
                      >
                        {text('history.correct')}
                      </Button>
                    )}
                    {newest.current && (
                      <Button
                        size="sm"
                        variant="destructive"
                        fill="outline"
                        onClick={() => onVoid(newest)}
                        aria-label={text('history.void-of', { what: nameOf(newest) })}
                      >
                        {text('history.void')}
                      </Button>
                    )}
                  </Stack>
                </td>
              </tr>
              {open.has(seriesId) &&
                versions.slice(1).map((row) => (
                  <tr key={row.id} className="version">
                    <VersionCells row={row} />
                    <td>{text('history.version', { version: row.version })}</td>
                    <Author row={row} />
                    <td />
                  </tr>
                ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export const nameOf = (row: BillingAdjustmentRow): string =>
  `${providerName(row.provider)} ${row.invoiceNumber ?? dayName(row.periodStart)}`;

/** With a target, since Grafana's router takes every other link for one of its pages. */
function DocumentLink({ row }: { readonly row: BillingAdjustmentRow }): ReactElement {
  return (
    <LinkButton
      size="sm"
      variant="secondary"
      fill="outline"
      icon="file-download"
      href={documentUrl(row.id)}
      target="_self"
      aria-label={text('history.document-of', { what: nameOf(row) })}
    >
      {text('history.document')}
    </LinkButton>
  );
}

function VersionCells({ row }: { readonly row: BillingAdjustmentRow }): ReactElement {
  const styles = useStyles2(tableStyles);
  return (
    <>
      <td className="day">
        {providerName(row.provider)}
        {row.invoiceNumber !== null && (
          <div className={styles.quiet}>
            {row.line === 0 ? row.invoiceNumber : `${row.invoiceNumber} · ${row.line}`}
          </div>
        )}
      </td>
      <td className="day">
        <span>{daysName(row.periodStart, row.periodEnd)}</span>
        <div className={styles.quiet}>{text('history.billed', { day: dayName(row.billingDate) })}</div>
      </td>
      <td className="number">
        {money(row.amount, row.currency)}
        {row.currency !== 'USD' && (
          <div className={styles.quiet}>{row.amountUsd === null ? text('history.no-rate') : money(row.amountUsd)}</div>
        )}
        {row.taxAmount !== null && (
          <div className={styles.quiet}>{text('history.tax', { amount: money(row.taxAmount, row.currency) })}</div>
        )}
      </td>
    </>
  );
}

function Author({ row }: { readonly row: BillingAdjustmentRow }): ReactElement {
  const styles = useStyles2(tableStyles);
  return (
    <td className="day">
      {row.createdBy}
      <div className={styles.quiet}>{timeName(row.createdAt)}</div>
      <div className={styles.notes}>{[row.reason, row.notes].filter(Boolean).join('\n')}</div>
    </td>
  );
}
