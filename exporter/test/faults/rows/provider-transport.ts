import { expect } from 'vitest';
import { HASTE } from '../stage.ts';
import {
  broken,
  always,
  everywhere,
  next,
  failed,
  succeeded,
  asked,
  attempts,
  allGivenUp,
  status,
  counted,
  all,
} from '../provider-trials.ts';
import type { FaultRow } from '../table.ts';

export const providerTransportRows: readonly FaultRow[] = [
  {
    id: 1,
    fault: '429 with Retry-After 2',
    expected: 'waits, retries, succeeds; every attempt counted',
    on: all,
    cases: {
      'waits as long as Retry-After says, then succeeds': async (stage) => {
        const running = await stage.shared();
        const before = new Map(
          await Promise.all(all.map(async (name) => [name, await counted(running, name, '429')] as const)),
        );
        await broken(
          next(status(429, { 'retry-after': '2' })),
          async (trial) => {
            succeeded(trial);
            const [first, second] = attempts(trial);
            // Timers may fire a millisecond early.
            expect(second - first).toBeGreaterThanOrEqual(2_000 / HASTE - 2);
            expect(await counted(running, trial.subject.name, '429')).toBe((before.get(trial.subject.name) ?? 0) + 1);
          },
          200,
        )(stage);
      },
    },
  },
  {
    id: 2,
    fault: '429 for ever, or Retry-After 3600',
    expected: 'failed rate_limited within the budget; others unaffected; next run tries again',
    on: all,
    cases: {
      'for ever': broken(always(status(429)), (trial) => {
        failed('rate_limited')(trial);
        expect(asked(trial).length).toBeGreaterThanOrEqual(3);
      }),
      'Retry-After 3600': broken(always(status(429, { 'retry-after': '3600' })), failed('rate_limited')),
    },
  },
  {
    id: 3,
    fault: '500/502/503, then fine',
    expected: 'retried, succeeded',
    on: all,
    cases: {
      '500, 503': broken(
        next(status(500), status(503)),
        (trial) => {
          succeeded(trial);
          expect(asked(trial).length).toBeGreaterThanOrEqual(3);
        },
        200,
      ),
      '502, and a connection that is reset': broken(next(status(502), { fault: 'reset' }), succeeded, 200),
    },
  },
  {
    id: 4,
    fault: '401/403, revoked or restricted key',
    expected: 'no retry; failed auth, naming the missing permission; alert',
    on: all,
    cases: {
      'the key is refused (401)': broken(everywhere(status(401)), (trial) => {
        failed('auth', new RegExp(trial.subject.setting))(trial);
        expect(trial.result.reason).toBe('invalid_key');
      }),
      'the key may not (403), and each request is made once': broken(everywhere(status(403)), async (trial) => {
        failed('auth')(trial);
        expect(trial.result.reason).toBe('missing_permission');
        const { seen } = trial.stage.providers.gateways[trial.subject.name];
        expect(new Set(seen.map(({ path }) => path)).size).toBe(seen.length);
        // What the alert SyncUnauthorized looks at.
        expect(await trial.running.system.page()).toMatch(
          new RegExp(
            `marginboard_collector_run_failures_total\\{collector="${trial.subject.name}",kind="auth"\\} [1-9]`,
          ),
        );
      }),
    },
  },
  {
    id: 5,
    fault: 'provider accepts and never answers',
    expected: 'time-out (30 s a request, 120 s a collector), socket aborted, no leaked handle',
    on: all,
    cases: {
      'never answers': broken(always({ fault: 'hang' }), async (trial) => {
        failed('timeout')(trial);
        await allGivenUp(trial);
      }),
    },
  },
  {
    id: 6,
    fault: 'slow drip; 200 MB body',
    expected: 'deadline and size cap: timeout or bad_payload',
    on: all,
    cases: {
      'slow drip': broken(always({ fault: 'drip' }), async (trial) => {
        failed('timeout')(trial);
        await allGivenUp(trial);
      }),
      'a body without end': broken(always({ fault: 'huge' }), async (trial) => {
        expect(trial.result, trial.subject.name).toMatchObject({
          outcome: 'failed',
          kind: expect.stringMatching(/^(bad_payload|timeout)$/),
        });
        await allGivenUp(trial);
      }),
    },
  },
];
