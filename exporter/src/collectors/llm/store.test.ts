import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { repriceUsage, findPriceChanges } from '../../llm/pricing/reprice.ts';
import { componentOf } from '../../llm/rollups/ledger.ts';
import { createPriceBook, loadPriceBook } from '../../llm/pricing/price-book.ts';
import { costOfTokens } from '../../money/llm-price.ts';
import { formatMicros, parseMicros } from '../../money/micros.ts';
import { ensureLlmPartitions } from '../../llm/maintenance/partitions.ts';
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

const SUMS =
  'sum(prompt_tokens)::text AS prompt, sum(completion_tokens)::text AS completion, sum(requests)::text AS requests, sum(errors)::text AS errors, sum(coalesce(cost_usd, 0))::numeric(24,6)::text AS cost, sum(unpriced_tokens)::text AS unpriced';

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
      `SELECT user_id, date_trunc('month', day)::date AS month, ${SUMS} FROM llm_metrics_history GROUP BY 1, 2 ORDER BY 1, 2`,
    ),
  );
  expect(
    await of(
      "SELECT day, sum(coalesce(amount_usd, 0))::numeric(24,6)::text AS cost FROM component_costs WHERE provider = 'llm' GROUP BY day ORDER BY day",
    ),
  ).toEqual(
    await of(
      'SELECT day, sum(coalesce(cost_usd, 0))::numeric(24,6)::text AS cost FROM llm_metrics_history GROUP BY day ORDER BY day',
    ),
  );
}

describe('storing usage', () => {
  it('writes raw rows, rollups and the ledger, and nothing on a replay', async () => {
    const data = usage({
      '2026-02-28': [row(), row({ user: 'bob', model: 'x', computed: undefined, cacheRead: 0 })],
      '2026-03-01': [row({ reported: 1n })],
    });
    expect(await store(data)).toBe(3);
    await rollupsEqualRaw();
    const before = (
      await database.pool.query(
        'SELECT xmin, * FROM llm_user_day UNION ALL SELECT xmin, * FROM llm_user_month ORDER BY 2, 3',
      )
    ).rows;
    expect(await store(data)).toBe(0);
    expect(
      (
        await database.pool.query(
          'SELECT xmin, * FROM llm_user_day UNION ALL SELECT xmin, * FROM llm_user_month ORDER BY 2, 3',
        )
      ).rows,
    ).toEqual(before);
    const raw = await database.pool.query(
      'SELECT user_id, day::text, reported_cost_usd, computed_cost_usd, cost_usd, unpriced_tokens FROM llm_metrics_history ORDER BY day, user_id',
    );
    expect(raw.rows).toEqual([
      {
        user_id: 'ada',
        day: '2026-02-28',
        reported_cost_usd: null,
        computed_cost_usd: '0.002475',
        cost_usd: '0.002475',
        unpriced_tokens: '0',
      },
      {
        user_id: 'bob',
        day: '2026-02-28',
        reported_cost_usd: null,
        computed_cost_usd: null,
        cost_usd: null,
        unpriced_tokens: '1010',
      },
      {
        user_id: 'ada',
        day: '2026-03-01',
        reported_cost_usd: '0.000001',
        computed_cost_usd: '0.002475',
        cost_usd: '0.000001',
        unpriced_tokens: '0',
      },
    ]);
  });

  it('row 25: a restated day changes its row, up or down', async () => {
    await store(usage({ '2026-03-14': [row({ prompt: 2000, requests: 9 })] }));
    expect(await store(usage({ '2026-03-14': [row({ prompt: 1500, requests: 8, computed: 1n })] }))).toBe(1);
    const { rows } = await database.pool.query('SELECT prompt_tokens, cost_usd FROM llm_metrics_history');
    expect(rows).toEqual([{ prompt_tokens: '1500', cost_usd: '0.000001' }]);
    await rollupsEqualRaw();
  });

  it('keeps what Prometheus forgot', async () => {
    await store(usage({ '2026-03-14': [row({ prompt: 2000 }), row({ user: 'bob' })] }));
    // Its data were lost at noon: the new history begins inside the day, and bob is not in it.
    expect(await store(usage({ '2026-03-14': [row({ prompt: 700, partial: true })] }))).toBe(0);
    const { rows } = await database.pool.query('SELECT user_id, prompt_tokens FROM llm_metrics_history ORDER BY 1');
    expect(rows).toEqual([
      { user_id: 'ada', prompt_tokens: '2000' },
      { user_id: 'bob', prompt_tokens: '1000' },
    ]);
    expect(await store(usage({ '2026-03-14': [row({ prompt: 2100, partial: true })] }))).toBe(1);
    await rollupsEqualRaw();
  });

  it('rollups equal the raw rows after any sequence of syncs', async () => {
    const anyRow = fc.record({
      user: fc.constantFrom('ada', 'bob', "o'neil\u{1F600}"),
      model: fc.constantFrom('gpt-4o', 'x'),
      prompt: fc.nat(5000),
      completion: fc.nat(500),
      requests: fc.nat(9),
      errors: fc.nat(3),
      cost: fc.option(fc.nat(10_000), { nil: undefined }),
    });
    const sync = fc.dictionary(
      fc.constantFrom('2026-01-31', '2026-02-01', '2026-02-02'),
      fc.uniqueArray(anyRow, { selector: ({ user, model }) => `${user} ${model}`, maxLength: 5 }),
      { maxKeys: 3 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(sync, { minLength: 1, maxLength: 4 }), async (syncs) => {
        for (const days of syncs) {
          await store(
            usage(
              Object.fromEntries(
                Object.entries(days).map(([day, rows]) => [
                  day,
                  rows.map(({ cost, ...found }) =>
                    row({ ...found, cacheRead: 0, computed: cost === undefined ? undefined : BigInt(cost) }),
                  ),
                ]),
              ),
            ),
          );
        }
        await rollupsEqualRaw();
      }),
      { numRuns: 15 },
    );
  });

  it('four writers at once do not deadlock, and none of their usage is lost or doubled', async () => {
    const rows = Array.from({ length: 300 }, (_, index) =>
      row({ user: `user-${index % 100}`, model: `m${Math.floor(index / 100)}` }),
    );
    await Promise.all(
      [0, 1, 2, 3].map((writer) =>
        store(
          usage({
            '2026-03-14': writer % 2 === 0 ? rows : rows.toReversed(),
            '2026-03-15': rows.map((found) => ({ ...found, prompt: found.prompt + writer })),
          }),
        ),
      ),
    );
    await rollupsEqualRaw();
    const { rows: sums } = await database.pool.query(
      "SELECT sum(prompt_tokens) AS total FROM llm_user_day WHERE day = '2026-03-14'",
    );
    expect(sums).toEqual([{ total: '300000' }]);
  });

  it('marks the running day as provisional in the ledger', async () => {
    await store(usage({ '2026-03-19': [row()], '2026-03-20': [row()] }));
    const { rows } = await database.pool.query('SELECT day::text, provisional FROM component_costs ORDER BY day');
    expect(rows).toEqual([
      { day: '2026-03-19', provisional: false },
      { day: '2026-03-20', provisional: true },
    ]);
  });
});

describe('the ledger', () => {
  it.each([
    ['OpenAI', 'openai'],
    ['my "gateway"\n🚀', 'my_gateway_'],
    ['all', 'all_'],
    ['', '_'],
    ['x'.repeat(200), 'x'.repeat(60)],
  ])('names %j %j', (provider, component) => {
    expect(componentOf(provider)).toBe(component);
  });

  it('has no amount where nothing is priced, and what is priced where something is', async () => {
    await store(
      usage({
        '2026-03-14': [
          row({ computed: undefined }),
          row({ provider: 'free', computed: 0n }),
          row({ provider: 'mixed', computed: undefined }),
          row({ provider: 'mixed', user: 'bob', computed: 5n }),
        ],
      }),
    );
    const { rows } = await database.pool.query('SELECT component, amount_usd FROM component_costs ORDER BY component');
    expect(rows).toEqual([
      { component: 'free', amount_usd: '0.000000' },
      { component: 'mixed', amount_usd: '0.000005' },
      { component: 'openai', amount_usd: null },
    ]);
  });
});

describe('partitions', () => {
  it('are made by several processes at once, and moved nowhere', async () => {
    await database.pool.query(
      "INSERT INTO llm_metrics_history (user_id, day, provider, model) VALUES ('stray', '2031-05-05', 'p', 'm')",
    );
    await Promise.all(Array.from({ length: 4 }, () => ensureLlmPartitions(database.pool, '2031-03-31', '2031-06-01')));
    const { rows } = await database.pool.query(
      "SELECT relname FROM pg_class WHERE relname LIKE 'llm_metrics_history_2031%' AND relkind = 'r' ORDER BY 1",
    );
    expect(rows.map(({ relname }) => relname)).toEqual(
      ['03', '04', '06', '07', '08'].map((month) => `llm_metrics_history_2031_${month}`),
    );
    expect((await database.pool.query('SELECT count(*)::int AS strays FROM llm_metrics_history_default')).rows).toEqual(
      [{ strays: 1 }],
    );
    await expect(ensureLlmPartitions(database.pool, "2031-01-01'; DROP", '2031-01-01')).rejects.toThrow(RangeError);
  });
});

describe('re-pricing', () => {
  const range = { from: '2026-03-01', to: '2026-04-01' };

  async function addContract(model: string, from: string, input: string): Promise<void> {
    await database.pool.query(
      'INSERT INTO llm_price_overrides (provider, model, valid_from, input_usd_per_million, output_usd_per_million, cache_read_usd_per_million, created_by) VALUES ($1, $2, $3, $4, 10, 0.5, $5)',
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
      "SELECT day::text, user_id, computed_cost_usd, cost_usd FROM llm_metrics_history WHERE provider = 'acme' ORDER BY 1, 2",
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
          'TRUNCATE llm_price_overrides, llm_metrics_history, llm_user_day, llm_user_month, llm_model_day, component_costs',
        );
        await database.pool.query(
          "INSERT INTO llm_price_overrides (provider, model, valid_from, input_usd_per_million, output_usd_per_million, cache_read_usd_per_million, created_by) VALUES ('acme', 'm', '2026-01-01', $1, 10.000001, $2, 't')",
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
