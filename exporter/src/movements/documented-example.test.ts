import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { recordHistory } from '../../test/mrr-history.ts';
import { parseNanos } from '../money/nanos.ts';
import { mrrByPlan } from './by-plan.ts';
import { revenueCohorts } from './cohorts.ts';
import { movementsByMonth } from './movements.ts';
import { revenueRetention } from './retention.ts';

/** docs/revenue-movements.md computes what it says. */
const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/revenue-movements.md'), 'utf8');
const TODAY = '2026-04-01';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await recordHistory(database.pool, exampleDays());
});
afterAll(() => database.drop());

/** "2026-02-10 EUR=1.10  Ada team 100 USD, …" */
function exampleDays() {
  const [, block = ''] = /```text example\n([\s\S]*?)```/.exec(PAGE) ?? [];
  return block
    .trim()
    .split('\n')
    .map((line) => {
      const [, day = '', eur = '', parts = ''] = /^(\S+) EUR=(\S+)\s+(.+)$/.exec(line) ?? [];
      return {
        ...{ day, eur },
        parts: parts.split(', ').map((text) => {
          const [customer = '', plan = '', amount = '', currency = ''] = text.split(' ');
          return { customer, plan, currency, subscription: customer, product: plan, amount: parseNanos(amount) };
        }),
      };
    });
}

/** The table after its comment, as rows of text; a dash is null. */
function table(name: string): Record<string, string | null>[] {
  const [, text = ''] = new RegExp(`<!-- table: ${name} -->\\n\\n((?:\\|.*\\n)+)`).exec(PAGE) ?? [];
  const [head = [], , ...rows] = text.trim().split('\n').map(cells);
  return rows.map((row) =>
    Object.fromEntries(head.map((title, index) => [title, row[index] === '–' ? null : (row[index] ?? '')])),
  );
}
const cells = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

const cell = z.union([z.string(), z.number(), z.boolean()]).transform(String).nullable();

/** Only the rows and the columns that the page shows. */
function shown(rows: readonly object[], like: readonly Record<string, string | null>[], keys: readonly string[]) {
  const asText = z.array(z.record(z.string(), cell)).parse(rows);
  return like.map((wanted) => {
    const found = asText.find((row) => keys.every((key) => row[key] === wanted[key]));
    return Object.fromEntries(Object.keys(wanted).map((name) => [name, found?.[name]]));
  });
}

const PERIOD = { from: '2025-03-01', to: '2026-04-01' };

describe('docs/revenue-movements.md', () => {
  it.each<[string, readonly string[], () => Promise<readonly object[]>]>([
    ['mrr-waterfall', ['month'], () => movementsByMonth(database.pool, PERIOD, { groupBy: 'none', limit: 1 }, TODAY)],
    ['revenue-retention', ['month'], () => revenueRetention(database.pool, PERIOD, TODAY)],
    ['revenue-cohorts', ['cohort', 'age'], () => revenueCohorts(database.pool, PERIOD, TODAY)],
    ['mrr-by-plan', ['plan'], () => mrrByPlan(database.pool, { from: '2026-03-01', to: '2026-04-01' }, 10)],
  ])('%s: what the table says', async (name, keys, read) => {
    const wanted = table(name);
    expect(wanted.length).toBeGreaterThan(1);
    expect(shown(await read(), wanted, keys)).toEqual(wanted);
  });
});
