import { expect } from 'vitest';
import { COLLECTOR_NAMES, type CollectorName } from '../../src/contract/providers.ts';
import { until } from '../exporter-process.ts';
import type { Answer } from '../providers/serve.ts';
import type { Fault } from './gateway.ts';
import { SUBJECTS, type Subject } from './providers.ts';
import { byCollector, unharmed, type Running, type Stage } from './stage.ts';
import type { Report } from './system.ts';

type Result = Report['collectors'][number];
type Case = (stage: Stage) => Promise<void>;

/**
 * Three providers are broken at a time, then the other three: so each run shows that the others are unaffected, and
 * that the next run tries again.
 */
const HALVES = [0, 1].map((half) => SUBJECTS.filter((_, index) => index % 2 === half));

interface Trial {
  readonly subject: Subject;
  readonly result: Result;
  readonly stage: Stage;
  readonly running: Running;
}

export function broken(
  plan: (stage: Stage, subject: Subject) => void,
  check: (trial: Trial) => void | Promise<void>,
  status: 200 | 207 = 207,
): Case {
  return async (stage) => {
    const running = await stage.shared();
    for (const half of HALVES) {
      await unharmed(running, async () => {
        for (const subject of half) plan(stage, subject);
        const answer = await running.system.sync();
        const results = byCollector(answer.report);
        for (const { name } of SUBJECTS) {
          if (!half.some((subject) => subject.name === name))
            expect(results[name]).toMatchObject({ outcome: 'succeeded' });
        }
        for (const subject of half) {
          const result = results[subject.name];
          if (result === undefined) throw new Error(`no outcome for ${subject.name}`);
          await check({ subject, result, stage, running });
        }
        expect(answer.status).toBe(status);
        await logged(running, answer.report);
      });
      stage.providers.mend();
    }
  };
}

/** The log holds one row for each outcome of the run, as it was answered. */
async function logged({ database }: Running, report: Report): Promise<void> {
  const { rows } = await database.pool.query(
    'SELECT collector, outcome, reason, kind, message FROM metrics_sync_logs WHERE run_id = $1',
    [report.runId],
  );
  const answered = report.collectors.map(({ collector, outcome, reason, kind, message }) => ({
    collector,
    outcome,
    reason,
    kind,
    message,
  }));
  expect(rows).toHaveLength(answered.length);
  expect(rows).toEqual(expect.arrayContaining(answered));
}

export const always =
  (fault: Fault) =>
  (stage: Stage, { name, path }: Subject): void =>
    stage.providers.gateways[name].breakAlways(path, fault);
export const everywhere =
  (fault: Fault) =>
  (stage: Stage, { name }: Subject): void =>
    stage.providers.gateways[name].breakAlways(/./, fault);
export const next =
  (...faults: Fault[]) =>
  (stage: Stage, { name, path }: Subject): void =>
    stage.providers.gateways[name].breakNext(path, ...faults);
export const failed =
  (kind: string, message = /./) =>
  ({ result, subject }: Trial): void => {
    expect(result, subject.name).toMatchObject({ outcome: 'failed', kind, message: expect.stringMatching(message) });
  };
export const succeeded = ({ result, subject }: Trial): void =>
  expect(result, subject.name).toMatchObject({ outcome: 'succeeded' });
export const asked = ({ stage, subject }: Trial): number[] =>
  stage.providers.gateways[subject.name].seen.filter(({ path }) => subject.path.test(path)).map(({ at }) => at);
/** When the first request that met the fault was made, and when it was made again. */
export const attempts = ({ stage, subject }: Trial): [number, number] => {
  const seen = stage.providers.gateways[subject.name].seen.filter(({ path }) => subject.path.test(path));
  const [first] = seen;
  const again = seen.find((one) => one !== first && one.path === first?.path);
  return [first?.at ?? 0, again?.at ?? 0];
};
export const allGivenUp = async ({ stage, subject }: Trial): Promise<void> => {
  await until(async () => stage.providers.gateways[subject.name].pending() === 0);
};
export const status = (code: number, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status: code,
  headers,
  json: { message: 'no', error: { type: 'api_error', message: 'no' } },
});

/** How often /metrics counted this answer. */
export async function counted({ system }: Running, collector: CollectorName, code: string): Promise<number> {
  const line = (await system.page())
    .split('\n')
    .find((one) => one.startsWith(`marginboard_upstream_requests_total{collector="${collector}",code="${code}"}`));
  return Number(line?.split(' ').at(-1) ?? 0);
}

export const spoilt = (index: number): Case =>
  broken(
    (stage, { name, figure }) =>
      stage.providers.gateways[name].breakAlways(figure.path, {
        rewrite: (body) => body.replaceAll(figure.text, figure.wrong[index] ?? ''),
      }),
    failed('bad_payload'),
  );

export const all = COLLECTOR_NAMES;
