import { useCallback, useEffect, useRef, useState } from 'react';
import { problemOf, type RequestProblem } from './problem.ts';

export interface Submission<Answer> {
  readonly busy: boolean;
  readonly problem: RequestProblem | undefined;
  /** Does nothing while a call is running, so that a double click stores once. */
  readonly submit: (send: () => Promise<Answer>, done: (answer: Answer) => void) => void;
  readonly clear: () => void;
}

export function useSubmission<Answer>(): Submission<Answer> {
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<RequestProblem>();
  const submit = useCallback((send: () => Promise<Answer>, done: (answer: Answer) => void) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setProblem(undefined);
    void send()
      .then(done, (error: unknown) => setProblem(problemOf(error)))
      .finally(() => {
        running.current = false;
        setBusy(false);
      });
  }, []);
  return { busy, problem, submit, clear: useCallback(() => setProblem(undefined), []) };
}

export interface Loaded<Answer> {
  readonly answer: Answer | undefined;
  readonly problem: RequestProblem | undefined;
  readonly loading: boolean;
}

/**
 * Repeats the request `delayMs` after `key` changes; an outdated response is dropped, and `undefined` sends no request.
 */
export function useLoaded<Answer>(key: string | undefined, load: () => Promise<Answer>, delayMs = 0): Loaded<Answer> {
  const [state, setState] = useState<{
    readonly key: string | undefined;
    readonly answer?: Answer;
    readonly problem?: RequestProblem;
  }>({ key: undefined });
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    if (key === undefined) return;
    let current = true;
    const timer = setTimeout(() => {
      latest.current().then(
        (answer) => current && setState({ key, answer }),
        (error: unknown) => current && setState({ key, problem: problemOf(error) }),
      );
    }, delayMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [key, delayMs]);
  const known = key === undefined ? undefined : state;
  return { answer: known?.answer, problem: known?.problem, loading: key !== undefined && state.key !== key };
}
