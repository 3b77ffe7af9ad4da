import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { repriceUsage, findPriceChanges } from '../../llm/pricing/reprice.ts';
import { createPriceBook, loadPriceBook } from '../../llm/pricing/price-book.ts';
import { costOfTokens } from '../../money/llm-price.ts';
import { formatMicros, parseMicros } from '../../money/micros.ts';
import { withTransaction } from '../../database/pool.ts';
import type { LlmData, LlmRow } from './data.ts';
import { storeUsage } from './store.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query(
    'TRUNCATE llm_metrics_history, llm_user_day, llm_user_month, llm_model_day, component_costs, llm_price_overrides',
  );
});

function row(changes: Partial<LlmRow> = {}): LlmRow {
  return {
    user: 'ada',
    provider: 'openai',
    model: 'gpt-4o',
    prompt: 1000,
    completion: 10,
    cacheRead: 100,
    cacheWrite: 0,
    requests: 3,
    errors: 1,
    reported: undefined,
    computed: 2_475n,
    partial: false,
    ...changes,
  };
}

function usage(days: Readonly<Record<string, readonly LlmRow[]>>, today = '2026-03-20'): LlmData {
  return {
    days: Object.entries(days).map(([day, rows]) => ({
      day,
      provisional: day >= today,
      fields: new Set(['input', 'output'] as const),
      rows,
      idle: [],
    })),
  };
}

function store(data: LlmData): Promise<number> {
  return withTransaction(database.pool, (tx) => storeUsage(tx, data));
}

const SUMS = `sum(prompt_tokens)::text AS prompt, sum(completion_tokens)::text AS completion, sum(requests)::text AS requests,
    sum(errors)::text AS errors, sum(coalesce(cost_usd, 0))::numeric(24,6)::text AS cost,
    sum(unpriced_tokens)::text AS unpriced`;

/** Every rollup, and the same figures added up from the raw rows. */
async function rollupsEqualRaw(): Promise<void> {
  const of = async (sql: string) => (await database.pool.query(sql)).rows;
  for (const [rollup, key] of [
    ['llm_user_day', 'user_id, day'],
    ['llm_model_day', 'day, provider, model'],
  ] as const) {
    expect(await of(`SELECT ${key}, ${SUMS} FROM ${rollup} GROUP BY ${key} ORDER BY ${key}`)).toEqual(
      await of(`SELECT ${key}, ${SUMS} FROM llm_metrics_history GROUP BY ${key} ORDER BY ${key}`),
    );
  }
  expect(await of(`SELECT user_id, month, ${SUMS} FROM llm_user_month GROUP BY 1, 2 ORDER BY 1, 2`)).toEqual(
    await of(
      `SELECT user_id, date_trunc('month', day)::date AS month, ${SUMS} FROM llm_metrics_history GROUP BY 1, 2
        ORDER BY 1, 2`,
    ),
  );
  expect(
    await of(
      `SELECT day, sum(coalesce(amount_usd, 0))::numeric(24,6)::text AS cost FROM component_costs
        WHERE provider = 'llm' GROUP BY day ORDER BY day`,
    ),
  ).toEqual(
    await of(
      `SELECT day, sum(coalesce(cost_usd, 0))::numeric(24,6)::text AS cost FROM llm_metrics_history GROUP BY day
        ORDER BY day`,
    ),
  );
}

describe('re-pricing', () => {
  const range = { from: '2026-03-01', to: '2026-04-01' };

  async function addContract(model: string, from: string, input: string): Promise<void> {
    await database.pool.query(
      `INSERT INTO llm_price_overrides (provider, model, valid_from, input_usd_per_million, output_usd_per_million,
        cache_read_usd_per_million, created_by) VALUES ($1, $2, $3, $4, 10, 0.5, $5)`,
      ['acme', model, from, input, 'test'],
    );
  }

  it('previews what it then does: only rows whose cost changes, from the day of the contract', async () => {
    const acme = row({ provider: 'acme', model: 'm1', computed: undefined });
    await store(
      usage({
        '2026-03-09': [acme],
        '2026-03-10': [acme, row({ computed: 2_475n })],
        '2026-03-11': [acme, { ...acme, user: 'bob', reported: 7n }],
      }),
    );
    await addContract('m1', '2026-03-10', '2');
    const preview = await withTransaction(database.pool, (tx) => findPriceChanges(tx, range));
    // 900 × 2 + 100 × 0.5 + 10 × 10 micro-USD; bob's cost is reported by his source: his row is left alone.
    const figures = { rows: 2, users: 1, beforeUsd: null, afterUsd: '0.0039', unpricedBefore: 2020, unpricedAfter: 0 };
    expect(preview).toMatchObject({ ...figures, models: [{ provider: 'acme', model: 'm1', ...figures }] });
    expect(preview.days).toEqual(['2026-03-10', '2026-03-11']);
    expect(await withTransaction(database.pool, (tx) => repriceUsage(tx, range, '2026-03-20'))).toEqual(preview);
    await rollupsEqualRaw();
    const { rows } = await database.pool.query(
      `SELECT day::text, user_id, computed_cost_usd, cost_usd FROM llm_metrics_history WHERE provider = 'acme'
        ORDER BY 1, 2`,
    );
    expect(rows).toEqual([
      { day: '2026-03-09', user_id: 'ada', computed_cost_usd: null, cost_usd: null },
      { day: '2026-03-10', user_id: 'ada', computed_cost_usd: '0.001950', cost_usd: '0.001950' },
      { day: '2026-03-11', user_id: 'ada', computed_cost_usd: '0.001950', cost_usd: '0.001950' },
      { day: '2026-03-11', user_id: 'bob', computed_cost_usd: null, cost_usd: '0.000007' },
    ]);
    expect(await withTransaction(database.pool, (tx) => repriceUsage(tx, range, '2026-03-20'))).toMatchObject({
      rows: 0,
      days: [],
      models: [],
    });
  });

  it('touches one model only when told so', async () => {
    await store(
      usage({
        '2026-03-10': [
          row({ provider: 'acme', model: 'm1', computed: undefined }),
          row({ provider: 'acme', model: 'm2', computed: undefined }),
        ],
      }),
    );
    await addContract('m1', '2026-03-01', '2');
    await addContract('m2', '2026-03-01', '2');
    expect(
      await withTransaction(database.pool, (tx) =>
        repriceUsage(tx, { ...range, provider: 'acme', model: 'm2' }, '2026-03-20'),
      ),
    ).toMatchObject({ rows: 1, models: [{ model: 'm2' }] });
    await rollupsEqualRaw();
  });

  it('computes in SQL what a sync computes', async () => {
    const prices = fc.record({ input: fc.nat(99_999_999), cacheRead: fc.option(fc.nat(9_999_999), { nil: null }) });
    const tokens = fc.record({
      prompt: fc.nat(2_000_000_000),
      cacheRead: fc.nat(2_000_000_000),
      cacheWrite: fc.nat(1_000_000),
      completion: fc.nat(1_000_000_000),
    });
    await fc.assert(
      fc.asyncProperty(prices, fc.array(tokens, { minLength: 1, maxLength: 20 }), async (price, counts) => {
        await database.pool.query(
          `TRUNCATE llm_price_overrides, llm_metrics_history, llm_user_day, llm_user_month, llm_model_day,
            component_costs`,
        );
        await database.pool.query(
          `INSERT INTO llm_price_overrides (provider, model, valid_from, input_usd_per_million,
            output_usd_per_million, cache_read_usd_per_million, created_by)
            VALUES ('acme', 'm', '2026-01-01', $1, 10.000001, $2, 't')`,
          [formatMicros(BigInt(price.input)), price.cacheRead === null ? null : formatMicros(BigInt(price.cacheRead))],
        );
        await store(
          usage({
            '2026-03-10': counts.map((count, index) =>
              row({ ...count, user: `u${index}`, provider: 'acme', model: 'm', computed: undefined }),
            ),
          }),
        );
        await withTransaction(database.pool, (tx) => repriceUsage(tx, range, '2026-03-20'));
        const book = await loadPriceBook(database.pool);
        const { rows } = await database.pool.query<{ user_id: string; computed: string }>(
          'SELECT user_id, computed_cost_usd::text AS computed FROM llm_metrics_history',
        );
        expect(new Map(rows.map(({ user_id, computed }) => [user_id, parseMicros(computed)]))).toEqual(
          new Map(counts.map((count, index) => [`u${index}`, costOfTokens(count, book('acme', 'm', '2026-03-10'))])),
        );
      }),
      { numRuns: 15 },
    );
    expect(createPriceBook([])('acme', 'm', '2026-03-10')).toBeUndefined();
  });
});
