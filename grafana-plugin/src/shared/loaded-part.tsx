import type { ReactElement } from 'react';
import { Button, LoadingPlaceholder } from '@grafana/ui';
import { ProblemAlert } from './problem-alert.tsx';
import { text } from './translations.ts';
import type { Loaded } from './use-request.ts';

/** The states of a request: loading, failed with a way to repeat it, or its answer. */
export function LoadedPart<Answer>({
  loaded,
  onRetry,
  children,
}: {
  readonly loaded: Loaded<Answer>;
  readonly onRetry: () => void;
  readonly children: (answer: Answer) => ReactElement;
}): ReactElement {
  return (
    <>
      {loaded.answer !== undefined && children(loaded.answer)}
      <ProblemAlert problem={loaded.problem} />
      {loaded.problem !== undefined && (
        <Button variant="secondary" onClick={onRetry}>
          {text('page.again')}
        </Button>
      )}
      {loaded.answer === undefined && loaded.loading && <LoadingPlaceholder text={text('page.loading')} />}
    </>
  );
}
