import { useEffect, useState } from 'react';
import type { DoctorAnswer } from '../../../exporter/src/contract/doctor.ts';
import { problemOf, type RequestProblem } from '../shared/problem.ts';
import { doctorReport, startDoctor } from './setup-api.ts';

const POLL_MS = 2_000;

export interface DoctorState {
  /** The last examination; undefined before the first answer. */
  readonly report: DoctorAnswer | undefined;
  /** An examination is under way, and its end can be seen from here. */
  readonly running: boolean;
  readonly problem: RequestProblem | undefined;
  readonly start: () => void;
}

/** The doctor's last report; asked for again while an examination is under way. */
export function useDoctor(): DoctorState {
  const [report, setReport] = useState<DoctorAnswer>();
  const [problem, setProblem] = useState<RequestProblem>();
  const [asked, setAsked] = useState(0);

  useEffect(() => {
    let current = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (ask: () => Promise<DoctorAnswer>) => {
      try {
        const answer = await ask();
        if (!current) return;
        setReport(answer);
        setProblem(undefined);
        if (answer.running) timer = setTimeout(() => void look(doctorReport), POLL_MS);
      } catch (error) {
        if (current) setProblem(problemOf(error));
      }
    };
    void look(asked === 0 ? doctorReport : startDoctor);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [asked]);

  // Once the exporter no longer answers, nothing is followed: it can be asked again.
  const running = report?.running === true && problem === undefined;
  const start = () => {
    if (!running) setAsked((before) => before + 1);
  };
  return { report, running, problem, start };
}
