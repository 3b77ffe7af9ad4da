import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { withTransaction } from '../../database/pool.ts';
import { closeDays, closedThrough, foldLateChanges, repairRunningTotals, type RepairLimits } from './running-totals.ts';
import { rankUsers } from '../ranking/user-ranking.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query('TRUNCATE llm_user_day, llm_user_cum, llm_user_late, usage_state');
});

async function use(user: string, day: string, cost: string): Promise<void> {
  await database.pool.query(
    `INSERT INTO llm_user_day (user_id, day, cost_usd, prompt_tokens, requests) VALUES ($1, $2, $3, 10, 1)
     ON CONFLICT (day, user_id) DO UPDATE SET cost_usd = excluded.cost_usd`,
    [user, day, cost],
  );
}

const close = (through: string, mostRows?: number) =>
  withTransaction(database.pool, (tx) => closeDays(tx, through, mostRows));
const repair = (days: readonly string[], limits?: RepairLimits) =>
  withTransaction(database.pool, (tx) => repairRunningTotals(tx, days, limits));
const fold = (mostRows?: number) => withTransaction(database.pool, (tx) => foldLateChanges(tx, mostRows));

async function setAside(): Promise<string[]> {
  const { rows } = await database.pool.query<{ line: string }>(
    `SELECT concat_ws(' ', to_char(day, 'DD'), user_id, trim_scale(cost_usd), prompt_tokens, used_days) AS line
      FROM llm_user_late ORDER BY day, user_id`,
  );
  return rows.map(({ line }) => line);
}

async function costs(from: string, to: string): Promise<string[]> {
  return (await rankUsers(database.pool, { from, to, most: 9 })).map(
    ({ user_id: user, cost, prompt }) => `${user} ${Number(cost)} ${prompt}`,
  );
}

async function totals(): Promise<string[]> {
  const { rows } = await database.pool.query<{ line: string }>(
    `SELECT concat_ws(' ', to_char(day, 'DD'), user_id, trim_scale(cost_usd), prompt_tokens, used_days) AS line
      FROM llm_user_cum ORDER BY day, user_id`,
  );
  return rows.map(({ line }) => line);
}

describe('running totals', () => {
  it('hold a row for every user seen so far at the end of each closed day', async () => {
    await use('ada', '2026-03-01', '1');
    await use('bob', '2026-03-02', '2');
    await use('ada', '2026-03-04', '4');
    expect(await close('2026-03-02')).toEqual({ rows: 3, done: true });
    expect(await close('2026-03-04')).toEqual({ rows: 4, done: true });
    expect(await close('2026-03-04')).toEqual({ rows: 0, done: true });
    expect(await totals()).toEqual([
      '01 ada 1 10 1',
      '02 ada 1 10 1',
      '02 bob 2 10 1',
      '03 ada 1 10 1',
      '03 bob 2 10 1',
      '04 ada 5 20 2',
      '04 bob 2 10 1',
    ]);
    expect(await closedThrough(database.pool)).toBe('2026-03-04');
  });

  it('are repaired from the changed day on, for the users whose usage moved', async () => {
    for (const day of ['2026-03-01', '2026-03-02', '2026-03-03'])
      for (const user of ['ada', 'bob']) await use(user, day, '1');
    await close('2026-03-03');
    await use('ada', '2026-03-02', '5');
    await use('new', '2026-03-02', '7');
    expect(await repair(['2026-03-02', '2026-03-04'])).toBe(4);
    expect(await totals()).toEqual([
      '01 ada 1 10 1',
      '01 bob 1 10 1',
      '02 ada 6 20 2',
      '02 bob 2 20 2',
      '02 new 7 10 1',
      '03 ada 7 30 3',
      '03 bob 3 30 3',
      '03 new 7 10 1',
    ]);
    expect(await repair(['2026-03-01', '2026-03-02', '2026-03-03'])).toBe(0);
  });

  it('begin earlier when older usage turns up', async () => {
    await use('ada', '2026-03-03', '1');
    await close('2026-03-03');
    await use('ada', '2026-03-01', '2');
    expect(await repair(['2026-03-01'])).toBe(3);
    expect(await totals()).toEqual(['01 ada 2 10 1', '02 ada 2 10 1', '03 ada 3 20 2']);
  });

  it('stop after so many rows, and go on later', async () => {
    await use('ada', '2026-01-01', '1');
    expect((await close('2026-03-03', 1)).done).toBe(false);
    expect((await close('2026-03-03')).done).toBe(true);
    expect(await totals()).toHaveLength(62);
  });

  it('need nothing where nothing was ever used', async () => {
    expect(await close('2026-03-03')).toEqual({ rows: 0, done: true });
    expect(await repair(['2026-03-03'])).toBe(0);
    expect(await closedThrough(database.pool)).toBeUndefined();
  });
});

describe('a change of long ago', () => {
  const LIMITS: RepairLimits = { atOnce: 10, aside: 3, share: 1 / 4 };
  /** Two users on the first and the last of twenty closed days. */
  beforeEach(async () => {
    for (const day of ['2026-03-01', '2026-03-20']) for (const user of ['ada', 'bob']) await use(user, day, '1');
    await close('2026-03-20');
  });

  it('is set aside where it would move many rows, answered at once, and folded in later', async () => {
    const before = await totals();
    await use('ada', '2026-03-01', '5');
    await use('new', '2026-03-01', '7');
    expect(await repair(['2026-03-01'], LIMITS)).toBe(2);
    expect(await totals()).toEqual(before);
    expect(await setAside()).toEqual(['01 ada 4 0 0', '01 new 7 10 1']);
    const whole = ['new 7 10', 'ada 6 20', 'bob 2 20'];
    expect(await costs('2026-03-01', '2026-03-21')).toEqual(whole);
    expect(await costs('2026-03-02', '2026-03-21')).toEqual(['ada 1 10', 'bob 1 10']);
    // The same again changes nothing; another change of the day is added.
    expect(await repair(['2026-03-01'], LIMITS)).toBe(0);
    await use('ada', '2026-03-01', '4');
    await repair(['2026-03-01'], LIMITS);
    expect(await setAside()).toEqual(['01 ada 3 0 0', '01 new 7 10 1']);
    await use('ada', '2026-03-01', '5');
    await repair(['2026-03-01'], LIMITS);
    // Days that close meanwhile lack it, too.
    await use('bob', '2026-03-21', '1');
    await close('2026-03-21');
    expect(await costs('2026-03-01', '2026-03-22')).toEqual(['new 7 10', 'ada 6 20', 'bob 3 30']);
    expect(await fold(1)).toEqual({ rows: 21, done: false });
    expect(await setAside()).toEqual(['01 new 7 10 1']);
    expect(await costs('2026-03-01', '2026-03-21')).toEqual(whole);
    expect(await fold()).toEqual({ rows: 21, done: true });
    expect(await fold()).toEqual({ rows: 0, done: true });
    expect(await setAside()).toEqual([]);
    expect(await costs('2026-03-01', '2026-03-21')).toEqual(whole);
    expect((await totals()).filter((line) => /^(01|21)/.test(line))).toEqual([
      '01 ada 5 10 1',
      '01 bob 1 10 1',
      '01 new 7 10 1',
      '21 ada 6 20 2',
      '21 bob 3 30 3',
      '21 new 7 10 1',
    ]);
  });

  it('may be set aside in part only: a used day, and not its correction', async () => {
    await use('ada', '2026-03-02', '5');
    await repair(['2026-03-02'], LIMITS);
    await use('ada', '2026-03-02', '4');
    expect(await repair(['2026-03-02'])).toBe(19);
    expect(await setAside()).toEqual(['02 ada 5 10 1']);
    expect(await costs('2026-03-02', '2026-03-10')).toEqual(['ada 4 10']);
    expect(await costs('2026-03-01', '2026-03-21')).toEqual(['ada 6 30', 'bob 2 20']);
  });

  it('updates the rows at once where they are few, too many are pending, or most days changed', async () => {
    await use('ada', '2026-03-12', '1');
    expect(await repair(['2026-03-12'], LIMITS)).toBe(9);
    for (const user of ['c', 'd', 'e', 'f']) await use(user, '2026-03-02', '1');
    expect(await repair(['2026-03-02'], LIMITS)).toBe(76);
    for (const user of ['ada', 'bob']) await use(user, '2026-03-01', '3');
    expect(
      await repair(['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05', '2026-03-06'], LIMITS),
    ).toBe(40);
    expect(await setAside()).toEqual([]);
    expect(await repair(['2026-03-01', '2026-03-02', '2026-03-03'], LIMITS)).toBe(0);
  });
});
