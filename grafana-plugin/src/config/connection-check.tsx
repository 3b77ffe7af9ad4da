import type { ReactElement } from 'react';
import { Alert } from '@grafana/ui';
import { ACCESS_PATHS } from '../../../exporter/src/contract/access.ts';
import { send } from '../shared/exporter.ts';
import { problemOf } from '../shared/problem.ts';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import { text } from '../shared/translations.ts';
import { useLoaded } from '../shared/use-request.ts';

/** True where the token may write; false where it only reads. Throws where the exporter or the token does not work. */
async function mayWrite(): Promise<boolean> {
  await send('GET', '/metrics/sync-status');
  try {
    // Only administrators may read this list.
    await send('GET', ACCESS_PATHS.tokens);
    return true;
  } catch (error) {
    if (problemOf(error).kind === 'forbidden') return false;
    throw error;
  }
}

/** Asks the exporter through the app proxy, with what is stored: is it there, and what may the token do. */
export function ConnectionCheck({ revision }: { readonly revision: number }): ReactElement {
  const { answer, problem, loading } = useLoaded(`connection#${revision}`, mayWrite);
  return (
    <div role="status" aria-live="polite" aria-busy={loading}>
      {!loading && answer === true && <Alert severity="success" title={text('settings.may-write')} />}
      {!loading && answer === false && (
        <Alert severity="warning" title={text('settings.may-read')}>
          {text('settings.make-token')}
        </Alert>
      )}
      {!loading && <ProblemAlert problem={problem} />}
    </div>
  );
}
