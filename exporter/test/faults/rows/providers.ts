import { expect } from 'vitest';
import { COLLECTOR_NAMES, type CollectorName } from '../../../src/contract/providers.ts';
import { until } from '../../exporter-process.ts';
import { flat, item, subscription } from '../../providers/stripe-objects.ts';
import { userId } from '../../providers/supabase.ts';
import type { Answer } from '../../providers/serve.ts';
import type { Fault } from '../gateway.ts';
import { SUBJECTS, type Subject } from '../providers.ts';
import { byCollector, HASTE, unharmed, type Running, type Stage } from '../stage.ts';
import type { Report } from '../system.ts';
import type { FaultRow } from '../table.ts';

type Result = Report['collectors'][number];
type Case = (stage: Stage) => Promise<void>;

/** Three providers are broken at a time, then the other three: so each run shows that the others are unaffected, and that the next run tries again. */
const HALVES = [0, 1].map((half) => SUBJECTS.filter((_, index) => index % 2 === half));

interface Trial {
  readonly subject: Subject;
  readonly result: Result;
  readonly stage: Stage;
  readonly running: Running;
}

function broken(
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
  const told = report.collectors.map(({ collector, outcome, reason, kind, message }) => ({
    collector,
    outcome,
    reason,
    kind,
    message,
  }));
  expect(rows).toHaveLength(told.length);
  expect(rows).toEqual(expect.arrayContaining(told));
}

const always =
  (fault: Fault) =>
  (stage: Stage, { name, path }: Subject): void =>
    stage.providers.gateways[name].breakAlways(path, fault);
const everywhere =
  (fault: Fault) =>
  (stage: Stage, { name }: Subject): void =>
    stage.providers.gateways[name].breakAlways(/./, fault);
const next =
  (...faults: Fault[]) =>
  (stage: Stage, { name, path }: Subject): void =>
    stage.providers.gateways[name].breakNext(path, ...faults);
const failed =
  (kind: string, message = /./) =>
  ({ result, subject }: Trial): void => {
    expect(result, subject.name).toMatchObject({ outcome: 'failed', kind, message: expect.stringMatching(message) });
  };
const succeeded = ({ result, subject }: Trial): void =>
  expect(result, subject.name).toMatchObject({ outcome: 'succeeded' });
const asked = ({ stage, subject }: Trial): number[] =>
  stage.providers.gateways[subject.name].seen.filter(({ path }) => subject.path.test(path)).map(({ at }) => at);
/** When the first request that met the fault was made, and when it was made again. */
const attempts = ({ stage, subject }: Trial): [number, number] => {
  const seen = stage.providers.gateways[subject.name].seen.filter(({ path }) => subject.path.test(path));
  const [first] = seen;
  const again = seen.find((one) => one !== first && one.path === first?.path);
  return [first?.at ?? 0, again?.at ?? 0];
};
const allGivenUp = async ({ stage, subject }: Trial): Promise<void> => {
  await until(async () => stage.providers.gateways[subject.name].pending() === 0);
};
const status = (code: number, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status: code,
  headers,
  json: { message: 'no', error: { type: 'api_error', message: 'no' } },
});

/** How often /metrics counted this answer. */
async function counted({ system }: Running, collector: CollectorName, code: string): Promise<number> {
  const line = (await system.page())
    .split('\n')
    .find((one) => one.startsWith(`marginboard_upstream_requests_total{collector="${collector}",code="${code}"}`));
  return Number(line?.split(' ').at(-1) ?? 0);
}

const spoilt = (index: number): Case =>
  broken(
    (stage, { name, figure }) =>
      stage.providers.gateways[name].breakAlways(figure.path, {
        rewrite: (body) => body.replaceAll(figure.text, figure.wrong[index] ?? ''),
      }),
    failed('bad_payload'),
  );

const all = COLLECTOR_NAMES;

export const providerRows: readonly FaultRow[] = [
  {
    id: 1,
    fault: '429 with Retry-After 2',
    expected: 'waits, retries, succeeds; every attempt counted',
    on: all,
    cases: {
      'waits as long as it is told, then succeeds': async (stage) => {
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
  {
    id: 7,
    fault: 'HTML with 200, empty body, truncated JSON',
    expected: 'failed bad_payload; last good values stay',
    on: all,
    cases: {
      'a web page': broken(always({ text: '<html><body>Welcome</body></html>' }), failed('bad_payload')),
      'an empty body': broken(
        always({ text: '', headers: { 'content-type': 'application/json' } }),
        failed('bad_payload'),
      ),
      'truncated JSON': broken(
        (stage, { name, path }) =>
          stage.providers.gateways[name].breakAlways(path, { rewrite: (body) => body.slice(0, body.length / 2) }),
        failed('bad_payload'),
      ),
    },
  },
  {
    id: 8,
    fault: 'data: null, missing field, string for number, NaN, 1e30',
    expected: 'rejected by the schema, nothing stored; never 0, never −1',
    on: all,
    cases: {
      'null for the list': broken(
        (stage, { name, path, list }) =>
          stage.providers.gateways[name].breakAlways(path, {
            rewrite: (body) =>
              body
                .replace(new RegExp(`"${list}":(\\[.*?\\]|\\{)(?=[,}\\]])`, 's'), `"${list}":null`)
                .replace(
                  /^.*":null.*$/s,
                  `{"status":"success","object":"list","has_more":false,"${list}":null,"data":null}`,
                ),
          }),
        failed('bad_payload'),
      ),
      'another type': spoilt(0),
      NaN: spoilt(1),
      '1e30': spoilt(2),
      'a missing field': spoilt(3),
      'null, negative or empty': spoilt(4),
    },
  },
  {
    id: 9,
    fault: 'unknown extra field; unknown enum value',
    expected: 'tolerated; the enum becomes other with a warning',
    on: all,
    cases: {
      'extra fields': broken(
        (stage, { name, path }) =>
          stage.providers.gateways[name].breakAlways(path, {
            rewrite: (body) => body.replace('{', '{"brand_new":{"a":[1,null]},'),
          }),
        succeeded,
        200,
      ),
      'an unknown state of a subscription': async (stage) => {
        const { system } = await stage.shared();
        const known = stage.providers.state.stripe.subscriptions;
        stage.after(async () => void (stage.providers.state.stripe.subscriptions = known));
        stage.providers.state.stripe.subscriptions = [
          ...known,
          subscription([item(flat(9_000))], { status: 'hibernating' }),
        ];
        const { report } = await system.sync(['stripe']);
        expect(report.collectors).toMatchObject([
          { outcome: 'succeeded', warnings: [expect.objectContaining({ code: 'unknown_enum' })] },
        ]);
        expect(await system.page()).toContain('marginboard_subscriptions{status="other",provider="stripe"} 1');
        stage.providers.state.stripe.subscriptions = known;
        expect((await system.sync(['stripe'])).status).toBe(200);
      },
    },
  },
  {
    id: 10,
    fault: 'pages: 2,500 rows; repeated cursor; page 3 fails',
    expected: 'all counted; loop detected; the collector fails whole, no partial sum',
    on: ['digital_ocean', 'stripe', 'supabase', 'twilio'],
    cases: {
      '2,500 rows are all counted': async (stage) => {
        const { system } = await stage.own();
        const { supabase, stripe } = stage.providers.state;
        const known = { users: supabase.users, subscriptions: stripe.subscriptions };
        stage.after(
          async () =>
            void (
              Object.assign(supabase, { users: known.users }),
              Object.assign(stripe, { subscriptions: known.subscriptions })
            ),
        );
        supabase.users = Array.from({ length: 2_500 }, (_, index) => ({
          id: userId(index + 1),
          last_sign_in_at: '2026-03-10T00:00:00Z',
        }));
        stripe.subscriptions = Array.from({ length: 2_500 }, () => subscription([item(flat(2_000))]));
        expect((await system.sync(['stripe', 'supabase'])).status).toBe(200);
        const page = await system.page();
        expect(page).toContain('marginboard_users{provider="supabase"} 2500');
        expect(page).toContain('marginboard_mrr_usd{provider="stripe"} 50000');
      },
      'a cursor that repeats is a loop': async (stage) => {
        const running = await stage.shared();
        const { gateways } = stage.providers;
        await unharmed(running, async () => {
          gateways.stripe.breakAlways(/subscriptions/, {
            rewrite: (body) =>
              body.replace('"has_more":false,"url":"/v1/subscriptions"', '"has_more":true,"url":"/v1/subscriptions"'),
          });
          gateways.twilio.breakAlways(/Daily/, {
            rewrite: (body) =>
              body.replace(
                '"next_page_uri":null',
                '"next_page_uri":"/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Usage/Records/Daily.json?Page=1"',
              ),
          });
          gateways.digital_ocean.breakAlways(/invoices$|invoices\?/, {
            rewrite: () =>
              JSON.stringify({
                invoices: [],
                links: { pages: { next: 'https://api.digitalocean.com/v2/customers/my/invoices?page=1' } },
                meta: { total: 9 },
              }),
          });
          const { report } = await running.system.sync(['stripe', 'twilio', 'digital_ocean']);
          expect(
            report.collectors.map(({ outcome, reason }) => [outcome, reason]),
            JSON.stringify(report),
          ).toEqual(Array(3).fill(['failed', 'page_loop']));
        });
      },
      'page 3 fails: no partial sum': async (stage) => {
        const running = await stage.shared();
        const { supabase, stripe } = stage.providers.state;
        const known = { users: supabase.users, subscriptions: stripe.subscriptions };
        stage.after(
          async () =>
            void (
              Object.assign(supabase, { users: known.users }),
              Object.assign(stripe, { subscriptions: known.subscriptions })
            ),
        );
        supabase.users = Array.from({ length: 2_500 }, (_, index) => ({
          id: userId(index + 1),
          last_sign_in_at: '2026-03-10T00:00:00Z',
        }));
        stripe.subscriptions = Array.from({ length: 250 }, () => subscription([item(flat(2_000))]));
        await unharmed(running, async () => {
          const third = stripe.subscriptions[199]?.['id'];
          stage.providers.gateways.stripe.breakAlways(new RegExp(`starting_after=${String(third)}`), status(500));
          stage.providers.gateways.supabase.breakAlways(/[?&]page=3\b/, status(500));
          const { status: code, report } = await running.system.sync(['stripe', 'supabase']);
          expect([code, report.collectors.map(({ kind }) => kind)], JSON.stringify(report)).toEqual([
            502,
            ['upstream', 'upstream'],
          ]);
        });
      },
    },
  },
  {
    id: 11,
    fault: 'key not configured',
    expected: 'skipped not_configured, naming the variable; no alert, no series',
    on: all,
    cases: {
      'no key at all': async (stage) => {
        const empty = Object.fromEntries(
          Object.keys(stage.providers.env)
            .filter((name) => !name.endsWith('_API_URL'))
            .map((name) => [name, '']),
        );
        const { system, database } = await stage.own(empty);
        const { status: code, report } = await system.sync();
        expect(code).toBe(200);
        const variables = {
          digital_ocean: 'DO_API_TOKEN',
          stripe: 'STRIPE_SECRET_KEY',
          weaviate: 'WEAVIATE_URL',
          supabase: 'SUPABASE_URL',
          twilio: 'TWILIO_ACCOUNT_SID',
          llm: 'PROMETHEUS_URL',
        };
        for (const { collector, outcome, reason, message } of report.collectors) {
          expect([outcome, reason], collector).toEqual(['skipped', 'not_configured']);
          expect(message).toContain(variables[collector]);
        }
        expect(await system.figures()).toEqual([]);
        const page = await system.page();
        for (const name of all) {
          expect(page).toContain(`marginboard_collector_enabled{collector="${name}"} 0`);
          expect(stage.providers.gateways[name].seen).toEqual([]);
        }
        expect(page).not.toMatch(/marginboard_collector_run_failures_total\{[^}]*\} [1-9]/);
        expect(
          (await database.pool.query('SELECT 1 FROM do_metrics UNION ALL SELECT 1 FROM component_costs')).rowCount,
        ).toBe(0);
      },
    },
  },
  {
    id: 12,
    fault: 'one of six collectors fails',
    expected: '207; five stored; an outcome for each',
    on: all,
    cases: Object.fromEntries(
      SUBJECTS.map(({ name, path }) => [
        name,
        async (stage: Stage) => {
          const running = await stage.shared();
          await running.database.pool.query(
            'TRUNCATE do_metrics, stripe_metrics, weaviate_metrics, supabase_metrics, twilio_metrics',
          );
          stage.providers.gateways[name].breakAlways(path, status(400));
          const { status: code, report } = await running.system.sync();
          expect([
            code,
            report.outcome,
            report.collectors.filter(({ outcome }) => outcome === 'succeeded').length,
            byCollector(report)[name]?.outcome,
          ]).toEqual([207, 'partial', 5, 'failed']);
          const rows = await running.database.pool.query<Record<string, string>>(
            "SELECT (SELECT count(*) FROM do_metrics WHERE recorded_at = '2026-03-14') AS digital_ocean, (SELECT count(*) FROM stripe_metrics WHERE recorded_at = '2026-03-14') AS stripe, (SELECT count(*) FROM weaviate_metrics WHERE recorded_at = '2026-03-14') AS weaviate, (SELECT count(*) FROM supabase_metrics WHERE recorded_at = '2026-03-14') AS supabase, (SELECT count(*) FROM twilio_metrics WHERE recorded_at = '2026-03-14') AS twilio",
          );
          expect(rows.rows[0]).toEqual(
            Object.fromEntries(all.filter((one) => one !== 'llm').map((one) => [one, one === name ? '0' : '1'])),
          );
          stage.providers.mend();
          expect((await running.system.sync([name])).status).toBe(200);
        },
      ]),
    ),
  },
];
