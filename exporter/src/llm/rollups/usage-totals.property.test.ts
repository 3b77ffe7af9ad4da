import fc from 'fast-check';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { usersByCost } from '../usage/users-by-cost.ts';
import { costOf, unpricedTokens, type LlmData, type LlmRow } from '../../collectors/llm/data.ts';
import { storeUsage } from '../../collectors/llm/store.ts';
import { addDays, daysOf } from '../../money/days.ts';
import { sumMicros } from '../../money/micros.ts';
import { createPool, withTransaction } from '../../database/pool.ts';
import { LOCK_USAGE } from './rollup-sql.ts';
import { dropOldRawUsage } from '../maintenance/raw-retention.ts';
import { repriceUsage } from '../pricing/reprice.ts';
import { closeDays, foldLateChanges } from './running-totals.ts';
import { refreshTopUsers } from '../ranking/top-users.ts';
import { verifyUsage } from '../maintenance/verify.ts';
import { marginsEqualRaw, rankingEqualsRaw, runningTotalsEqualRaw } from '../../../test/usage-against-raw.ts';

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

// Quicker than TRUNCATE, for so few rows.
const EMPTY = [
  'llm_metrics_history',
  'llm_user_day',
  'llm_user_month',
  'llm_model_day',
  'llm_user_cum',
  'llm_user_late',
  'llm_user_top',
  'usage_state',
  'component_costs',
  'llm_price_overrides',
  'customer_users',
]
  .map((table) => `DELETE FROM ${table}`)
  .join('; ');
const FIRST = '2026-01-29';
const DAYS = daysOf(FIRST, addDays(FIRST, 9));
const USERS = ['ada', 'bob', 'Zoë', 'c-\u{1F600}'];

const anyRow = fc.record({
  user: fc.constantFrom(...USERS),
  model: fc.constantFrom('m1', 'm2'),
  prompt: fc.nat(500),
  completion: fc.nat(50),
  requests: fc.nat(9),
  errors: fc.nat(3),
  cost: fc.option(fc.nat(40), { nil: undefined }),
});
/** Rows that a writer moves at once: none, some, or all; the rest it sets aside. */
const atOnce = fc.constantFrom(0, 4, 30_000);
/** Usage of some days, in any order, again and again: late, repeated and corrected; the running day may be among them. */
const anyStore = fc.record({
  kind: fc.constant('store' as const),
  atOnce,
  running: fc.nat(DAYS.length),
  days: fc.dictionary(
    fc.constantFrom(...DAYS),
    fc.uniqueArray(anyRow, { selector: ({ user, model }) => `${user} ${model}`, maxLength: 5 }),
    { maxKeys: 3 },
  ),
});
const anyReprice = fc.record({
  kind: fc.constant('reprice' as const),
  atOnce,
  from: fc.nat(8),
  days: fc.integer({ min: 1, max: 4 }),
  price: fc.integer({ min: 0, max: 9 }),
});
const anyClose = fc.record({ kind: fc.constant('close' as const), day: fc.nat(10) });
const anyFold = fc.record({ kind: fc.constant('fold' as const), rows: fc.nat(30) });
const anyStep = fc.oneof({ arbitrary: anyStore, weight: 4 }, { arbitrary: anyReprice, weight: 2 }, anyClose, anyFold);
/** Mostly with closed days, so that much of what follows is late. */
const anySequence = fc
  .tuple(anyStore, fc.option(anyClose), fc.array(anyStep, { maxLength: 5 }))
  .map(([first, close, rest]) => [first, ...(close === null ? [] : [close]), ...rest]);
const anyQuestion = fc.record({
  from: fc.integer({ min: -2, max: 9 }),
  length: fc.integer({ min: 1, max: 12 }),
  limit: fc.integer({ min: 2, max: 4 }),
  user: fc.option(fc.constantFrom(...USERS), { nil: undefined, freq: 3 }),
});
type Step = typeof anySequence extends fc.Arbitrary<(infer One)[]> ? One : never;

function usageOf({ days, running }: Extract<Step, { kind: 'store' }>): LlmData {
  const today = addDays(FIRST, running);
  return {
    days: Object.entries(days).map(([day, rows]) => ({
      day,
      provisional: day >= today,
      fields: new Set(['input', 'output'] as const),
      idle: [],
      rows: rows.map(({ cost, ...row }): LlmRow => ({
        ...row,
        provider: 'acme',
        cacheRead: 0,
        cacheWrite: 0,
        reported: undefined,
        computed: cost === undefined ? undefined : BigInt(cost),
        partial: false,
      })),
    })),
  };
}

const limitsOf = ({ atOnce: rows }: { readonly atOnce: number }) => ({ atOnce: rows, aside: 12, share: 1 });

async function perform(step: Step, keepTop: boolean): Promise<void> {
  await withTransaction(pool, async (tx) => {
    await tx.query(LOCK_USAGE);
    if (step.kind === 'store') await storeUsage(tx, usageOf(step), limitsOf(step));
    else if (step.kind === 'close') await closeDays(tx, addDays(FIRST, step.day));
    else if (step.kind === 'fold') await foldLateChanges(tx, step.rows);
    else {
      await tx.query(
        "INSERT INTO llm_price_overrides (provider, model, valid_from, input_usd_per_million, output_usd_per_million, created_by) VALUES ('acme', 'm1', '2026-01-01', $1, 0, 't') ON CONFLICT DO NOTHING",
        [step.price],
      );
      await repriceUsage(
        tx,
        { from: addDays(FIRST, step.from), to: addDays(FIRST, step.from + step.days) },
        addDays(FIRST, 9),
        limitsOf(step),
      );
    }
    // As with very many users; the writers themselves see few and drop it.
    if (keepTop) await refreshTopUsers(tx, DAYS, 0);
  });
}

it.each([false, true])(
  'rankings, margins and running totals equal the raw rows after any sequence of writers (top users kept: %s)',
  async (keepTop) => {
    const links = fc.uniqueArray(
      fc.record({
        customer: fc.constantFrom('c1', 'c2'),
        user: fc.constantFrom(...USERS),
        from: fc.integer({ min: -3, max: 9 }),
        days: fc.option(fc.integer({ min: 1, max: 9 }), { nil: null }),
      }),
      { selector: ({ customer, user, from }) => `${customer} ${user} ${from}`, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(
        anySequence,
        fc.array(anyQuestion, { minLength: 1, maxLength: 2 }),
        links,
        async (steps, questions, linked) => {
          await pool.query(EMPTY);
          for (const { customer, user, from, days } of linked)
            await pool.query(
              'INSERT INTO customer_users (customer, user_id, valid_from, valid_to) VALUES ($1, $2, $3, $4)',
              [customer, user, addDays(FIRST, from), days === null ? null : addDays(FIRST, from + days)],
            );
          for (const step of steps) await perform(step, keepTop);
          expect(
            (await verifyUsage(pool)).filter(({ table, different }) => table === 'llm_user_cum' && different > 0),
          ).toEqual([]);
          for (const { from, length, ...rest } of questions) {
            const question = { from: addDays(FIRST, from), to: addDays(FIRST, from + length), ...rest };
            await rankingEqualsRaw(pool, question);
            await marginsEqualRaw(pool, question);
          }
          await withTransaction(pool, (tx) => foldLateChanges(tx));
          await runningTotalsEqualRaw(pool);
        },
      ),
      { numRuns: 12 },
    );
  },
);

it('neither late usage nor re-pricing moves what is left of days whose raw rows were dropped', async () => {
  const old = async () =>
    (await pool.query("SELECT * FROM llm_user_day WHERE day < '2026-02-01' ORDER BY day, user_id")).rows;
  await fc.assert(
    fc.asyncProperty(anySequence, anySequence, async (before, after) => {
      await pool.query(EMPTY);
      for (const step of before) await perform(step, false);
      const kept = await old();
      await dropOldRawUsage(pool, 2, '2026-04-15');
      for (const step of after) await perform(step, false);
      expect(await old()).toEqual(kept);
      expect((await verifyUsage(pool)).filter(({ different }) => different > 0)).toEqual([]);
    }),
    { numRuns: 8 },
  );
});

it('ranks from the kept top users, and from all where those do not suffice', async () => {
  await pool.query(EMPTY);
  const rows = USERS.map((user, index): LlmRow => ({
    user,
    provider: 'acme',
    model: 'm',
    prompt: 10,
    completion: 1,
    cacheRead: 0,
    cacheWrite: 0,
    requests: 1,
    errors: 0,
    reported: undefined,
    computed: BigInt(index),
    partial: false,
  }));
  expect(
    sumMicros(rows.flatMap((row) => costOf(row) ?? [])) +
      BigInt(rows.reduce((sum, row) => sum + unpricedTokens(row), 0)),
  ).toBe(6n);
  const days = DAYS.slice(0, 8).map((day) => ({
    day,
    provisional: day === DAYS[7],
    fields: new Set(['input'] as const),
    idle: [],
    rows,
  }));
  await withTransaction(pool, async (tx) => {
    await storeUsage(tx, { days });
    expect(await refreshTopUsers(tx, [], 0)).toBeGreaterThan(15);
    // Only ranges without any usage have nothing that could be kept.
    expect(await refreshTopUsers(tx, [], 0)).toBeLessThan(3);
    expect(await refreshTopUsers(tx, [FIRST], 0)).toBeGreaterThan(5);
  });
  const week = { from: addDays(FIRST, 1), to: addDays(FIRST, 8) };
  await rankingEqualsRaw(pool, { ...week, limit: 2 });
  // What is kept is what is answered, unless it is too little.
  await pool.query("UPDATE llm_user_top SET user_id = 'kept' WHERE user_id = 'bob'");
  expect((await usersByCost(pool, week, {}, 2)).rows.map(({ userId }) => userId)).toEqual(['c-\u{1F600}', 'Zoë']);
  await withTransaction(pool, (tx) => refreshTopUsers(tx, []));
  expect((await pool.query('SELECT 1 FROM llm_user_top')).rows).toEqual([]);
});
