import { expect } from 'vitest';
import { z } from 'zod';
import { syncReport } from '../../../src/api/features/sync/schema.ts';
import { COLLECTOR_NAMES } from '../../../src/contract/providers.ts';
import { until } from '../../exporter-process.ts';
import type { TestDatabase } from '../../database.ts';
import { HASTE, storedIn, type Stage } from '../stage.ts';
import type { Got, System } from '../system.ts';
import type { FaultRow } from '../table.ts';

const SYNC = '/api/v1/metrics/sync-all';
/** The minute after which the run of a dead process is taken over, without the wait. */
export const EXPIRE = `UPDATE sync_runs SET lease_expires_at = now() - interval '1 s' WHERE finished_at IS NULL;
   UPDATE metrics_sync_logs SET lease_expires_at = now() - interval '1 s' WHERE finished_at IS NULL`;
const conflict = z.object({ status: z.literal(409), runId: z.uuid() });

async function log({ pool }: TestDatabase, where = 'true'): Promise<Record<string, unknown>[]> {
  return (
    await pool.query<Record<string, unknown>>(
      `SELECT collector, attempt, outcome, kind, retryable FROM metrics_sync_logs WHERE ${where} ORDER BY id`,
    )
  ).rows;
}

/** Stripe never answers: a run is in its middle, with the other five done. */
async function inMidRun(stage: Stage, database: TestDatabase): Promise<void> {
  await until(
    async () =>
      (await log(database, "collector = 'stripe' AND finished_at IS NULL")).length === 1 &&
      (await log(database, "outcome = 'succeeded'")).length === 5 &&
      stage.providers.gateways.stripe.pending() > 0,
  );
}

/** A POST to each of them; the run that begins does not end before the others were answered. */
async function allAtOnce(stage: Stage, systems: readonly System[]): Promise<Got[]> {
  const othersAnswered = Promise.withResolvers<void>();
  stage.providers.gateways.llm.breakAlways(/./, { after: othersAnswered.promise });
  let left = systems.length - 1;
  return Promise.all(
    systems.map(async (system) => {
      const answer = await system.ask(SYNC, { method: 'POST', role: 'sync' });
      if ((left -= 1) === 0) othersAnswered.resolve();
      return answer;
    }),
  );
}

/** Every day of every provider is there once. */
async function nothingTwice({ pool }: TestDatabase): Promise<void> {
  const { rows } = await pool.query<{ name: string; rows: number; days: number }>(
    ['do_metrics', 'stripe_metrics', 'weaviate_metrics', 'supabase_metrics', 'twilio_metrics']
      .map(
        (table) =>
          `SELECT '${table}' AS name, count(*)::int AS rows, count(DISTINCT recorded_at)::int AS days FROM ${table}`,
      )
      .join(' UNION ALL '),
  );
  for (const one of rows) {
    expect(one.rows, one.name).toBe(one.days);
    expect(one.rows, one.name).toBeGreaterThan(0);
  }
}

export const processRows: readonly FaultRow[] = [
  {
    id: 17,
    fault: 'two replicas sync at the same moment',
    expected: 'one collects, the other says locked; one row per day',
    on: COLLECTOR_NAMES,
    cases: {
      'two processes on one database': async (stage) => {
        const { system: one, database } = await stage.own();
        const { system: other } = await stage.own({ DATABASE_URL: database.url }, { haste: HASTE });
        const answers = await allAtOnce(stage, [one, other]);
        expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
        const ran = syncReport.parse(answers.find(({ status }) => status === 200)?.json);
        expect(conflict.parse(answers.find(({ status }) => status === 409)?.json).runId).toBe(ran.runId);
        expect((await database.pool.query('SELECT id FROM sync_runs')).rows).toEqual([{ id: ran.runId }]);
        expect(await log(database)).toEqual(
          ran.collectors.map(() => expect.objectContaining({ attempt: 1, outcome: 'succeeded' })),
        );
        await nothingTwice(database);
        // Whichever did not run shows what its sister stored, without having asked any provider.
        await expect
          .poll(
            async () => {
              const [here, there] = await Promise.all([one.figures(), other.figures()]);
              return here.length > 60 && here.join() === there.join();
            },
            { timeout: 30_000 },
          )
          .toBe(true);
      },
    },
  },
  {
    id: 18,
    fault: 'kill −9 in the middle of a run',
    expected: 'lease expires, next run reclaims it, attempt + 1, one row',
    on: ['stripe'],
    cases: {
      'the process is killed': async (stage) => {
        const { system: first, database } = await stage.own();
        stage.providers.gateways.stripe.breakAlways(/./, { fault: 'hang' });
        const sync = first.ask(SYNC, { method: 'POST' }).catch(() => undefined);
        await inMidRun(stage, database);
        expect(await first.end('SIGKILL')).toEqual([null, 'SIGKILL']);
        await sync;
        stage.providers.gateways.stripe.mend();
        const { system: second } = await stage.own({ DATABASE_URL: database.url });
        // The dead one still holds the lease …
        const running = await database.pool.query<{ id: string }>('SELECT id FROM sync_runs WHERE finished_at IS NULL');
        expect(conflict.parse((await second.ask(SYNC, { method: 'POST' })).json).runId).toBe(running.rows[0]?.id);
        // … for a minute, which the test does not wait for.
        await database.pool.query(EXPIRE);
        expect((await second.sync(['stripe'])).status).toBe(200);
        expect(await log(database, "collector = 'stripe'")).toMatchObject([{ attempt: 2, outcome: 'succeeded' }]);
        expect(await log(database)).toHaveLength(6);
        expect((await database.pool.query('SELECT outcome FROM sync_runs ORDER BY started_at')).rows).toEqual([
          { outcome: 'failed' },
          { outcome: 'succeeded' },
        ]);
        await nothingTwice(database);
      },
    },
  },
  {
    id: 19,
    fault: 'SIGTERM in the middle of a run',
    expected: 'stops accepting, aborts collectors, run logged as failed (shutdown) and retryable, exit 0 within 10 s',
    on: ['stripe'],
    cases: {
      'the process is asked to stop': async (stage) => {
        const { system, database } = await stage.own();
        stage.providers.gateways.stripe.breakAlways(/./, { fault: 'hang' });
        const sync = system.ask(SYNC, { method: 'POST' });
        await inMidRun(stage, database);
        const began = performance.now();
        expect(await system.end('SIGTERM')).toEqual([0, null]);
        expect(performance.now() - began).toBeLessThan(10_000);
        expect(await log(database, "collector = 'stripe'")).toEqual([
          { collector: 'stripe', attempt: 1, outcome: 'failed', kind: 'shutdown', retryable: true },
        ]);
        expect((await database.pool.query('SELECT outcome FROM sync_runs')).rows).toEqual([{ outcome: 'partial' }]);
        // The caller that waited for the run learns how it ended.
        expect(await sync).toMatchObject({ status: 207, json: { outcome: 'partial' } });
        await until(async () => stage.providers.gateways.stripe.pending() === 0);
        await expect(system.ask('/-/healthy')).rejects.toThrow('fetch failed');
      },
    },
  },
  {
    id: 20,
    fault: 'POST /sync-all twice, or 50 at once',
    expected: 'one run; the rest 409 with the running id, or skipped; no duplicates',
    on: COLLECTOR_NAMES,
    cases: {
      '50 at once': async (stage) => {
        const { system, database } = await stage.own();
        const answers = await allAtOnce(stage, Array<System>(50).fill(system));
        const ran = answers.filter(({ status }) => status === 200).map(({ json }) => syncReport.parse(json));
        expect(ran).toHaveLength(1);
        const others = answers.filter(({ status }) => status === 409).map(({ json }) => conflict.parse(json).runId);
        expect(others).toEqual(Array(49).fill(ran[0]?.runId));
        expect((await database.pool.query('SELECT 1 FROM sync_runs')).rowCount).toBe(1);
        expect(await log(database)).toHaveLength(6);
        await nothingTwice(database);
        const stored = await storedIn(database);
        // And once more, one after the other: the same rows.
        expect((await system.sync(['stripe', 'weaviate', 'supabase', 'llm'])).status).toBe(200);
        expect(await storedIn(database)).toEqual(stored);
      },
    },
  },
  {
    id: 21,
    fault: 'restart after a good day',
    expected: 'the first scrape already has every series',
    on: COLLECTOR_NAMES,
    cases: {
      'the first page after ready': async (stage) => {
        const { system: first, database } = await stage.own();
        expect((await first.sync()).status).toBe(200);
        const series = (page: string): string[] =>
          page
            .split('\n')
            .filter((line) =>
              /^marginboard_(?!upstream|snapshot|collector_runs_total|collector_run_failures_total)/.test(line),
            )
            .sort();
        const before = series(await first.page());
        expect(before.length).toBeGreaterThan(60);
        expect(await first.end('SIGTERM')).toEqual([0, null]);
        const asked = stage.providers.gateways.stripe.seen.length;
        const { system: second } = await stage.own({ DATABASE_URL: database.url });
        expect(series(await second.page())).toEqual(before);
        expect(stage.providers.gateways.stripe.seen.length).toBe(asked);
      },
    },
  },
];
