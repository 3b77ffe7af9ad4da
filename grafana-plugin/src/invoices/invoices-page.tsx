import { useState, type ReactElement } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, LoadingPlaceholder, Tab, TabContent, TabsBar, useStyles2 } from '@grafana/ui';
import type { BillingAdjustmentRow, BillingEntryAnswer } from '../../../exporter/src/contract/billing.ts';
import { INVOICE_ONLY_PROVIDERS } from '../../../exporter/src/contract/providers.ts';
import { text } from '../shared/translations.ts';
import { history, months } from './billing-api.ts';
import { CorrectDialog } from './correct-dialog.tsx';
import { addDays, addMonths, firstDay, lastDay, monthOf, today } from '../shared/days.ts';
import { money } from '../shared/format.ts';
import { invoicesOf } from './history.ts';
import { HistoryTable, nameOf } from './history-table.tsx';
import { ImportForm } from './import-form.tsx';
import { EMPTY_INVOICE } from './invoice-draft.ts';
import { InvoiceForm } from './invoice-form.tsx';
import { EMPTY_MONTH, MonthlyForm } from './monthly-form.tsx';
import { MonthsTable } from './months-table.tsx';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import { putDraft } from '../shared/use-draft.ts';
import { useLoaded } from '../shared/use-request.ts';
import { VoidDialog } from './void-dialog.tsx';

const TABS = ['month', 'entry', 'import'] as const;
const MONTHS_SHOWN = 6;

/** The billing page: enter, import, correct and void invoices, and see what is missing. */
export function InvoicesPage(): ReactElement {
  const styles = useStyles2(pageStyles);
  const [tab, setTab] = useState<(typeof TABS)[number]>('month');
  const [revision, setRevision] = useState(0);
  const [formKey, setFormKey] = useState(0);
  const [correcting, setCorrecting] = useState<BillingAdjustmentRow>();
  const [voiding, setVoiding] = useState<BillingAdjustmentRow>();
  const [done, setDone] = useState<string[]>([]);
  const stored = useLoaded(`history#${revision}`, history);
  const from = firstDay(addMonths(monthOf(today()), 1 - MONTHS_SHOWN));
  const figures = useLoaded(`months#${revision}`, () => months(from, addDays(today(), 1)));

  const changed = (answer: BillingEntryAnswer) => {
    setCorrecting(undefined);
    setVoiding(undefined);
    setRevision((before) => before + 1);
    setDone(
      answer.data.map((row) =>
        text(`done.${row.action}`, { what: nameOf(row), amount: money(row.amount, row.currency) }),
      ),
    );
  };
  const correctStored = (id: string) => setCorrecting(stored.answer?.find((row) => row.id === id));
  /** Opens the form for a missing month. */
  const enter = (month: string, provider: string) => {
    const monthly = INVOICE_ONLY_PROVIDERS.some((name) => name === provider);
    if (monthly) putDraft('month', { ...EMPTY_MONTH, billingDate: lastDay(month) });
    else
      putDraft('invoice', {
        ...EMPTY_INVOICE,
        provider,
        firstDay: firstDay(month),
        lastDay: lastDay(month),
        billingDate: lastDay(month),
      });
    setTab(monthly ? 'month' : 'entry');
    setFormKey((before) => before + 1);
    document.getElementById('entry-forms')?.scrollIntoView({ block: 'start' });
  };

  return (
    <div className={styles.page} data-testid="invoices-page">
      <div role="status" data-testid="done">
        {done.length > 0 && <Alert severity="success" title={done.join(' · ')} onRemove={() => setDone([])} />}
      </div>
      <div className={styles.columns}>
        <section id="entry-forms" aria-label={text('page.enter')} className={styles.card}>
          <TabsBar>
            {TABS.map((name) => (
              <Tab key={name} label={text(`tabs.${name}`)} active={tab === name} onChangeTab={() => setTab(name)} />
            ))}
          </TabsBar>
          <TabContent className={styles.content}>
            {tab === 'month' && (
              <MonthlyForm key={formKey} onStored={changed} revision={revision} onCorrect={correctStored} />
            )}
            {tab === 'entry' && (
              <InvoiceForm key={formKey} onStored={changed} revision={revision} onCorrect={correctStored} />
            )}
            {tab === 'import' && <ImportForm onStored={changed} />}
          </TabContent>
        </section>
        <section className={styles.card} aria-labelledby="months-title">
          <h2 id="months-title" className={styles.heading}>
            {text('months.title')}
          </h2>
          <p className={styles.quiet}>{text('months.about')}</p>
          {figures.answer !== undefined && <MonthsTable months={figures.answer} onEnter={enter} />}
          <ProblemAlert problem={figures.problem} />
          {figures.answer === undefined && figures.loading && <LoadingPlaceholder text={text('page.loading')} />}
        </section>
      </div>
      <section className={styles.card} aria-labelledby="history-title">
        <h2 id="history-title" className={styles.heading}>
          {text('history.title')}
        </h2>
        <p className={styles.quiet}>{text('history.about')}</p>
        {stored.answer !== undefined && (
          <HistoryTable invoices={invoicesOf(stored.answer)} onCorrect={setCorrecting} onVoid={setVoiding} />
        )}
        <ProblemAlert problem={stored.problem} />
        {stored.problem !== undefined && (
          <Button variant="secondary" onClick={() => setRevision((before) => before + 1)}>
            {text('page.again')}
          </Button>
        )}
        {stored.answer === undefined && stored.loading && <LoadingPlaceholder text={text('page.loading')} />}
      </section>
      {correcting !== undefined && (
        <CorrectDialog row={correcting} onDone={changed} onClose={() => setCorrecting(undefined)} />
      )}
      {voiding !== undefined && <VoidDialog row={voiding} onDone={changed} onClose={() => setVoiding(undefined)} />}
    </div>
  );
}

const pageStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), maxWidth: 1600 }),
  columns: css({
    display: 'grid',
    gap: theme.spacing(2),
    gridTemplateColumns: 'minmax(0, 5fr) minmax(0, 4fr)',
    alignItems: 'start',
    [theme.breakpoints.down('xl')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
  card: css({
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    padding: theme.spacing(2),
    minWidth: 0,
  }),
  content: css({ paddingTop: theme.spacing(2), background: 'transparent' }),
  heading: css({ fontSize: theme.typography.h4.fontSize, marginBottom: theme.spacing(0.5) }),
  quiet: css({ color: theme.colors.text.secondary }),
});
