import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type Answer, type TestApi } from '../../../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { llmSamples } from '../../../collectors/llm/samples.ts';
import { storeUsage } from '../../../collectors/llm/store.ts';
import type { LlmDay, LlmRow } from '../../../collectors/llm/data.ts';
import { withTransaction } from '../../../database/pool.ts';
import { problemSchema } from '../../http/problem.ts';
import { repricing, storedPrice } from './schema.ts';

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startApi(database.url);
});
beforeEach(async () => {
  await database.pool.query(
    `TRUNCATE llm_metrics_history, llm_user_day, llm_user_month, llm_model_day, component_costs, llm_price_overrides,
      llm_repricings, collector_samples`,
  );
  api.changes.length = 0;
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const PATH = '/api/v1/admin/llm-prices';
const CONTRACT = {
  provider: 'acme',
  model: 'house-1',
  validFrom: '2026-03-01',
  inputUsdPerMillion: '2',
  outputUsdPerMillion: '10',
};
const MARCH = { from: '2026-03-01', to: '2026-04-01' };
const post = (path: string, body: object, role?: 'viewer' | 'sync') =>
  api.send('POST', path, { body: JSON.stringify(body), role });
const errorsOf = (answer: Answer) => problemSchema.parse(answer.json).errors?.map(({ field }) => field);
async function add(changes: object = {}): Promise<z.output<typeof storedPrice>> {
  const answer = await post(PATH, { ...CONTRACT, ...changes });
  expect(answer.status, answer.text).toBe(201);
  return storedPrice.parse(answer.json);
}

function row(changes: Partial<LlmRow> = {}): LlmRow {
  return {
    user: 'ada',
    provider: 'acme',
    model: 'house-1',
    prompt: 1_000_000,
    completion: 0,
    cacheRead: 0,
    cacheWrite: 0,
    requests: 3,
    errors: 1,
    reported: undefined,
    computed: undefined,
    partial: false,
    ...changes,
  };
}

/**
 * Three days of a model that nobody knows, beside one that the source itself reports the cost of; gauges are those of
 * the 14th.
 */
async function storeMarch(): Promise<void> {
  const rows = [
    row(),
    row({ user: 'bob' }),
    row({ user: 'carl', reported: 7_000_000n }),
    row({ model: 'unheard-of', prompt: 500 }),
  ];
  const days = ['2026-03-12', '2026-03-13', '2026-03-14'].map((day): LlmDay => ({
    day,
    provisional: false,
    fields: new Set(['input', 'output'] as const),
    rows,
    idle: [{ provider: 'openai', model: 'gpt-4o' }],
  }));
  await withTransaction(database.pool, (tx) => storeUsage(tx, { days }));
  await database.pool.query(
    "INSERT INTO collector_samples (collector, day, samples, stored_at) VALUES ('llm', '2026-03-14', $1, now())",
    [JSON.stringify(llmSamples(days[2]))],
  );
}

const gauges = async () =>
  z
    .object({
      samples: z.array(z.object({ name: z.string(), labels: z.record(z.string(), z.string()), value: z.number() })),
    })
    .parse((await database.pool.query("SELECT samples FROM collector_samples WHERE collector = 'llm'")).rows[0])
    .samples.filter(({ name }) => name === 'llm_cost_day_usd' || name === 'llm_unpriced_tokens_day')
    .map(({ name, labels, value }) => `${name} ${labels['model'] ?? ''} ${value}`)
    .sort();
const everything = async () =>
  (await database.pool.query('SELECT * FROM llm_metrics_history ORDER BY day, user_id, model')).rows;

describe('re-pricing', () => {
  const figures = {
    rows: 4,
    users: 2,
    costBeforeUsd: null,
    costAfterUsd: '8.00',
    unpricedTokensBefore: 4_000_000,
    unpricedTokensAfter: 0,
  };

  it('previews what it then does, and makes every figure right at once', async () => {
    await storeMarch();
    await add({ validFrom: '2026-03-13' });
    const before = await everything();
    const preview = await post(`${PATH}/reprice`, { ...MARCH, apply: false });
    expect(preview.status, preview.text).toBe(200);
    expect(preview.json).toEqual({
      applied: false,
      ...MARCH,
      ...figures,
      days: ['2026-03-13', '2026-03-14'],
      data: [{ provider: 'acme', model: 'house-1', ...figures }],
      stillUnpriced: [
        { provider: 'acme', model: 'house-1', tokens: 2_000_000 },
        { provider: 'acme', model: 'unheard-of', tokens: 1_500 },
      ],
      warnings: [],
    });
    expect([await everything(), api.changes]).toEqual([before, []]);

    const done = await post(`${PATH}/reprice`, { ...MARCH, apply: true });
    expect(done.json).toEqual({ ...repricing.parse(preview.json), applied: true });
    expect(api.changes).toEqual([{ kind: 'price', days: ['2026-03-13', '2026-03-14'] }]);
    const costs = await api.get('/api/v1/metrics/infrastructure-costs?from=2026-03-12&to=2026-03-15');
    expect(costs.json).toMatchObject({ data: [{ llmUsd: '7.00' }, { llmUsd: '11.00' }, { llmUsd: '11.00' }] });
    expect((await api.get('/api/v1/metrics/cost-by-user?from=2026-03-12&to=2026-03-15')).json).toMatchObject({
      data: [
        { userId: 'carl', costUsd: '21.00' },
        { userId: 'ada', costUsd: '4.00' },
        { userId: 'bob', costUsd: '4.00' },
      ],
    });
    expect(await gauges()).toEqual([
      'llm_cost_day_usd gpt-4o 0',
      'llm_cost_day_usd house-1 11',
      'llm_unpriced_tokens_day gpt-4o 0',
      'llm_unpriced_tokens_day house-1 0',
      'llm_unpriced_tokens_day unheard-of 500',
    ]);
    expect(
      (await database.pool.query('SELECT applied_by, rows, cost_before_usd, cost_after_usd FROM llm_repricings')).rows,
    ).toEqual([{ applied_by: 'test', rows: '4', cost_before_usd: null, cost_after_usd: '8.000000' }]);

    const again = await post(`${PATH}/reprice`, { ...MARCH, apply: true });
    expect(again.json).toMatchObject({
      applied: true,
      rows: 0,
      users: 0,
      costBeforeUsd: null,
      costAfterUsd: null,
      days: [],
      data: [],
    });
    expect(api.changes).toHaveLength(1);
  });

  it('leaves alone what the source reported, what changes nothing, and what was not asked for', async () => {
    await storeMarch();
    await add();
    await add({ model: 'unheard-of' });
    const sql = `SELECT xmin, * FROM llm_metrics_history WHERE user_id = 'carl' OR model = 'house-1' 
      OR day < '2026-03-14' ORDER BY day, user_id, model`;
    const before = (await database.pool.query(sql)).rows;
    const done = await post(`${PATH}/reprice`, {
      provider: 'acme',
      model: 'unheard-of',
      from: '2026-03-14',
      to: '2026-03-15',
      apply: true,
    });
    expect(done.json).toMatchObject({
      rows: 1,
      costAfterUsd: '0.001',
      data: [{ model: 'unheard-of', unpricedTokensBefore: 500, unpricedTokensAfter: 0 }],
      stillUnpriced: [],
    });
    expect((await database.pool.query(sql)).rows).toEqual(before);
  });

  it('a corrected price moves the cost back, and a free model costs $0', async () => {
    await storeMarch();
    const [wrong] = (await add({ inputUsdPerMillion: '20' })).data;
    await post(`${PATH}/reprice`, { ...MARCH, apply: true });
    await add({ inputUsdPerMillion: '0', outputUsdPerMillion: '0.00', replaces: wrong?.id });
    expect((await post(`${PATH}/reprice`, { ...MARCH, apply: true })).json).toMatchObject({
      rows: 6,
      users: 2,
      costBeforeUsd: '120.00',
      costAfterUsd: '0.00',
      unpricedTokensAfter: 0,
    });
  });

  it('waits for a synchronisation that stores usage, and neither loses the other', async () => {
    await storeMarch();
    await add();
    const days = [
      {
        day: '2026-03-14',
        provisional: false,
        fields: new Set(['input'] as const),
        rows: [row({ user: 'dora' })],
        idle: [],
      },
    ];
    await Promise.all([
      post(`${PATH}/reprice`, { ...MARCH, apply: true }),
      withTransaction(database.pool, (tx) => storeUsage(tx, { days })),
      post(`${PATH}/reprice`, { ...MARCH, apply: true }),
    ]);
    await post(`${PATH}/reprice`, { ...MARCH, apply: true });
    const { rows } = await database.pool.query(
      `SELECT (SELECT sum(cost_usd) FROM llm_metrics_history)::text AS raw,
        (SELECT sum(cost_usd) FROM llm_user_day)::text AS users,
        (SELECT sum(cost_usd) FROM llm_model_day)::text AS models,
        (SELECT sum(amount_usd) FROM component_costs)::text AS ledger`,
    );
    expect(rows).toEqual([{ raw: '35.000000', users: '35.000000', models: '35.000000', ledger: '35.000000' }]);
  });

  it.each([
    [{ to: '2026-04-01' }, 'from'],
    [{ from: '2026-03-01' }, 'to'],
    [{ ...MARCH, apply: 'yes' }, 'apply'],
    [{ from: '2026-04-01', to: '2026-03-01' }, 'from'],
    [{ from: '2001-01-01', to: '2026-03-01' }, 'from'],
    [{ ...MARCH, model: '' }, 'model'],
    [{ ...MARCH, user: 'ada' }, 'user'],
  ])('refuses %j', async (body, field) => {
    const answer = await post(`${PATH}/reprice`, body);
    expect([answer.status, errorsOf(answer)]).toEqual([400, [field]]);
  });
});
