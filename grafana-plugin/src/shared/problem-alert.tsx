import type { ReactElement } from 'react';
import { Alert } from '@grafana/ui';
import type { RequestProblem } from './problem.ts';
import { text } from './translations.ts';

interface Props {
  readonly problem: RequestProblem | undefined;
  /** Fields that show their message themselves. */
  readonly shown?: readonly string[];
}

/** What went wrong, with the exporter's message, and what to do. */
export function ProblemAlert({ problem, shown = [] }: Props): ReactElement | null {
  if (problem === undefined) return null;
  const others = problem.fields.filter(({ field }) => !shown.includes(field));
  const written =
    problem.kind === 'refused' || problem.kind === 'conflict' || problem.kind === 'busy' ? problem.detail : '';
  return (
    <Alert severity={problem.kind === 'conflict' ? 'warning' : 'error'} title={text(`problems.${problem.kind}`)}>
      {written !== '' && <p>{written}</p>}
      {problem.kind === 'failed' && problem.detail !== '' && <p>{problem.detail}</p>}
      {others.length > 0 && (
        <ul>
          {others.map(({ field, message }) => (
            <li key={field + message}>{`${field} ${message}`}</li>
          ))}
        </ul>
      )}
      {problem.kind !== 'refused' && problem.kind !== 'conflict' && <p>{text('problems.kept')}</p>}
    </Alert>
  );
}

/** The message of one field; a message of the form has precedence. */
export function fieldMessage(
  problem: RequestProblem | undefined,
  field: string,
  formMessage?: string,
): string | undefined {
  return formMessage ?? problem?.fields.find((entry) => entry.field === field)?.message;
}
