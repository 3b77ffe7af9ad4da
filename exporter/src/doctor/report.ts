import type { Finding } from '../collectors/contract.ts';
import type { ProviderState } from '../contract/doctor.ts';
import type { ProviderReport } from './examine.ts';

export interface DoctorReport {
  /** False when something that is configured cannot work. */
  readonly ok: boolean;
  readonly version: string;
  readonly providers: readonly ProviderReport[];
  readonly storage: readonly Finding[];
  readonly schedule: readonly Finding[];
  readonly access: readonly Finding[];
  readonly statements: readonly Finding[];
  readonly inbox: readonly Finding[];
}

export function isHealthy(providers: readonly ProviderReport[], findings: readonly Finding[]): boolean {
  return providers.every(({ state }) => state !== 'broken') && findings.every(({ ok }) => ok !== false);
}

const STATES: Readonly<Record<ProviderState, string>> = {
  ok: 'would run',
  warning: 'would run, with warnings',
  skipped: 'would be skipped',
  broken: 'would fail',
};

/** The report as a person reads it in a terminal. */
export function describeReport(report: DoctorReport): string {
  return [
    `Marginboard ${report.version}: what is configured, and what the next run would do`,
    '',
    ...report.providers.flatMap(({ title, state, reason, message, findings }) => [
      `${title.padEnd(15)}${STATES[state]}${reason === null ? '' : ` (${reason})`}`,
      ...(message === null ? [] : [`${INDENT}${message}`]),
      ...findings.flatMap(lines),
    ]),
    ...section('Storage', report.storage),
    ...section('Schedule', report.schedule),
    ...section('Access', report.access),
    ...section('Statements', report.statements),
    ...section('Invoices by mail', report.inbox),
    '',
    report.ok
      ? 'Nothing that is configured is broken.'
      : 'Something that is configured cannot work: see the lines marked ✗ and "would fail".',
  ].join('\n');
}

const INDENT = ' '.repeat(4);

function section(title: string, findings: readonly Finding[]): string[] {
  return findings.length === 0 ? [] : ['', title, ...findings.flatMap(lines)];
}

function lines({ check, ok, message, remedy }: Finding): string[] {
  const mark = ok === true ? '✓' : ok === 'warning' ? '!' : '✗';
  return [`${INDENT}${mark} ${check}: ${message}`, ...(remedy === undefined ? [] : [`${INDENT}  → ${remedy}`])];
}
