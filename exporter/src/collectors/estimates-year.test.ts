import { expect, it } from 'vitest';
import { QUICK_RETRY } from '../../test/providers/context.ts';
import { faults } from '../../test/providers/loopback.ts';
import {
  ACCESS_TOKEN,
  SECRET_KEY,
  startFakeSupabase,
  userId,
  type FakeSupabaseState,
} from '../../test/providers/supabase.ts';
import { startFakeWeaviate, weaviateSettings } from '../../test/providers/weaviate.ts';
import { useRunner } from '../../test/runner-fixture.ts';
import { createClock } from '../database/clock.ts';
import { addDays, addMonths, daysBetween, daysOf, nextMonthStart } from '../money/days.ts';
import { createSupabaseCollector } from './supabase/index.ts';
import { createWeaviateCollector } from './weaviate/index.ts';

const { database, runnerOf, rows } = useRunner();

const START = '2025-01-01';
const DAYS = 365;

/** Objects of the cluster, which grows, and is nearly emptied for September. */
const objectsOn = (day: string) => (day.startsWith('2025-09') ? 500 : 1_000 + daysBetween(START, day) * 60);

/** Users who have signed in since the 1st. */
const activeOn = (day: string) => Number(day.slice(8));

const hourlyOn = (day: string) => (day < '2025-04-01' ? 0.01344 : 0.0822);

function showSupabase(state: FakeSupabaseState, today: string): void {
  state.users = Array.from({ length: activeOn(today) }, (_, index) => ({
    id: userId(index),
    last_sign_in_at: `${today.slice(0, 7)}-01T00:00:00Z`,
  }));
  state.addons = [
    {
      type: 'compute_instance',
      variant: { id: 'ci', name: 'compute', price: { interval: 'hourly', amount: hourlyOn(today) } },
    },
  ];
}

/** What a closed month costs by Weaviate's list prices: 4.65 USD a thousand objects, by the mean of its days. */
function weaviateCents(month: string, ran: ReadonlySet<string>): number {
  const readings = daysOf(month, nextMonthStart(month)).flatMap((day) => {
    // A day's row is that of the run after it, where there was one.
    const next = addDays(day, 1);
    return ran.has(next) ? [objectsOn(next)] : ran.has(day) ? [objectsOn(day)] : [];
  });
  const mean = readings.reduce((sum, one) => sum + one, 0) / readings.length;
  return Math.max(4_500, Math.round(mean * 0.465));
}

/** The Pro plan and the instance by the hour, less its credit. The size of April's first day does not count for March. */
function supabaseCents(month: string): number {
  const hours = daysBetween(month, nextMonthStart(month)) * 24;
  const compute = hours * hourlyOn(month);
  return Math.round((25 + compute - Math.min(compute, 10)) * 100);
}

it('a year of estimates: each closed month is its bill, on all of its days', { timeout: 240_000 }, async () => {
  const [supabase, weaviate] = await Promise.all([startFakeSupabase({ plan: 'pro' }), startFakeWeaviate()]);
  const collectors = [
    createSupabaseCollector({
      SUPABASE_URL: supabase.url,
      SUPABASE_KEY: SECRET_KEY,
      SUPABASE_DB_URL: undefined,
      SUPABASE_ACCESS_TOKEN: ACCESS_TOKEN,
      SUPABASE_API_URL: supabase.url,
    }),
    createWeaviateCollector(
      weaviateSettings({
        WEAVIATE_URL: weaviate.url,
        WEAVIATE_GRPC_URL: '127.0.0.1:1',
        WEAVIATE_PRICE_MILLION_DIMENSIONS_USD: '4.65',
        WEAVIATE_PRICE_STORAGE_GIB_USD: '0',
        WEAVIATE_PRICE_BACKUP_GIB_USD: '0',
      }),
    ),
  ];
  const ran = new Set<string>();
  try {
    for (let index = 0; index < DAYS; index += 1) {
      const day = addDays(START, index);
      // The exporter is off for eleven days, over the end of May.
      if (index >= 147 && index <= 157) continue;
      const hour = String((index * 5 + 1) % 24).padStart(2, '0');
      showSupabase(supabase.state, day);
      weaviate.state.collections = { Article: { objects: objectsOn(day), vectors: { default: 1_000 } } };
      supabase.mend();
      weaviate.mend();
      // The plan cannot be read for a week: the estimate stays, and its days come afterwards. Then the cluster fails.
      if (index >= 200 && index <= 206) supabase.failNext('/v1/', faults.status(403), Number.POSITIVE_INFINITY);
      const isDown = index === 220 || index === 221;
      if (isDown) weaviate.failNext('/v1/graphql', faults.status(503), Number.POSITIVE_INFINITY);
      const runner = runnerOf(collectors, {
        clock: createClock({ now: `${day}T${hour}:20:00Z`, db: database().pool }),
        retry: { ...QUICK_RETRY, tries: 2 },
      });
      await runner.run({ trigger: 'api', requestedBy: 'test' });
      if (!isDown) ran.add(day);
    }
  } finally {
    await Promise.all([supabase.close(), weaviate.close()]);
  }
  for (const [provider, centsOfMonth] of [
    ['weaviate', (month: string) => weaviateCents(month, ran)],
    ['supabase', supabaseCents],
  ] as const) {
    const months = await rows(
      `SELECT to_char(day, 'YYYY-MM-DD') AS month, (sum(amount_usd) * 100)::int AS cents, sum(days)::int AS days
         FROM (SELECT date_trunc('month', day)::date AS day, amount_usd, 1 AS days FROM effective_costs
           WHERE provider = '${provider}' AND source = 'estimate' AND day >= '2025-01-01' AND day < '2025-12-01') AS d
         GROUP BY day ORDER BY day`,
    );
    expect(months, provider).toEqual(
      Array.from({ length: 11 }, (_, index) => addMonths(START, index)).map((month) => ({
        month,
        cents: centsOfMonth(month),
        days: daysBetween(month, nextMonthStart(month)),
      })),
    );
  }
  expect(await rows('SELECT DISTINCT day::text AS day FROM component_costs WHERE provisional')).toEqual([
    { day: addDays(START, DAYS - 1) },
  ]);
  // Five reads each, and what two tries on two bad days add.
  expect(supabase.seen.length / ran.size).toBeLessThan(5.1);
  expect(weaviate.seen.length / ran.size).toBeLessThan(5.1);
});
