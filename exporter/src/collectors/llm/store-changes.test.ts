import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { insertRows, type UsageRow } from '../../llm/rollups/raw-rows.ts';
import { repriceUsage } from '../../llm/pricing/reprice.ts';
import { withTransaction } from '../../database/pool.ts';
import type { LlmData, LlmRow } from './data.ts';
import { createNames, createRows } from './rows.ts';
import { storeUsage } from './store.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query(
    `TRUNCATE llm_metrics_history, llm_user_day, llm_user_month, llm_model_day, llm_user_cum, llm_user_late,
      usage_state, component_costs, llm_price_overrides`,
  );
});

const ROW = {
  user: 'ada',
  provider: 'acme',
  model: 'm1',
  prompt: 1000,
  completion: 10,
  cacheRead: 0,
  cacheWrite: 0,
  requests: 3,
  errors: 1,
  reported: undefined,
  computed: 2_475n,
  partial: false,
};

function row(changes: Partial<LlmRow> = {}): LlmRow {
  return { ...ROW, ...changes };
}

function usage(
  days: Readonly<Record<string, readonly LlmRow[]>>,
  { provisional = false, inColumns = false } = {},
): LlmData {
  const names = createNames();
  const columns = (rows: readonly LlmRow[]): LlmData['days'][number]['rows'] => {
    const builder = createRows(names);
    rows.forEach((one) => builder.append(one));
    return builder.finish();
  };
  return {
    days: Object.entries(days).map(([day, rows]) => ({
      day,
      provisional,
      fields: new Set(['input'] as const),
      rows: inColumns ? columns(rows) : rows,
      idle: [],
    })),
  };
}

function store(data: LlmData): Promise<number> {
  return withTransaction(database.pool, (tx) => storeUsage(tx, data));
}

const KEYS = {
  llm_metrics_history: 'day, user_id, provider, model',
  llm_user_day: 'day, user_id',
  llm_user_month: 'month, user_id',
  llm_model_day: 'day, provider, model',
  llm_user_cum: 'day, user_id',
  component_costs: 'day, component',
} as const;

/** The rows that `work` writes, by table, as texts of their keys. */
async function written(work: () => Promise<unknown>): Promise<Record<string, string[]>> {
  const versions = async (): Promise<Map<string, string>> => {
    const parts = Object.entries(KEYS).map(
      ([table, key]) =>
        `SELECT '${table}' || ':' || concat_ws(' ', ${key}) AS name, xmin::text || ctid::text AS version FROM ${table}`,
    );
    const { rows } = await database.pool.query<{ name: string; version: string }>(parts.join(' UNION ALL '));
    return new Map(rows.map(({ name, version }) => [name, version]));
  };
  const before = await versions();
  await work();
  const names = [...(await versions())]
    .filter(([name, version]) => before.get(name) !== version)
    .map(([name]) => name)
    .sort();
  return Object.fromEntries(
    Object.keys(KEYS).map((table) => [
      table,
      names.filter((name) => name.startsWith(`${table}:`)).map((name) => name.slice(table.length + 1)),
    ]),
  );
}

const NOTHING = Object.fromEntries(Object.keys(KEYS).map((table) => [table, []]));

async function rollupsEqualRaw(): Promise<void> {
  const sums =
    'sum(cost_usd), sum(prompt_tokens), sum(completion_tokens), sum(requests), sum(errors), sum(unpriced_tokens)';
  const zeros = `sum(coalesce(cost_usd, 0)), sum(prompt_tokens), sum(completion_tokens), sum(requests), sum(errors),
      sum(unpriced_tokens)`;
  const raw = (key: string, more = ''): string =>
    `SELECT ${key}, ${zeros}${more} FROM llm_metrics_history GROUP BY ${key}`;
  const cache = ', sum(cache_read_tokens), sum(cache_write_tokens)';
  for (const [rollup, expected] of [
    [`SELECT day, user_id, ${sums} FROM llm_user_day GROUP BY 1, 2`, raw('day, user_id')],
    [
      `SELECT month, user_id, ${sums} FROM llm_user_month GROUP BY 1, 2`,
      `SELECT date_trunc('month', day)::date, user_id, ${zeros} FROM llm_metrics_history GROUP BY 1, 2`,
    ],
    [
      `SELECT day, provider, model, ${sums}${cache} FROM llm_model_day GROUP BY 1, 2, 3`,
      raw('day, provider, model', cache),
    ],
  ] as const) {
    const { rows } = await database.pool.query(
      `(${rollup} EXCEPT ALL ${expected}) UNION ALL (${expected} EXCEPT ALL ${rollup})`,
    );
    expect(rows).toEqual([]);
  }
}

describe('what a change touches', () => {
  it('nothing where nothing changed, also of closed days', async () => {
    const data = usage({ '2026-03-13': [row(), row({ user: 'bob' })], '2026-03-14': [row()] });
    await store(data);
    expect(await written(() => store(data))).toEqual(NOTHING);
  });

  it('one restated row: it, its rollups and the later running totals of its user alone', async () => {
    await store(
      usage({
        '2026-03-13': [row(), row({ model: 'm2' }), row({ user: 'bob' })],
        '2026-03-14': [row(), row({ user: 'bob' })],
      }),
    );
    expect(
      await written(() =>
        store(usage({ '2026-03-13': [row({ prompt: 999 }), row({ model: 'm2' }), row({ user: 'bob' })] })),
      ),
    ).toEqual({
      llm_metrics_history: ['2026-03-13 ada acme m1'],
      llm_user_day: ['2026-03-13 ada'],
      llm_user_month: ['2026-03-01 ada'],
      llm_model_day: ['2026-03-13 acme m1'],
      llm_user_cum: ['2026-03-13 ada', '2026-03-14 ada'],
      component_costs: [],
    });
  });

  it('a re-pricing: the rows whose cost changes, and their rollups by the difference', async () => {
    await store(
      usage({
        '2026-03-13': [row(), row({ user: 'bob', model: 'm2' })],
        '2026-03-14': [row(), row({ user: 'bob', reported: 5n }), row({ user: 'eve', model: 'm2' })],
      }),
    );
    await database.pool.query(
      `INSERT INTO llm_price_overrides (provider, model, valid_from, input_usd_per_million, output_usd_per_million,
        created_by) VALUES ('acme', 'm1', '2026-03-14', 7, 7, 'test'),
        ('acme', 'm2', '2026-01-01', 2.45, 2.5, 'test')`,
    );
    // The second contract gives just what was computed before.
    const range = { from: '2026-03-14', to: '2026-03-15' };
    expect(await written(() => withTransaction(database.pool, (tx) => repriceUsage(tx, range, '2026-03-20')))).toEqual({
      llm_metrics_history: ['2026-03-14 ada acme m1'],
      llm_user_day: ['2026-03-14 ada'],
      llm_user_month: ['2026-03-01 ada'],
      llm_model_day: ['2026-03-14 acme m1'],
      llm_user_cum: ['2026-03-14 ada'],
      component_costs: ['2026-03-14 acme'],
    });
    await rollupsEqualRaw();
    expect(await written(() => withTransaction(database.pool, (tx) => repriceUsage(tx, range, '2026-03-20')))).toEqual(
      NOTHING,
    );
  });
});

describe('rollups equal the raw rows', () => {
  const anyRow = fc.record({
    user: fc.constantFrom('ada', 'bob', 'tab\there \\N "quoted"', "o'neil\u{1F600}"),
    provider: fc.constantFrom('acme', 'b\\c'),
    model: fc.constantFrom('m1', 'x'),
    prompt: fc.nat(5000),
    completion: fc.nat(500),
    cacheRead: fc.nat(50),
    cacheWrite: fc.nat(9),
    requests: fc.nat(9),
    errors: fc.nat(3),
    reported: fc.option(fc.bigInt(0n, 9_000_000n), { nil: undefined }),
    computed: fc.option(fc.bigInt(0n, 10n ** 13n), { nil: undefined }),
    partial: fc.boolean(),
  });
  const rows = fc.uniqueArray(anyRow, {
    selector: ({ user, provider, model }) => `${user} ${provider} ${model}`,
    maxLength: 8,
  });
  const sync = fc.record({
    days: fc.dictionary(fc.constantFrom('2026-01-31', '2026-02-01', '2026-02-02'), rows, { maxKeys: 3 }),
    provisional: fc.boolean(),
    inColumns: fc.boolean(),
  });

  it('after any syncs, partial and repeated ones too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sync, { minLength: 1, maxLength: 4 }), async (syncs) => {
        for (const { days, ...how } of syncs) {
          await store(usage(days, how));
          expect(await store(usage(days, how))).toBe(0);
        }
        await rollupsEqualRaw();
      }),
      { numRuns: 12 },
    );
  });

  it('after four writers at once, of the same days in any order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sync, { minLength: 4, maxLength: 4 }), async (syncs) => {
        await Promise.all(syncs.map(({ days, ...how }) => store(usage(days, how))));
        await rollupsEqualRaw();
      }),
      { numRuns: 8 },
    );
  });
});

it('raw rows come in without COPY too', async () => {
  const found: UsageRow = {
    user: 'a\\b\tc',
    provider: 'p',
    model: 'm',
    prompt: 1,
    completion: 2,
    cacheRead: 3,
    cacheWrite: 4,
    requests: 5,
    errors: 6,
    unpriced: 0,
    reported: undefined,
    computed: 12_345n,
    cost: 12_345n,
    cacheWrite1h: 1,
    audioPrompt: 2,
    audioCompletion: 3,
    gatewayPrompt: 4,
    gatewayCompletion: 5,
  };
  await database.pool.connect().then(async (client) => {
    await insertRows(client, '2026-03-14', [found]);
    await insertRows({ query: (text, values) => client.query(text, [...(values ?? [])]) }, '2026-03-15', [found]);
    client.release();
  });
  const { rows } = await database.pool.query(
    `SELECT DISTINCT user_id, provider, model, prompt_tokens, completion_tokens, cache_read_tokens,
      cache_write_tokens, requests, errors, unpriced_tokens, reported_cost_usd, computed_cost_usd, cost_usd
      FROM llm_metrics_history`,
  );
  expect(rows).toEqual([
    {
      user_id: 'a\\b\tc',
      provider: 'p',
      model: 'm',
      prompt_tokens: '1',
      completion_tokens: '2',
      cache_read_tokens: '3',
      cache_write_tokens: '4',
      requests: '5',
      errors: '6',
      unpriced_tokens: '0',
      reported_cost_usd: null,
      computed_cost_usd: '0.012345',
      cost_usd: '0.012345',
    },
  ]);
});
