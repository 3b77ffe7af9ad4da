import type { ReactElement } from 'react';
import { Alert, Button } from '@grafana/ui';
import type { CollectorReport, SyncRunAnswer } from '../../../exporter/src/contract/sync-answers.ts';
import { providerName } from '../shared/format.ts';
import { LoadedPart } from '../shared/loaded-part.tsx';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import { Section, Sections } from '../shared/section.tsx';
import { Table } from '../shared/table.tsx';
import { text } from '../shared/translations.ts';
import { usePage } from '../shared/use-page.ts';
import { DoctorSection } from './doctor-section.tsx';
import { CollectorTable } from './collector-table.tsx';
import { OutcomeBadge } from './outcome-badge.tsx';
import { syncStatus } from './setup-api.ts';
import { useSync } from './use-sync.ts';

/** What each provider needs, how its last run ended, and "Synchronise now" with its progress. */
export function SetupPage(): ReactElement {
  const page = usePage('setup', syncStatus);
  const sync = useSync(page.reload);
  return (
    <Sections name="setup-page">
      <Section title={text('setup.sync-title')} about={text('setup.sync-about')}>
        <div role="status" aria-live="polite" data-testid="sync-progress">
          {sync.running && <p>{text('setup.running')}</p>}
          {sync.run !== undefined && <Progress run={sync.run} />}
        </div>
        <ProblemAlert problem={sync.problem} />
        <Button icon="sync" disabled={sync.running} onClick={sync.start}>
          {text('setup.sync-now')}
        </Button>
      </Section>
      <Section title={text('setup.title')} about={text('setup.about')}>
        <LoadedPart loaded={page.loaded} onRetry={page.reload}>
          {({ data }) => (
            <>
              {data.every(({ enabled }) => !enabled) && (
                <Alert severity="info" title={text('setup.nothing-configured')}>
                  {text('setup.first-steps')}
                </Alert>
              )}
              <CollectorTable rows={data} />
            </>
          )}
        </LoadedPart>
      </Section>
      <DoctorSection />
    </Sections>
  );
}

function Progress({ run }: { readonly run: SyncRunAnswer }): ReactElement {
  return (
    <>
      {run.outcome !== null && (
        <Alert
          severity={run.outcome === 'succeeded' ? 'success' : run.outcome === 'partial' ? 'warning' : 'error'}
          title={text(`setup.ended-${run.outcome}`)}
        />
      )}
      <Table<CollectorReport>
        name="sync-run"
        label={text('setup.sync-title')}
        empty={text('setup.nothing-yet')}
        rows={run.collectors}
        keyOf={(row) => row.collector}
        columns={[
          { title: text('entry.provider'), cell: (row) => providerName(row.collector) },
          { title: text('setup.outcome'), cell: (row) => <OutcomeBadge outcome={row.outcome} reason={row.reason} /> },
          {
            title: text('setup.message'),
            cell: (row) => [row.message, ...row.warnings.map(({ message }) => message)].filter(Boolean).join(' '),
          },
        ]}
      />
    </>
  );
}
