import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { part, recordHistory } from '../../test/mrr-history.ts';
import type { MovementGroup } from '../contract/datasets.ts';
import { movementsByDay, movementsByMonth } from './movements.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const TODAY = '2026-06-01';
const scope = (groupBy: MovementGroup) => ({ groupBy, limit: 100 });

describe('groups', () => {
  it('beyond the limit are one row, and all rows add up to the total', async () => {
    const parts = ['a', 'b', 'c', 'd'].map((plan, index) => part('c1', plan, BigInt(10 * (index + 1))));
    await recordHistory(database.pool, [
      { day: '2026-01-31', parts, eur: '1' },
      { day: '2026-02-01', parts: parts.slice(1), eur: '1' },
    ]);
    const rows = await movementsByMonth(
      database.pool,
      { from: '2026-02-01', to: '2026-03-01' },
      { groupBy: 'plan', limit: 2 },
      TODAY,
    );
    expect(
      rows.map(({ kind, group, openingUsd, contractionUsd, closingUsd }) => [
        kind,
        group,
        openingUsd,
        contractionUsd,
        closingUsd,
      ]),
    ).toEqual([
      ['group', 'd', '40.00', '0.00', '40.00'],
      ['group', 'c', '30.00', '0.00', '30.00'],
      ['other', null, '30.00', '-10.00', '20.00'],
    ]);
  });

  it('a switch of plans is a contraction of one and an expansion of the other, and by customer the difference', async () => {
    await recordHistory(database.pool, [
      { day: '2026-01-31', parts: [part('c1', 'a', 100n)], eur: '1' },
      { day: '2026-02-01', parts: [part('c1', 'b', 150n)], eur: '1' },
    ]);
    const period = { from: '2026-02-01', to: '2026-02-02' };
    const said = async (groupBy: MovementGroup): Promise<unknown[]> =>
      (await movementsByDay(database.pool, period, scope(groupBy))).map((row) => [
        row.group,
        row.expansionUsd,
        row.contractionUsd,
      ]);
    expect(await said('none')).toEqual([[null, '50.00', '0.00']]);
    expect(await said('customer')).toEqual([['c1', '50.00', '0.00']]);
    expect(await said('product')).toEqual([['prod', '50.00', '0.00']]);
    expect(await said('plan')).toEqual([
      ['b', '150.00', '0.00'],
      ['a', '0.00', '-100.00'],
    ]);
  });

  it('a scope without any MRR says 0 on known days, and nothing on others', async () => {
    await recordHistory(database.pool, [
      { day: '2026-01-30', parts: [part('c1', 'a', 100n)], eur: '1' },
      { day: '2026-02-01', parts: [part('c1', 'a', 100n)], eur: '1' },
    ]);
    const rows = await movementsByDay(
      database.pool,
      { from: '2026-01-30', to: '2026-02-02' },
      { ...scope('none'), customer: 'nobody' },
    );
    expect(rows.map(({ day, openingUsd, closingUsd }) => [day, openingUsd, closingUsd])).toEqual([
      ['2026-01-30', null, '0.00'],
      ['2026-01-31', null, null],
      ['2026-02-01', '0.00', '0.00'],
    ]);
  });
});
