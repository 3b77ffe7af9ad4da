import { expect } from 'vitest';
import { COLLECTOR_NAMES, type CollectorName } from '../../../src/contract/providers.ts';
import { addDays, dayOf } from '../../../src/money/days.ts';
import { until } from '../../exporter-process.ts';
import type { TestDatabase } from '../../database.ts';
import { DAY } from '../providers.ts';
import { byCollector, fillHistory, unharmed, type Stage } from '../stage.ts';
import type { FaultRow } from '../table.ts';

const HOUR = 3_600_000;
/** Those that tell only what is now: each day of theirs is the day on which somebody asked. */
const PRESENT: readonly CollectorName[] = ['weaviate', 'supabase'];

const days = async ({ pool }: TestDatabase, table: string): Promise<string[]> =>
  (await pool.query<{ day: string }>(`SELECT recorded_at::text AS day FROM ${table} ORDER BY recorded_at`)).rows.map(
    ({ day }) => day,
  );

/** The value of a series that stands alone on the page. */
function valueOf(page: string, series: string): number | undefined {
  const line = page.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

/** Twilio's usage is the given one while the row lasts. */
function usage(stage: Stage, prices: Readonly<Record<string, string>>): void {
  const { twilio } = stage.providers.state;
  const known = twilio.usage;
  stage.after(async () => void (twilio.usage = known));
  twilio.usage = Object.entries(prices).map(([day, price]) => ({ category: 'totalprice', day, price }));
}

const monthOf =
  (now: string, before: Readonly<Record<string, string>>, previous: number) =>
  async (stage: Stage): Promise<void> => {
    usage(stage, before);
    const { system, database } = await stage.own({ NOW: now });
    await fillHistory(database, addDays(now.slice(0, 10), -4));
    expect((await system.sync(['twilio', 'weaviate'])).status).toBe(200);
    const page = await system.page();
    expect(valueOf(page, 'marginboard_cost_previous_month_usd{provider="twilio"}')).toBe(previous);
    expect(valueOf(page, 'marginboard_cost_month_to_date_usd{provider="twilio",component="all"}') ?? 0).toBe(0);
    const forecasts = page.split('\n').filter((line) => line.startsWith('marginboard_cost_forecast_month_usd{'));
    for (const line of forecasts) expect(Number.isFinite(Number(line.split(' ').at(-1))), line).toBe(true);
    const forecast = await system.ask('/api/v1/metrics/forecast');
    expect([forecast.status, /NaN|Infinity/.test(forecast.text)]).toEqual([200, false]);
    expect((await system.ask('/api/v1/metrics/summary')).status).toBe(200);
  };

export const timeRows: readonly FaultRow[] = [
  {
    id: 22,
    fault: 'clock back an hour, forward a day; TZ=America/New_York; DST',
    expected: 'the database clock decides the day; durations are monotonic; one row per UTC day',
    on: PRESENT,
    cases: {
      'the clock of the machine jumps, between runs and inside one': async (stage) => {
        const { system, database } = await stage.own({ NOW: '' });
        const run = async (): Promise<void> => {
          const { status, report } = await system.sync(PRESENT);
          expect(status, JSON.stringify(report)).toBe(200);
        };
        const today = dayOf(new Date());
        await run();
        for (const offset of [-HOUR, 25 * HOUR]) {
          await system.clock(offset);
          await run();
          await system.clock(0);
          const answer = Promise.withResolvers<void>();
          stage.providers.gateways.weaviate.breakNext(/./, { after: answer.promise });
          const sync = system.sync(PRESENT);
          await until(async () => stage.providers.gateways.weaviate.pending() > 0);
          await system.clock(offset);
          answer.resolve();
          const { status, report } = await sync;
          expect(status).toBe(200);
          for (const { durationMs } of report.collectors)
            expect([durationMs >= 0, durationMs < 60_000], String(durationMs)).toEqual([true, true]);
        }
        expect(
          (
            await database.pool.query(
              'SELECT 1 FROM metrics_sync_logs WHERE duration_ms < 0 OR duration_ms > 60000 OR finished_at < started_at',
            )
          ).rowCount,
        ).toBe(0);
        // By the database's clock: yesterday, and today as provisional (both a day later where midnight passes
        // meanwhile).
        const stored = await days(database, 'weaviate_metrics');
        const first = stored[0] ?? '';
        expect([addDays(today, -1), today]).toContain(first);
        expect(stored.slice(0, 2)).toEqual([first, addDays(first, 1)]);
        expect(stored.length).toBeLessThanOrEqual(dayOf(new Date()) === today ? 2 : 3);
        expect(await days(database, 'supabase_metrics')).toEqual(stored);
        expect(await system.alive()).toBe(true);
      },
      'New York, on both days on which its clocks change': async (stage) => {
        const database = await stage.database();
        await database.pool.query(
          `ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET timezone = 'America/New_York'`,
        );
        for (const now of [
          '2026-03-08T04:30:00Z',
          '2026-03-09T03:30:00Z',
          '2026-11-01T05:30:00Z',
          '2026-11-02T04:30:00Z',
        ]) {
          const { system } = await stage.own({ NOW: now, TZ: 'America/New_York', DATABASE_URL: database.url });
          expect((await system.sync(PRESENT)).report.collectors).toEqual(
            PRESENT.map(() => expect.objectContaining({ outcome: 'succeeded', day: addDays(now.slice(0, 10), -1) })),
          );
          await system.end('SIGTERM');
        }
        for (const table of ['weaviate_metrics', 'supabase_metrics'])
          expect(await days(database, table)).toEqual([
            '2026-03-07',
            '2026-03-08',
            '2026-03-09',
            '2026-10-31',
            '2026-11-01',
            '2026-11-02',
          ]);
      },
    },
  },
  {
    id: 23,
    fault: 'month end, 29 February, 31 December',
    expected: 'month-to-date resets, previous month right, forecast finite on day 1',
    on: ['twilio', 'weaviate'],
    cases: {
      'the first of March': monthOf('2026-03-01T00:30:00Z', { '2026-02-27': '2.00', '2026-02-28': '1.25' }, 3.25),
      'the day after 29 February': monthOf(
        '2028-03-01T00:30:00Z',
        { '2028-02-28': '2.00', '2028-02-29': '1.25' },
        3.25,
      ),
      'New Year': monthOf('2027-01-01T00:30:00Z', { '2026-12-30': '2.00', '2026-12-31': '1.25' }, 3.25),
    },
  },
  {
    id: 24,
    fault: 'three days of downtime',
    expected: 'gaps filled oldest first where the API can answer; otherwise the gap is visible, not invented',
    on: COLLECTOR_NAMES,
    cases: {
      'from 10 to 14 March nobody asked': async (stage) => {
        const prices = Object.fromEntries(
          ['09', '10', '11', '12', '13', '14'].map((day) => [`2026-03-${day}`, `${day}.00`]),
        );
        usage(stage, prices);
        const database = await stage.database();
        await fillHistory(database, '2026-03-08');
        const { system: before } = await stage.own({ DATABASE_URL: database.url, NOW: '2026-03-10T00:30:00Z' });
        expect((await before.sync(['twilio', 'weaviate'])).status).toBe(200);
        await before.end('SIGTERM');
        const { system } = await stage.own({ DATABASE_URL: database.url });
        expect((await system.sync(['twilio', 'weaviate'])).status).toBe(200);
        const { rows } = await database.pool.query(
          `SELECT recorded_at::text AS day, cost_usd::text AS cost FROM twilio_metrics
           WHERE recorded_at BETWEEN '2026-03-09' AND '2026-03-14' ORDER BY 1`,
        );
        expect(rows.map(({ day, cost }) => [day, Number(cost)])).toEqual(
          Object.entries(prices).map(([day, price]) => [day, Number(price)]),
        );
        // What the provider only reports for the present: no row for a day on which nobody asked after its end.
        expect(await days(database, 'weaviate_metrics')).toEqual([
          '2026-03-09',
          '2026-03-10',
          '2026-03-14',
          '2026-03-15',
        ]);
        const costs = await system.ask('/api/v1/metrics/infrastructure-costs?from=2026-03-11&to=2026-03-14');
        expect(costs.json).toMatchObject({
          // Weaviate's cost is the days' share of the month's estimate, here the minimum of 45.00.
          data: ['11', '12', '13'].map((day) => ({
            day: `2026-03-${day}`,
            weaviateUsd: '1.45',
            twilioUsd: `${day}.00`,
          })),
        });
      },
    },
  },
  {
    id: 25,
    fault: 'a past day restated',
    expected: 'upsert changes it; no new row',
    on: ['digital_ocean', 'twilio', 'llm'],
    cases: {
      'the same day at another price': async (stage) => {
        const { system, database } = await stage.own();
        expect((await system.sync()).status).toBe(200);
        const count = async (): Promise<unknown> =>
          (
            await database.pool.query(
              `SELECT (SELECT count(*) FROM do_metrics)::int AS d, (SELECT count(*) FROM twilio_metrics)::int AS t,
               (SELECT count(*) FROM llm_metrics_history)::int AS l, (SELECT count(*) FROM component_costs)::int AS c`,
            )
          ).rows[0];
        const before = await count();
        const { digitalOcean, twilio, counters } = stage.providers.state;
        const known = { points: digitalOcean.points, counter: counters[0] };
        stage.after(async () => {
          digitalOcean.points = known.points;
          if (known.counter) counters[0] = known.counter;
        });
        usage(stage, { [DAY]: '4.25' });
        expect(twilio.usage).toHaveLength(1);
        digitalOcean.points = [{ day: DAY, amount: '3.50' }];
        if (known.counter)
          counters[0] = {
            ...known.counter,
            samples: [
              ['2026-01-01T00:00:00Z', 100],
              [`${DAY}T10:00:00Z`, 750],
            ],
          };
        expect((await system.sync(['digital_ocean', 'twilio', 'llm'])).status).toBe(200);
        expect(await count()).toEqual(before);
        const { rows } = await database.pool.query(
          `SELECT (SELECT cost_usd FROM do_metrics WHERE recorded_at = '2026-03-14')::float AS d, (SELECT cost_usd
           FROM twilio_metrics WHERE recorded_at = '2026-03-14')::float AS t, (SELECT prompt_tokens
           FROM llm_metrics_history)::int AS l`,
        );
        expect(rows).toEqual([{ d: 3.5, t: 4.25, l: 650 }]);
        const page = await system.page();
        expect(valueOf(page, 'marginboard_cost_day_usd{provider="twilio",component="all"}')).toBe(4.25);
        // Read once more, it is the same.
        await unharmed({ system, database }, async () => {
          const { report } = await system.sync(['digital_ocean', 'twilio', 'llm']);
          expect(byCollector(report).twilio?.outcome).toBe('succeeded');
        });
      },
    },
  },
];
