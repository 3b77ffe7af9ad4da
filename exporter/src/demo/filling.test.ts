import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { createPriceBook } from '../llm/pricing/price-book.ts';
import { demoFigures } from './figures.ts';
import { fillDemo, isDemo } from './index.ts';
import { demoPeriod } from './period.ts';

const log = pino({ level: 'silent' });
const NOW = '2026-03-15T12:00:00Z';
const clock = (now = NOW) => ({ now: async () => new Date(now) });
const WEAVIATE_PRICES = {
  WEAVIATE_PLAN: 'flex',
  WEAVIATE_PRICE_MINIMUM_USD: '45.00',
  WEAVIATE_PRICE_MILLION_DIMENSIONS_USD: '0.00465',
  WEAVIATE_PRICE_STORAGE_GIB_USD: '0.12',
  WEAVIATE_PRICE_BACKUP_GIB_USD: '0.03036',
  WEAVIATE_PRICES_READ_ON: '2026-10-07',
} as const;

async function one(database: TestDatabase, query: string, values: unknown[] = []): Promise<Record<string, unknown>> {
  const { rows } = await database.pool.query<Record<string, unknown>>(query, values);
  return rows[0] ?? {};
}

describe('filling', () => {
  it('is refused where there is data of somebody’s own, which is not touched', async () => {
    const database = await createTestDatabase();
    try {
      await database.pool.query("INSERT INTO do_metrics (recorded_at, cost_usd) VALUES ('2026-03-01', 5)");
      expect(await fillDemo(database.pool, clock(), log)).toBe('refused');
      expect(await one(database, 'SELECT count(*)::int AS rows, bool_or(demo) AS demo FROM do_metrics')).toEqual({
        rows: 1,
        demo: false,
      });
      expect(await isDemo(database.pool)).toBe(false);
    } finally {
      await database.drop();
    }
  });

  it.each(['2024-02-29T23:59:59Z', '2026-01-01T00:00:30Z', '2026-12-31T12:00:00Z'])(
    'works at %s, by two processes at once',
    async (now) => {
      const database = await createTestDatabase();
      try {
        expect(
          (
            await Promise.all([fillDemo(database.pool, clock(now), log), fillDemo(database.pool, clock(now), log)])
          ).sort(),
        ).toEqual(['filled', 'kept']);
        expect(
          await one(
            database,
            `SELECT max(day)::text AS last, count(DISTINCT day)::int = max(day) - min(day) + 1 AS whole
             FROM effective_costs`,
          ),
        ).toEqual({ last: now.slice(0, 10), whole: true });
        expect(
          await one(
            database,
            `SELECT (SELECT max(created_at) FROM manual_billing_adjustments) <= $1
             AND (SELECT max(finished_at) FROM sync_runs) <= $1 AS past,
        (SELECT sum(amount_usd) FROM component_costs WHERE source = 'invoice') = (SELECT sum(amount_usd)
          FROM current_billing_adjustments) AS equal`,
            [now],
          ),
        ).toEqual({ past: true, equal: true });
      } finally {
        await database.drop();
      }
    },
  );

  it('invents the same figures on every machine', () => {
    const figures = () =>
      JSON.stringify(
        demoFigures(demoPeriod(new Date(NOW)), createPriceBook([]), WEAVIATE_PRICES),
        (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value),
      );
    expect(figures()).toBe(figures());
  });
});
