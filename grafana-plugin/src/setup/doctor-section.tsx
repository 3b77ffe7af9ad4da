import type { ReactElement } from 'react';
import { Badge, Button, Icon, type BadgeColor, type IconName } from '@grafana/ui';
import type { DoctorFinding, DoctorRow, ProviderState } from '../../../exporter/src/contract/doctor.ts';
import { PROVIDERS } from '../../../exporter/src/contract/providers.ts';
import { timeName } from '../shared/format.ts';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import { Section } from '../shared/section.tsx';
import { Table } from '../shared/table.tsx';
import { text } from '../shared/translations.ts';
import { useDoctor } from './use-doctor.ts';

const COLOURS: Readonly<Record<ProviderState, BadgeColor>> = {
  ok: 'green',
  warning: 'orange',
  skipped: 'blue',
  broken: 'red',
};

/** Asks every provider what its key may do, and says what the next run would end with and what to do about it. */
export function DoctorSection(): ReactElement {
  const { report, running, problem, start } = useDoctor();
  return (
    <Section title={text('doctor.title')} about={text('doctor.about')}>
      <div role="status" aria-live="polite">
        {running && <p>{text('doctor.running')}</p>}
        {report?.finishedAt != null && <p>{text('doctor.finished', { time: timeName(report.finishedAt) })}</p>}
      </div>
      <ProblemAlert problem={problem} />
      {report !== undefined && report.data.length > 0 && (
        <Table<DoctorRow>
          name="doctor"
          label={text('doctor.title')}
          empty=""
          rows={report.data}
          keyOf={(row) => row.collector}
          columns={[
            { title: text('entry.provider'), kind: 'day', cell: (row) => PROVIDERS[row.collector].title },
            {
              title: text('doctor.next-run'),
              cell: (row) => <Badge color={COLOURS[row.state]} text={text(`doctor.${row.state}`)} />,
            },
            { title: text('setup.message'), cell: (row) => <Findings row={row} /> },
          ]}
        />
      )}
      <Button variant="secondary" icon="heart-rate" disabled={running} onClick={start}>
        {text('doctor.start')}
      </Button>
    </Section>
  );
}

/** What is wrong comes first; what works is one line. */
function Findings({ row }: { readonly row: DoctorRow }): ReactElement {
  const wrong = row.findings.filter(({ ok }) => ok !== true);
  const works = row.findings.filter(({ ok }) => ok === true).map(({ check }) => check);
  return (
    <>
      {row.message !== null && <p>{row.message}</p>}
      {wrong.map((finding) => (
        <Wrong key={finding.check + finding.message} finding={finding} />
      ))}
      {works.length > 0 && <p>{text('doctor.works', { checks: works.join(', ') })}</p>}
    </>
  );
}

function Wrong({ finding }: { readonly finding: DoctorFinding }): ReactElement {
  const icon: IconName = finding.ok === 'warning' ? 'exclamation-triangle' : 'times-circle';
  return (
    <div>
      <p>
        <Icon name={icon} title={text(finding.ok === 'warning' ? 'doctor.warning' : 'doctor.broken')} />{' '}
        {`${finding.check}: ${finding.message}`}
      </p>
      {finding.remedy !== null && <p>{text('doctor.remedy', { remedy: finding.remedy })}</p>}
    </div>
  );
}
