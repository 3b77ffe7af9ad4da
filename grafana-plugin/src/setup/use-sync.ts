import { useEffect, useRef, useState } from 'react';
import type { SyncRunAnswer } from '../../../exporter/src/contract/sync-answers.ts';
import { documentOf, isRecord, problemOf, type RequestProblem } from '../shared/problem.ts';
import { startSync, syncRun } from './setup-api.ts';

const POLL_MS = 1_500;

export interface Synchronisation {
  readonly running: boolean;
  /** Of the run that was started or found running here; its `outcome` is null until it ends. */
  readonly run: SyncRunAnswer | undefined;
  readonly problem: RequestProblem | undefined;
  readonly start: () => void;
}

/** A run that is under way already is followed in place of a second one (409 names it). */
async function startOrFollow(): Promise<string> {
  try {
    return (await startSync()).runId;
  } catch (error) {
    const members = isRecord(error) ? documentOf(error['data']) : undefined;
    if (isRecord(error) && error['status'] === 409 && isRecord(members) && typeof members['runId'] === 'string')
      return members['runId'];
    throw error;
  }
}

/** Starts a synchronisation and follows it to its end; `ended` is called once then. */
export function useSync(ended: () => void): Synchronisation {
  const [runId, setRunId] = useState<string>();
  const [run, setRun] = useState<SyncRunAnswer>();
  const [starting, setStarting] = useState(false);
  const [problem, setProblem] = useState<RequestProblem>();
  const atEnd = useRef(ended);
  atEnd.current = ended;

  useEffect(() => {
    if (runId === undefined) return;
    let current = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      try {
        const answer = await syncRun(runId);
        if (!current) return;
        setRun(answer);
        if (answer.outcome === null) timer = setTimeout(() => void look(), POLL_MS);
        else {
          setRunId(undefined);
          atEnd.current();
        }
      } catch (error) {
        if (!current) return;
        setProblem(problemOf(error));
        setRunId(undefined);
      }
    };
    void look();
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [runId]);

  const start = () => {
    if (starting || runId !== undefined) return;
    setStarting(true);
    setProblem(undefined);
    setRun(undefined);
    startOrFollow()
      .then(setRunId, (error: unknown) => setProblem(problemOf(error)))
      .finally(() => setStarting(false));
  };
  return { running: starting || runId !== undefined, run, problem, start };
}
