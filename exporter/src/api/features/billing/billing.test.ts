import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type TestApi } from '../../../../test/api-server.ts';
import {
  costsOf,
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
import { entryAnswer } from './schema.ts';

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

describe('entering', () => {
  it('stores one row for each amount of the form, over the month of the billing date', async () => {
    const answer = await post(api, ENTRY, {
      billingDate: '2026-03-10',
      supabaseUsd: '25.00',
      weaviateUsd: '45.10',
      notes: 'March',
    });
    expect(answer.status).toBe(201);
    const rows = storedRows(answer);
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
    await enter({ ...MARCH, provider: 'Hetzner', amount: '31.00' });
    await enter({ ...MARCH, provider: 'openai', amount: '62.00' });
    const [first] = await costsOf(api, '2026-03-01', '2026-03-02');
    expect(first).toMatchObject({ otherUsd: '1.00', llmUsd: '2.00', sources: { hetzner: 'invoice', llm: 'invoice' } });
  });

  it('lets an invoice of $0 stand above an estimate, and a void bring the estimate back', async () => {
    await database.pool.query(
      `INSERT INTO component_costs (day, provider, component, source, amount_usd) SELECT d::date, 'supabase', 'all',
        'estimate', 1 FROM generate_series('2026-03-01'::date, '2026-03-31', '1 day') d`,
    );
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('31.00');
    const row = await enter({ ...MARCH, amount: '0' });
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('0.00');
    const voided = await post(api, `${HISTORY}/${row.id}/void`, { reason: 'wrong month' });
    expect(voided.status).toBe(201);
    expect(storedRows(voided)).toMatchObject([
      { action: 'void', version: 2, replaces: row.id, reason: 'wrong month', current: false, voided: true },
    ]);
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('31.00');
  });

  it('keeps tax beside the cost, and credits negative', async () => {
    const row = await enter({ ...MARCH, taxAmount: '20.00', invoiceNumber: 'A-1' });
    expect(row).toMatchObject({ taxAmount: '20.00', amountUsd: '100.00' });
    await enter({ ...MARCH, amount: '-25.00', kind: 'credit', invoiceNumber: 'C-1' });
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('75.00');
  });

  it('tells every listener of the days, after they are stored', async () => {
    await enter({ ...MARCH, periodStart: '2026-03-05', periodEnd: '2026-03-07' });
    expect(api.changes.at(-1)).toEqual({ kind: 'invoice', days: ['2026-03-05', '2026-03-06'] });
  });
});

describe('currencies (row 29)', () => {
  it('stores the given rate, the known one of the billing date, or none with a warning', async () => {
    expect(
      await enter({ ...MARCH, amount: '100.00', currency: 'EUR', fxRate: '1.08', invoiceNumber: '1' }),
    ).toMatchObject({ amount: '100.00', currency: 'EUR', fxRate: '1.08', amountUsd: '108.00' });
    await database.pool.query("INSERT INTO fx_rates (currency, day, usd_rate) VALUES ('JPY', '2026-03-01', 0.0067)");
    expect(
      await enter({ ...MARCH, amount: '10001', currency: 'JPY', invoiceNumber: '2', billingDate: '2026-03-02' }),
    ).toMatchObject({ fxRate: '0.0067', amountUsd: '67.01' });
    const none = await post(api, ENTRY, { ...MARCH, provider: 'gmbh', amount: '50.00', currency: 'CHF' });
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
    const row = await enter({ ...MARCH, currency: 'EUR', fxRate: '1.08' });
    await database.pool.query("INSERT INTO fx_rates (currency, day, usd_rate) VALUES ('EUR', '2026-03-01', 1.12)");
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('108.00');
    const corrected = await post(api, `${HISTORY}/${row.id}/correction`, { amount: '200.00' });
    expect(storedRows(corrected)).toMatchObject([{ fxRate: '1.08', amountUsd: '216.00' }]);
  });

  it('corrects an amount in yen', async () => {
    const row = await enter({ ...MARCH, amount: '1000', currency: 'JPY', fxRate: '0.01' });
    expect(storedRows(await post(api, `${HISTORY}/${row.id}/correction`, { notes: 'checked' }))).toMatchObject([
      { amountUsd: '10.00', notes: 'checked' },
    ]);
  });
});

describe('the same money twice', () => {
  it('stores an invoice number once, whatever else differs', async () => {
    const first = await enter({ ...MARCH, invoiceNumber: 'INV-1' });
    const again = await post(api, ENTRY, {
      ...MARCH,
      amount: '1.00',
      periodStart: '2026-01-01',
      periodEnd: '2026-02-01',
      invoiceNumber: 'INV-1',
      additional: true,
    });
    expect(again.status).toBe(409);
    expect(problemOf(again)).toMatchObject({ adjustmentId: first.id, errors: [{ field: 'invoiceNumber' }] });
    await enter({ ...MARCH, invoiceNumber: 'INV-2', amount: '50.00' });
    await enter({ ...MARCH, provider: 'weaviate', invoiceNumber: 'INV-1' });
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('150.00');
  });

  it('refuses an overlap wherever a number is missing, names the first, and takes it as additional', async () => {
    const first = await enter(MARCH);
    const later = { ...MARCH, periodStart: '2026-03-31', periodEnd: '2026-05-01', amount: '30.00' };
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
    await enter({ ...later, additional: true });
    await enter({ ...MARCH, periodStart: '2026-02-01', periodEnd: '2026-03-01' });
    await enter({ ...MARCH, component: 'backups', amount: '5.00' });
    await enter({ ...MARCH, kind: 'credit', amount: '-1.00' });
    expect((await post(api, ENTRY, { ...MARCH, kind: 'credit', amount: '-1.00' })).status).toBe(409);
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
            ...MARCH,
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

  it('reuses a voided number only on request, in the same series', async () => {
    const row = await enter({ ...MARCH, invoiceNumber: 'INV-1' });
    const [voided] = storedRows(await post(api, `${HISTORY}/${row.id}/void`, { reason: 'by mistake' }));
    const again = { ...MARCH, amount: '90.00', invoiceNumber: 'INV-1' };
    expect((await post(api, ENTRY, again)).status).toBe(409);
    expect(await enter({ ...again, additional: true })).toMatchObject({
      version: 3,
      seriesId: row.seriesId,
      replaces: voided?.id,
      current: true,
    });
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('90.00');
  });
});
