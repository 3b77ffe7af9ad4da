import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type Answer, type TestApi } from '../../../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { emptyBooks } from '../../../../test/invoices.ts';
import { costsOf, dataOf, ENTRY, HISTORY, monthOf, post, problemOf } from '../../../../test/billing.ts';
import { entryAnswer, historyAnswer, previewAnswer } from './schema.ts';

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

const march = { provider: 'supabase', periodStart: '2026-03-01', periodEnd: '2026-04-01', amount: '100.00' };
const rowsOf = (answer: Answer) => entryAnswer.parse(answer.json).data;

async function stored(body: object): Promise<z.output<typeof entryAnswer>['data'][number]> {
  const answer = await post(api, ENTRY, body);
  expect(answer.status, answer.text).toBe(201);
  const [row] = rowsOf(answer);
  if (row === undefined) throw new Error('no row');
  return row;
}

describe('entering', () => {
  it('stores one row for each amount of the form, over the month of the billing date', async () => {
    const answer = await post(api, ENTRY, {
      billingDate: '2026-03-10',
      supabaseUsd: '25.00',
      weaviateUsd: '45.10',
      notes: 'March',
    });
    expect(answer.status).toBe(201);
    const rows = rowsOf(answer);
    expect(rows).toMatchObject([
      {
        provider: 'supabase',
        invoiceNumber: null,
        periodStart: '2026-03-01',
        periodEnd: '2026-04-01',
        amount: '25.00',
        currency: 'USD',
        amountUsd: '25.00',
        version: 1,
        createdBy: 'test',
        createdAt: '2026-03-15T12:00:00.000Z',
        replaces: null,
        origin: 'form',
        notes: 'March',
      },
      { provider: 'weaviate', amount: '45.10', amountUsd: '45.10', replaces: null },
    ]);
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('25.00');
    expect(await monthOf(api, '2026-03', 'weaviateUsd')).toBe('45.10');
  });

  it("takes any vendor, and lets an LLM vendor's invoice stand with the LLM costs", async () => {
    await stored({ ...march, provider: 'Hetzner', amount: '31.00' });
    await stored({ ...march, provider: 'openai', amount: '62.00' });
    const [first] = await costsOf(api, '2026-03-01', '2026-03-02');
    expect(first).toMatchObject({ otherUsd: '1.00', llmUsd: '2.00', sources: { hetzner: 'invoice', llm: 'invoice' } });
  });

  it('lets an invoice of $0 stand above an estimate, and a void bring the estimate back', async () => {
    await database.pool.query(
      "INSERT INTO component_costs (day, provider, component, source, amount_usd) SELECT d::date, 'supabase', 'all', 'estimate', 1 FROM generate_series('2026-03-01'::date, '2026-03-31', '1 day') d",
    );
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('31.00');
    const row = await stored({ ...march, amount: '0' });
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('0.00');
    const voided = await post(api, `${HISTORY}/${row.id}/void`, { reason: 'wrong month' });
    expect(voided.status).toBe(201);
    expect(rowsOf(voided)).toMatchObject([
      { action: 'void', version: 2, replaces: row.id, reason: 'wrong month', current: false, voided: true },
    ]);
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('31.00');
  });

  it('keeps tax beside the cost, and credits negative', async () => {
    const row = await stored({ ...march, taxAmount: '20.00', invoiceNumber: 'A-1' });
    expect(row).toMatchObject({ taxAmount: '20.00', amountUsd: '100.00' });
    await stored({ ...march, amount: '-25.00', kind: 'credit', invoiceNumber: 'C-1' });
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('75.00');
  });

  it('tells every listener of the days, after they are stored', async () => {
    await stored({ ...march, periodStart: '2026-03-05', periodEnd: '2026-03-07' });
    expect(api.changes.at(-1)).toEqual({ kind: 'invoice', days: ['2026-03-05', '2026-03-06'] });
  });
});

describe('currencies (row 29)', () => {
  it('stores the given rate, the known one of the billing date, or none with a warning', async () => {
    expect(
      await stored({ ...march, amount: '100.00', currency: 'EUR', fxRate: '1.08', invoiceNumber: '1' }),
    ).toMatchObject({ amount: '100.00', currency: 'EUR', fxRate: '1.08', amountUsd: '108.00' });
    await database.pool.query("INSERT INTO fx_rates (currency, day, usd_rate) VALUES ('JPY', '2026-03-01', 0.0067)");
    expect(
      await stored({ ...march, amount: '10001', currency: 'JPY', invoiceNumber: '2', billingDate: '2026-03-02' }),
    ).toMatchObject({ fxRate: '0.0067', amountUsd: '67.01' });
    const none = await post(api, ENTRY, { ...march, provider: 'gmbh', amount: '50.00', currency: 'CHF' });
    expect(entryAnswer.parse(none.json)).toMatchObject({
      data: [{ amountUsd: null, fxRate: null }],
      warnings: [{ code: 'unconverted_currency' }],
    });
    expect(await monthOf(api, '2026-03', 'totalUsd')).toBe('175.01');
    const costs = z
      .object({ warnings: z.array(z.object({ code: z.string(), message: z.string() })) })
      .parse((await api.get('/api/v1/metrics/infrastructure-costs?from=2026-03-01&to=2026-04-01')).json);
    expect(costs.warnings.find(({ code }) => code === 'unconverted_currency')?.message).toMatch(/gmbh: .*CHF/);
  });

  it('never restates a stored rate: not by a later rate, nor by a correction of the amount', async () => {
    const row = await stored({ ...march, currency: 'EUR', fxRate: '1.08' });
    await database.pool.query("INSERT INTO fx_rates (currency, day, usd_rate) VALUES ('EUR', '2026-03-01', 1.12)");
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('108.00');
    const corrected = await post(api, `${HISTORY}/${row.id}/correction`, { amount: '200.00' });
    expect(rowsOf(corrected)).toMatchObject([{ fxRate: '1.08', amountUsd: '216.00' }]);
  });

  it('corrects an amount in yen', async () => {
    const row = await stored({ ...march, amount: '1000', currency: 'JPY', fxRate: '0.01' });
    expect(rowsOf(await post(api, `${HISTORY}/${row.id}/correction`, { notes: 'checked' }))).toMatchObject([
      { amountUsd: '10.00', notes: 'checked' },
    ]);
  });
});

describe('the same money twice', () => {
  it('stores an invoice number once, whatever else differs', async () => {
    const first = await stored({ ...march, invoiceNumber: 'INV-1' });
    const again = await post(api, ENTRY, {
      ...march,
      amount: '1.00',
      periodStart: '2026-01-01',
      periodEnd: '2026-02-01',
      invoiceNumber: 'INV-1',
      additional: true,
    });
    expect(again.status).toBe(409);
    expect(problemOf(again)).toMatchObject({ adjustmentId: first.id, errors: [{ field: 'invoiceNumber' }] });
    await stored({ ...march, invoiceNumber: 'INV-2', amount: '50.00' });
    await stored({ ...march, provider: 'weaviate', invoiceNumber: 'INV-1' });
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('150.00');
  });

  it('refuses an overlap wherever a number is missing, names the first, and takes it as additional', async () => {
    const first = await stored(march);
    const later = { ...march, periodStart: '2026-03-31', periodEnd: '2026-05-01', amount: '30.00' };
    for (const body of [
      later,
      { ...later, invoiceNumber: 'N-9' },
      { billingDate: '2026-03-01', supabaseUsd: '1.00', weaviateUsd: '2.00' },
    ]) {
      const refused = await post(api, ENTRY, body);
      expect(refused.status).toBe(409);
      expect(problemOf(refused).adjustmentId).toBe(first.id);
      expect(problemOf(refused).detail).toContain(
        `entry ${first.id} of supabase (100.00 USD for 2026-03-01 to 2026-04-01)`,
      );
    }
    // All of a form or nothing of it.
    expect(await monthOf(api, '2026-03', 'weaviateUsd')).toBeNull();
    await stored({ ...later, additional: true });
    await stored({ ...march, periodStart: '2026-02-01', periodEnd: '2026-03-01' });
    await stored({ ...march, component: 'backups', amount: '5.00' });
    await stored({ ...march, kind: 'credit', amount: '-1.00' });
    expect((await post(api, ENTRY, { ...march, kind: 'credit', amount: '-1.00' })).status).toBe(409);
  });

  it('stores fifty at once once (row 36)', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        post(api, ENTRY, { billingDate: '2026-03-01', supabaseUsd: '25.00', weaviateUsd: '45.00' }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 49 }, () => 409)]);
    expect((await dataOf(api, HISTORY)).length).toBe(2);
    expect(await monthOf(api, '2026-03', 'totalUsd')).toBe('70.00');
  });

  it('loses none of fifty different ones at once, also through two processes', async () => {
    const other = await startApi(database.url);
    try {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          post(index % 2 === 0 ? api : other, ENTRY, {
            ...march,
            amount: '1.00',
            provider: index % 5 === 0 ? 'openai' : 'anthropic',
            invoiceNumber: `N-${index}`,
          }),
        ),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
      expect(await monthOf(api, '2026-03', 'llmUsd')).toBe('50.00');
    } finally {
      await other.close();
    }
  });

  it('takes a voided number up again only when told so, in the same series', async () => {
    const row = await stored({ ...march, invoiceNumber: 'INV-1' });
    const [voided] = rowsOf(await post(api, `${HISTORY}/${row.id}/void`, { reason: 'by mistake' }));
    const again = { ...march, amount: '90.00', invoiceNumber: 'INV-1' };
    expect((await post(api, ENTRY, again)).status).toBe(409);
    expect(await stored({ ...again, additional: true })).toMatchObject({
      version: 3,
      seriesId: row.seriesId,
      replaces: voided?.id,
      current: true,
    });
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('90.00');
  });
});

describe('corrections and voids', () => {
  it('keep every version and move exactly the days of both periods', async () => {
    const row = await stored(march);
    const corrected = await post(api, `${HISTORY}/${row.id}/correction`, {
      periodStart: '2026-02-01',
      periodEnd: '2026-03-01',
      amount: '56.00',
      notes: 'it was February',
    });
    expect(corrected.status, corrected.text).toBe(201);
    const [second] = rowsOf(corrected);
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
    const row = await stored(march);
    const [second] = rowsOf(await post(api, `${HISTORY}/${row.id}/correction`, { amount: '101.00' }));
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
    const row = await stored(march);
    const other = await stored({ ...march, periodStart: '2026-02-01', periodEnd: '2026-03-01' });
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
    const numbered = await stored({ ...march, provider: 'weaviate', invoiceNumber: 'N-1' });
    const second = await stored({ ...march, provider: 'weaviate', invoiceNumber: 'N-2' });
    expect(
      problemOf(await post(api, `${HISTORY}/${second.id}/correction`, { invoiceNumber: 'N-1' })).adjustmentId,
    ).toBe(numbered.id);
  });

  it('of one version at the same time: one wins', async () => {
    const row = await stored(march);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        post(api, `${HISTORY}/${row.id}/correction`, { amount: `${index + 1}.00` }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 7 }, () => 409)]);
  });

  it('are all that the database lets happen to a stored version', async () => {
    await stored(march);
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
    await stored({ ...march, provider: 'acme', amount: '10.00' });
    const answer = await post(api, `${ENTRY}/preview`, { ...march, periodEnd: '2026-05-01', amount: '61.00' });
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
    expect((await post(api, `${ENTRY}/preview`, { ...march, provider: 'acme' })).status).toBe(409);
    const row = await stored(march);
    const corrected = await post(api, `${HISTORY}/${row.id}/correction/preview`, { amount: '60.00' });
    expect(previewAnswer.parse(corrected.json).data).toMatchObject([{ beforeUsd: '100.00', afterUsd: '60.00' }]);
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('100.00');
  });
});

describe('the history', () => {
  it('is paged and filtered', async () => {
    for (const month of ['01', '02', '03'])
      await stored({ ...march, periodStart: `2026-${month}-01`, periodEnd: `2026-${month}-11` });
    const row = await stored({ ...march, provider: 'acme' });
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
    await stored({ ...march, provider: 'acme', notes: 'asked Anna' });
    const seen = z
      .object({
        data: z.array(z.looseObject({ amount: z.string(), createdBy: z.null(), notes: z.null(), reason: z.null() })),
      })
      .parse((await api.get(HISTORY, 'viewer')).json);
    expect(seen.data).toHaveLength(1);
    expect((await api.get(HISTORY, 'sync')).status).toBe(403);
    for (const role of ['viewer', 'sync'] as const) expect((await post(api, ENTRY, march, role)).status).toBe(403);
  });
});
