import type { DoctorAnswer, DoctorRow } from '../contract/doctor.ts';
import type { Clock } from '../database/clock.ts';
import { examineProviders, type Examination } from './examine-providers.ts';

/** The longest examination, in milliseconds: a provider may take as long as in a run. */
const TIMEOUT_MS = 180_000;

export interface Doctor {
  /** The last examination, and whether one is under way. */
  report(): DoctorAnswer;
  /** Begins an examination, unless one is under way. */
  start(): DoctorAnswer;
}

interface DoctorParts extends Omit<Examination, 'now' | 'signal'> {
  readonly clock: Pick<Clock, 'now'>;
  readonly redact: (text: string) => string;
  /** Aborted when the exporter stops. */
  readonly stopping: AbortSignal;
}

/** The doctor of a running exporter. It knows the last examination of this process only. */
export function createDoctor(parts: DoctorParts): Doctor {
  let last: Pick<DoctorAnswer, 'startedAt' | 'finishedAt' | 'data'> = { startedAt: null, finishedAt: null, data: [] };
  let running: Promise<void> | undefined;

  async function examine(): Promise<void> {
    const startedAt = new Date().toISOString();
    const signal = AbortSignal.any([parts.stopping, AbortSignal.timeout(TIMEOUT_MS)]);
    const reports = await examineProviders({ ...parts, now: await parts.clock.now(), signal });
    const data = reports.map(({ collector, state, reason, message, findings }): DoctorRow => ({
      collector,
      state,
      reason,
      message: message === null ? null : parts.redact(message),
      findings: findings.map(({ check, ok, message: said, remedy }) => ({
        check: parts.redact(check),
        ok,
        message: parts.redact(said),
        remedy: remedy === undefined ? null : parts.redact(remedy),
      })),
    }));
    last = { startedAt, finishedAt: new Date().toISOString(), data };
  }

  const report = (): DoctorAnswer => ({ running: running !== undefined, ...last });
  return {
    report,
    start() {
      running ??= examine()
        .catch((error: unknown) => parts.log.warn({ err: error }, 'the examination of the providers failed'))
        .finally(() => (running = undefined));
      return report();
    },
  };
}
