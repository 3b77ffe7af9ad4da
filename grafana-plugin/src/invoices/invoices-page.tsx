import { useState, type ReactElement } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { LoadingPlaceholder, Tab, TabContent, TabsBar, useStyles2 } from '@grafana/ui';
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
import { Done } from '../shared/done.tsx';
import { LoadedPart } from '../shared/loaded-part.tsx';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import { Section, Sections, sectionStyles } from '../shared/section.tsx';
import { putDraft } from '../shared/use-draft.ts';
import { useLoaded } from '../shared/use-request.ts';
import { VoidDialog } from './void-dialog.tsx';

const TABS = ['month', 'entry', 'import'] as const;
const MONTHS_SHOWN = 6;

/** The billing page: enter, import, correct and void invoices, and see what is missing. */
export function InvoicesPage(): ReactElement {
  const styles = useStyles2(pageStyles);
  const sections = useStyles2(sectionStyles);
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
    <Sections name="invoices-page">
      <Done message={done.join(' · ')} onClose={() => setDone([])} />
      <div className={styles.columns}>
        <section id="entry-forms" aria-label={text('page.enter')} className={sections.card}>
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
        <Section title={text('months.title')} about={text('months.about')}>
          {figures.answer !== undefined && <MonthsTable months={figures.answer} onEnter={enter} />}
          <ProblemAlert problem={figures.problem} />
          {figures.answer === undefined && figures.loading && <LoadingPlaceholder text={text('page.loading')} />}
        </Section>
      </div>
      <Section title={text('history.title')} about={text('history.about')}>
        <LoadedPart loaded={stored} onRetry={() => setRevision((before) => before + 1)}>
          {(rows) => <HistoryTable invoices={invoicesOf(rows)} onCorrect={setCorrecting} onVoid={setVoiding} />}
        </LoadedPart>
      </Section>
      {correcting !== undefined && (
        <CorrectDialog row={correcting} onDone={changed} onClose={() => setCorrecting(undefined)} />
      )}
      {voiding !== undefined && <VoidDialog row={voiding} onDone={changed} onClose={() => setVoiding(undefined)} />}
    </Sections>
  );
}

const pageStyles = (theme: GrafanaTheme2) => ({
  columns: css({
    display: 'grid',
    gap: theme.spacing(2),
    gridTemplateColumns: 'minmax(0, 5fr) minmax(0, 4fr)',
    alignItems: 'start',
    [theme.breakpoints.down('xl')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
  content: css({ paddingTop: theme.spacing(2), background: 'transparent' }),
});
