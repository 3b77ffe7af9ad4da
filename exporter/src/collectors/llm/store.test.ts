import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { componentOf } from '../../llm/rollups/ledger.ts';
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
      `SELECT user_id, day::text, reported_cost_usd, computed_cost_usd, cost_usd, unpriced_tokens
        FROM llm_metrics_history ORDER BY day, user_id`,
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
