import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { startApi, type Answer, type TestApi } from '../../../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { problemSchema } from '../../http/problem.ts';
import { prices, storedPrice } from './schema.ts';

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
const listed = async (query = '', role: 'admin' | 'viewer' = 'admin') =>
  prices.parse((await api.get(PATH + query, role)).json).data;

async function add(changes: object = {}): Promise<z.output<typeof storedPrice>> {
  const answer = await post(PATH, { ...CONTRACT, ...changes });
  expect(answer.status, answer.text).toBe(201);
  return storedPrice.parse(answer.json);
}

describe('contract prices', () => {
  it('are stored with who and when, and read by viewers', async () => {
    const { data } = await add({ cacheReadUsdPerMillion: '0.123456', notes: 'framework contract 7' });
    expect(data).toEqual([
      {
        id: data[0]?.id,
        provider: 'acme',
        model: 'house-1',
        validFrom: '2026-03-01',
        validTo: null,
        inputUsdPerMillion: '2.00',
        outputUsdPerMillion: '10.00',
        cacheReadUsdPerMillion: '0.123456',
        cacheWriteUsdPerMillion: null,
        notes: 'framework contract 7',
        replaces: null,
        createdBy: 'test',
        createdAt: '2026-03-15T12:00:00.000Z',
        withdrawnBy: null,
        withdrawnAt: null,
      },
    ]);
    expect(await listed()).toEqual(data);
    expect(await listed('?provider=ACME&model=House-1&day=2026-03-01')).toEqual(data);
    expect(await listed('', 'viewer')).toEqual(
      data.map((row) => ({ ...row, notes: null, createdBy: null, withdrawnBy: null })),
    );
    expect(await listed('?day=2026-02-28')).toEqual([]);
    for (const role of ['viewer', 'sync'] as const) {
      expect((await post(PATH, CONTRACT, role)).status).toBe(403);
      expect((await post(`${PATH}/reprice`, MARCH, role)).status).toBe(403);
    }
  });

  it('an open price ends where a later one begins; any other overlap is refused and names the price in the way', async () => {
    const first = await add();
    const second = await add({ validFrom: '2026-04-01', inputUsdPerMillion: '1.50' });
    expect(second.closed).toEqual([{ ...first.data[0], validTo: '2026-04-01' }]);
    for (const period of [
      { validFrom: '2026-04-01' },
      { validFrom: '2026-02-01' },
      { validFrom: '2026-03-15', validTo: '2026-03-20' },
      { validFrom: '2026-05-01', validTo: '2026-06-01' },
      { model: 'HOUSE-1' },
    ]) {
      const refused = await post(PATH, { ...CONTRACT, ...period });
      expect([refused.status, errorsOf(refused)], JSON.stringify(period)).toEqual([409, ['validFrom']]);
      expect(problemSchema.parse(refused.json).detail).toMatch(/overlaps price \d+ of acme\/house-1/);
    }
    await add({ validFrom: '2026-02-01', validTo: '2026-03-01' });
    await add({ model: 'house-2' });
    expect((await listed('?model=house-1')).map(({ validFrom, validTo }) => [validFrom, validTo])).toEqual([
      ['2026-04-01', null],
      ['2026-03-01', '2026-04-01'],
      ['2026-02-01', '2026-03-01'],
    ]);
  });

  it('a wrong price is replaced, and stays in the history', async () => {
    const [wrong] = (await add({ inputUsdPerMillion: '20' })).data;
    const { data, withdrawn } = await add({ replaces: wrong?.id });
    expect(data).toMatchObject([{ inputUsdPerMillion: '2.00', replaces: wrong?.id }]);
    expect(withdrawn).toMatchObject([{ id: wrong?.id, withdrawnBy: 'test', withdrawnAt: '2026-03-15T12:00:00.000Z' }]);
    expect(await listed()).toEqual(data);
    expect(await listed('?history=true')).toEqual([...data, ...withdrawn]);
    for (const replaces of [wrong?.id, '999999'])
      expect(errorsOf(await post(PATH, { ...CONTRACT, replaces }))).toEqual(['replaces']);
    expect((await post(PATH, { ...CONTRACT, model: 'house-2', replaces: data[0]?.id })).status).toBe(409);
    expect(await listed()).toEqual(data);
  });

  it('entered at the same time: one wins', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(PATH, CONTRACT)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
  });

  it.each([
    [{ provider: '' }, 'provider'],
    [{ model: ' x' }, 'model'],
    [{ validFrom: '2026-02-30' }, 'validFrom'],
    [{ validTo: '2026-03-01' }, 'validTo'],
    [{ inputUsdPerMillion: '-1' }, 'inputUsdPerMillion'],
    [{ inputUsdPerMillion: 2 }, 'inputUsdPerMillion'],
    [{ outputUsdPerMillion: '1e3' }, 'outputUsdPerMillion'],
    [{ cacheReadUsdPerMillion: '0.1234567' }, 'cacheReadUsdPerMillion'],
    [{ cacheWriteUsdPerMillion: '' }, 'cacheWriteUsdPerMillion'],
    [{ notes: 'x'.repeat(2_001) }, 'notes'],
    [{ replaces: '0' }, 'replaces'],
    [{ currency: 'EUR' }, 'currency'],
  ])('refuses %j', async (changes, field) => {
    const answer = await post(PATH, { ...CONTRACT, ...changes });
    expect([answer.status, errorsOf(answer)]).toEqual([400, [field]]);
  });
});
