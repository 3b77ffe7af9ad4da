import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type TestApi } from '../../../../test/api-server.ts';
import {
  dataOf,
  enterOne,
  ENTRY,
  HISTORY,
  MARCH,
  monthOf,
  post,
  problemOf,
  storedRows,
} from '../../../../test/billing.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { emptyBooks } from '../../../../test/invoices.ts';
import { historyAnswer, previewAnswer } from './schema.ts';

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startApi(database.url);
});
beforeEach(() => emptyBooks(database.pool));
afterAll(async () => {
  await api.close();
  await database.drop();
});

const enter = (body: object) => enterOne(api, body);

describe('corrections and voids', () => {
  it('keep every version and move exactly the days of both periods', async () => {
    const row = await enter(MARCH);
    const corrected = await post(api, `${HISTORY}/${row.id}/correction`, {
      periodStart: '2026-02-01',
      periodEnd: '2026-03-01',
      amount: '56.00',
      notes: 'it was February',
    });
    expect(corrected.status, corrected.text).toBe(201);
    const [second] = storedRows(corrected);
    expect(second).toMatchObject({
      version: 2,
      action: 'correction',
      replaces: row.id,
      amount: '56.00',
      current: true,
    });
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBeNull();
    expect(await monthOf(api, '2026-02', 'supabaseUsd')).toBe('56.00');
    const history = historyAnswer.parse((await api.get(HISTORY, 'admin')).json).data;
    expect(history.map(({ id, current, voided }) => [id, current, voided])).toEqual([
      [second?.id, true, false],
      [row.id, false, false],
    ]);
  });

  it('name the newest version', async () => {
    const row = await enter(MARCH);
    const [second] = storedRows(await post(api, `${HISTORY}/${row.id}/correction`, { amount: '101.00' }));
    for (const [path, body] of [
      ['correction', { amount: '102.00' }],
      ['void', { reason: 'x' }],
    ] as const) {
      const refused = await post(api, `${HISTORY}/${row.id}/${path}`, body);
      expect([refused.status, problemOf(refused).adjustmentId]).toEqual([409, second?.id]);
    }
    await post(api, `${HISTORY}/${second?.id}/void`, { reason: 'doubled' });
    const late = await post(api, `${HISTORY}/${second?.id}/correction`, { amount: '1.00' });
    expect(late.status).toBe(409);
    expect(problemOf(late).detail).toMatch(/was voided by test/);
    expect((await post(api, `${HISTORY}/999999/void`, { reason: 'x' })).status).toBe(404);
  });

  it('need a change, keep the sign, and may not newly overlap another entry', async () => {
    const row = await enter(MARCH);
    const other = await enter({ ...MARCH, periodStart: '2026-02-01', periodEnd: '2026-03-01' });
    for (const body of [
      {},
      { amount: '100' },
      { amount: '-1.00' },
      { periodEnd: '2026-03-01' },
      { provider: 'weaviate' },
    ]) {
      expect((await post(api, `${HISTORY}/${row.id}/correction`, body)).status, JSON.stringify(body)).toBe(400);
    }
    const overlap = await post(api, `${HISTORY}/${row.id}/correction`, { periodStart: '2026-02-28' });
    expect([overlap.status, problemOf(overlap).adjustmentId]).toEqual([409, other.id]);
    const numbered = await enter({ ...MARCH, provider: 'weaviate', invoiceNumber: 'N-1' });
    const second = await enter({ ...MARCH, provider: 'weaviate', invoiceNumber: 'N-2' });
    expect(
      problemOf(await post(api, `${HISTORY}/${second.id}/correction`, { invoiceNumber: 'N-1' })).adjustmentId,
    ).toBe(numbered.id);
  });

  it('of one version at the same time: one wins', async () => {
    const row = await enter(MARCH);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        post(api, `${HISTORY}/${row.id}/correction`, { amount: `${index + 1}.00` }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 7 }, () => 409)]);
  });

  it('are all that the database lets happen to a stored version', async () => {
    await enter(MARCH);
    for (const statement of [
      'UPDATE manual_billing_adjustments SET amount = 1',
      'DELETE FROM manual_billing_adjustments',
      'TRUNCATE manual_billing_adjustments',
    ]) {
      await expect(database.pool.query(statement)).rejects.toThrow(/append-only/);
    }
  });
});

describe('the preview', () => {
  it('tells the months before and after, and stores nothing', async () => {
    await enter({ ...MARCH, provider: 'acme', amount: '10.00' });
    const answer = await post(api, `${ENTRY}/preview`, { ...MARCH, periodEnd: '2026-05-01', amount: '61.00' });
    expect(answer.status).toBe(200);
    expect(previewAnswer.parse(answer.json).data).toEqual([
      {
        month: '2026-03',
        provider: 'supabase',
        beforeUsd: null,
        afterUsd: '31.00',
        totalBeforeUsd: '10.00',
        totalAfterUsd: '41.00',
      },
      {
        month: '2026-04',
        provider: 'supabase',
        beforeUsd: null,
        afterUsd: '30.00',
        totalBeforeUsd: null,
        totalAfterUsd: '30.00',
      },
    ]);
    expect(await dataOf(api, HISTORY)).toHaveLength(1);
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBeNull();
    expect((await post(api, `${ENTRY}/preview`, { ...MARCH, provider: 'acme' })).status).toBe(409);
    const row = await enter(MARCH);
    const corrected = await post(api, `${HISTORY}/${row.id}/correction/preview`, { amount: '60.00' });
    expect(previewAnswer.parse(corrected.json).data).toMatchObject([{ beforeUsd: '100.00', afterUsd: '60.00' }]);
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('100.00');
  });
});

describe('the history', () => {
  it('is paged and filtered', async () => {
    for (const month of ['01', '02', '03'])
      await enter({ ...MARCH, periodStart: `2026-${month}-01`, periodEnd: `2026-${month}-11` });
    const row = await enter({ ...MARCH, provider: 'acme' });
    await post(api, `${HISTORY}/${row.id}/void`, { reason: 'x' });
    const page = historyAnswer.parse((await api.get(`${HISTORY}?limit=2`, 'admin')).json);
    const next = historyAnswer.parse((await api.get(`${HISTORY}?limit=4&cursor=${page.nextCursor}`, 'admin')).json);
    expect([...page.data, ...next.data].map(({ provider, version }) => `${provider} ${version}`)).toEqual([
      'acme 2',
      'acme 1',
      'supabase 1',
      'supabase 1',
      'supabase 1',
    ]);
    expect(next.nextCursor).toBeNull();
    expect(await dataOf(api, `${HISTORY}?view=current&provider=acme`)).toEqual([]);
    expect(await dataOf(api, `${HISTORY}?from=2026-01-10&to=2026-02-01&provider=supabase`)).toHaveLength(1);
  });

  it('shows viewers the money but not the people, and takes entries of administrators only', async () => {
    await enter({ ...MARCH, provider: 'acme', notes: 'asked Anna' });
    const seen = z
      .object({
        data: z.array(z.looseObject({ amount: z.string(), createdBy: z.null(), notes: z.null(), reason: z.null() })),
      })
      .parse((await api.get(HISTORY, 'viewer')).json);
    expect(seen.data).toHaveLength(1);
    expect((await api.get(HISTORY, 'sync')).status).toBe(403);
    for (const role of ['viewer', 'sync'] as const) expect((await post(api, ENTRY, MARCH, role)).status).toBe(403);
  });
});
