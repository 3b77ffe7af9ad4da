import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { anyHistory, anyPart, recordHistory } from '../../test/mrr-history.ts';
import { customersByPlan } from './plan-customers.ts';
import { recordMrrDay } from './record-day.ts';

const MIGRATION = readFileSync(join(import.meta.dirname, '../../migrations/0048_mrr_plan_customers.sql'), 'utf8');

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function stored(): Promise<unknown[]> {
  return (await database.pool.query('SELECT day::text, plan, gained FROM mrr_plan_customers ORDER BY day, plan')).rows;
}

/** From all movements up to a day. */
async function counted(day: string): Promise<ReadonlyMap<string, number>> {
  const { rows } = await database.pool.query<{ plan: string; customers: number }>(
    `SELECT plan, count(*)::int AS customers FROM (
       SELECT plan, customer FROM mrr_movements WHERE day <= $1 GROUP BY plan, customer HAVING sum(amount) <> 0
     ) held GROUP BY plan`,
    [day],
  );
  return new Map(rows.map(({ plan, customers }) => [plan, customers]));
}

const anyDayAgain = fc.record({
  day: fc.integer({ min: 0, max: 8 }),
  parts: fc.uniqueArray(anyPart, { selector: ({ subscription }) => subscription, maxLength: 6 }),
});

it('on every day plans have the customers of the movements, also where days are recorded again or late', async () => {
  await fc.assert(
    fc.asyncProperty(anyHistory, fc.array(anyDayAgain, { maxLength: 3 }), fc.nat(), async (history, again, late) => {
      // One known day comes last.
      const missed = history[late % history.length];
      await recordHistory(
        database.pool,
        history.filter((one) => one !== missed),
      );
      const known = { unread: new Set<string>(), policy: {}, provisional: false };
      if (missed !== undefined) await recordMrrDay(database.pool, { ...known, ...missed });
      for (const { day: index, parts } of again) {
        const day = history[index % history.length]?.day;
        if (day !== undefined) await recordMrrDay(database.pool, { ...known, day, parts });
      }
      for (const { day } of history) expect(await customersByPlan(database.pool, day)).toEqual(await counted(day));
      const kept = await stored();
      await database.pool.query(`DROP TABLE mrr_plan_customers; ${MIGRATION}`);
      expect(await stored()).toEqual(kept);
    }),
    { numRuns: 12 },
  );
});
