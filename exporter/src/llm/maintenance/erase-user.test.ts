import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import type { LlmData, LlmRow } from '../../collectors/llm/data.ts';
import { storeUsage } from '../../collectors/llm/store.ts';
import { withTransaction } from '../../database/pool.ts';
import { eraseUser, previewErasure, USER_TABLES } from './erase-user.ts';
import { verifyUsage } from './verify.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const NOW = new Date('2026-03-15T12:00:00Z');
const USERS = ['anna@example.com', 'bob', 'carl'];

function rowOf(user: string, weight: number): LlmRow {
  return {
    user,
    provider: 'openai',
    model: 'gpt-5',
    prompt: 1_000 * weight,
    completion: 100,
    cacheRead: 0,
    cacheWrite: 0,
    requests: 3,
    errors: 0,
    reported: undefined,
    computed: BigInt(2_000_000 * weight),
    partial: false,
  };
}

/** Ten closed days and today, `factor` times as much each. */
function usage(factor = 1): LlmData {
  return {
    days: Array.from({ length: 11 }, (_, i) => ({
      day: `2026-03-${String(i + 5).padStart(2, '0')}`,
      provisional: i === 10,
      fields: new Set(['input', 'output'] as const),
      rows: USERS.map((user, j) => rowOf(user, factor * (j + 1))),
      idle: [],
    })),
  };
}

const store = (data: LlmData) => withTransaction(database.pool, (tx) => storeUsage(tx, data));

async function sums(): Promise<unknown> {
  const { rows } = await database.pool.query(
    `SELECT (SELECT sum(cost_usd)::text FROM llm_metrics_history) AS raw,
            (SELECT sum(cost_usd)::text FROM llm_user_day) AS days, (SELECT sum(cost_usd)::text FROM llm_user_month) AS months,
            (SELECT sum(cost_usd)::text FROM llm_model_day) AS models, (SELECT count(*) FROM llm_user_day) AS users,
            (SELECT sum(amount_usd)::text FROM component_costs) AS ledger`,
  );
  return rows[0];
}

async function expectConsistent(): Promise<void> {
  const client = await database.pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    for (const check of await verifyUsage(client, () => undefined)) expect(check).toMatchObject({ different: 0 });
    await client.query('COMMIT');
  } finally {
    client.release(true);
  }
}

it('erases id and e-mail, keeps every sum, and what is read again later does not come back or count twice', async () => {
  await store(usage());
  await database.pool.query(
    `INSERT INTO llm_user_emails (user_id, email, looked_up_at) VALUES ('anna@example.com', 'Anna@Example.com', now())`,
  );
  await database.pool.query(
    `INSERT INTO customer_users (customer, user_id, valid_from) VALUES ('cus_a', 'anna@example.com', '2026-01-01')`,
  );
  const before = await sums();
  const preview = await previewErasure(database.pool, 'anna@example.com');
  expect(preview).toMatchObject({ ids: ['anna@example.com'], rows: { llm_metrics_history: 11, llm_user_emails: 1 } });
  expect(await sums()).toEqual(before);

  const erased = await withTransaction(database.pool, (tx) => eraseUser(tx, 'ANNA@example.com', NOW));
  expect(erased.rows).toEqual(preview.rows);
  expect(await sums()).toEqual(before);
  await expectConsistent();
  for (const table of [...USER_TABLES, 'llm_user_emails', 'llm_erased_users', 'audit_log'])
    expect([table, JSON.stringify((await database.pool.query(`SELECT * FROM ${table}`)).rows)]).toEqual([
      table,
      expect.not.stringMatching(/anna/i),
    ]);

  // The same days once more, then with more usage: still one row a day of the anonymous user.
  expect(await store(usage())).toBe(0);
  expect(await sums()).toEqual(before);
  expect(await store(usage(2))).toBe(33);
  expect(await sums()).toMatchObject({ users: '33', raw: '264.000000', days: '264.000000' });
  await expectConsistent();
  const names = await database.pool.query<{ user_id: string }>('SELECT DISTINCT user_id FROM llm_metrics_history');
  expect(names.rows.map((row) => row.user_id).toSorted()).toEqual([
    'bob',
    'carl',
    expect.stringMatching(/^erased-[0-9a-f]{12}$/),
  ]);

  // A second erasure uses the same salt; the first stays what it is.
  await withTransaction(database.pool, (tx) => eraseUser(tx, 'bob', NOW));
  expect(await store(usage(2))).toBe(0);
  await expectConsistent();
});

it('finds nothing for an unknown user, and changes nothing', async () => {
  const before = await sums();
  expect((await withTransaction(database.pool, (tx) => eraseUser(tx, 'nobody', NOW))).ids).toEqual([]);
  expect(await sums()).toEqual(before);
});
