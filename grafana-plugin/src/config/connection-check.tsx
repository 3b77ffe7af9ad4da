import type { ReactElement } from 'react';
import { Alert, type AlertVariant } from '@grafana/ui';
import { ACCESS_PATHS } from '../../../exporter/src/contract/access.ts';
import { MONTH_PATHS } from '../../../exporter/src/contract/months.ts';
import { send } from '../shared/exporter.ts';
import { problemOf } from '../shared/problem.ts';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import { text } from '../shared/translations.ts';
import { useLoaded } from '../shared/use-request.ts';

type Finding = 'may-write' | 'may-read' | 'read-refused' | 'read-too-little' | 'write-refused';

const SEVERITY: Readonly<Record<Finding, AlertVariant>> = {
  'may-write': 'success',
  'may-read': 'warning',
  'read-refused': 'error',
  'read-too-little': 'error',
  'write-refused': 'error',
};
/** What to do, where the finding does not say it. */
const REMEDY: Readonly<Partial<Record<Finding, string>>> = { 'may-read': 'make-token', 'write-refused': 'make-token' };

/** `undefined` where the request worked, else the finding of its status. Throws what is not about a token. */
async function findingOf(
  path: string,
  findings: Readonly<Partial<Record<'token' | 'forbidden', Finding>>>,
): Promise<Finding | undefined> {
  try {
    await send('GET', path);
    return undefined;
  } catch (error) {
    const { kind } = problemOf(error);
    const finding = kind === 'token' || kind === 'forbidden' ? findings[kind] : undefined;
    if (finding === undefined) throw error;
    return finding;
  }
}

/** What the stored tokens may do. Throws where the exporter does not answer, or refuses the only token. */
async function check(hasReadToken: boolean): Promise<Finding> {
  // By the read token where there is one. The role `figures` may not read months.
  const reading = hasReadToken
    ? await findingOf(MONTH_PATHS.list, { token: 'read-refused', forbidden: 'read-too-little' })
    : await findingOf(MONTH_PATHS.list, {});
  if (reading !== undefined) return reading;
  // By the write token: only administrators may read this list.
  return (await findingOf(ACCESS_PATHS.tokens, { token: 'write-refused', forbidden: 'may-read' })) ?? 'may-write';
}

/** Asks the exporter through the app proxy, with what is stored: is it there, and what may the tokens do. */
export function ConnectionCheck({
  revision,
  hasReadToken,
}: {
  readonly revision: number;
  readonly hasReadToken: boolean;
}): ReactElement {
  const { answer, problem, loading } = useLoaded(`connection#${revision}`, () => check(hasReadToken));
  const remedy = answer === undefined ? undefined : REMEDY[answer];
  return (
    <div role="status" aria-live="polite" aria-busy={loading}>
      {!loading && answer !== undefined && (
        <Alert severity={SEVERITY[answer]} title={text(`settings.${answer}`)}>
          {remedy !== undefined && text(`settings.${remedy}`)}
        </Alert>
      )}
      {!loading && <ProblemAlert problem={problem} />}
    </div>
  );
}
