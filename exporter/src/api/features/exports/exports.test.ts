import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type Answer, type TestApi } from '../../../../test/api-server.ts';
import { ENTRY, HISTORY, post } from '../../../../test/billing.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { emptyBooks } from '../../../../test/invoices.ts';
import { formatMicros, parseMicros, sumMicros } from '../../../money/micros.ts';
import { replaceLedger } from '../../../ledger/replace-rows.ts';

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

type Row = Record<string, string>;
const rowsOf = (answer: Answer): Row[] =>
  z.array(z.record(z.string(), z.string())).parse(parse(answer.text, { columns: true }));
const stored = z.object({ data: z.array(z.object({ id: z.string() })) });

async function enter(body: object): Promise<string> {
  const answer = await post(api, ENTRY, { periodStart: '2026-03-01', periodEnd: '2026-04-01', ...body });
  expect(answer.status, answer.text).toBe(201);
  return stored.parse(answer.json).data[0]?.id ?? '';
}

async function download(name: string, query = '', role: 'viewer' | 'admin' = 'viewer'): Promise<Row[]> {
  const answer = await api.get(`/api/v1/export/${name}${query}`, role);
  expect(answer.status, answer.text).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${name}"`);
  return rowsOf(answer);
}
const total = (rows: readonly Row[], column: string): string =>
  formatMicros(sumMicros(rows.map((row) => parseMicros(row[column] ?? ''))));

describe('focus.csv', () => {
  it('adds up to each invoice to the cent, in its currency and in USD', async () => {
    await enter({ provider: 'supabase', amount: '100.00', invoiceNumber: 'S-1' });
    await enter({ provider: 'acme', amount: '100.01', currency: 'EUR', fxRate: '1.0833', invoiceNumber: 'A-1' });
    await enter({ provider: 'gmbh', amount: '9.99', currency: 'CHF' });
    await enter({ provider: 'supabase', amount: '-25.00', kind: 'credit', invoiceNumber: 'C-1' });
    await replaceLedger(
      database.pool,
      'twilio',
      'api_usage',
      ['2026-03-02'],
      [{ day: '2026-03-02', component: 'sms', amountUsd: '1.234567' }],
    );
    await replaceLedger(
      database.pool,
      'supabase',
      'estimate',
      ['2026-03-02'],
      [{ day: '2026-03-02', component: 'all', amountUsd: '7.00' }],
    );
    const rows = await download('focus.csv');
    const of = (id: string) => rows.filter((row) => row['InvoiceId'] === id);
    expect([
      total(of('S-1'), 'BilledCost'),
      total(of('A-1'), 'BilledCost'),
      total(of('A-1'), 'x_cost_usd'),
      total(of('C-1'), 'EffectiveCost'),
    ]).toEqual(['100.00', '100.01', '108.34', '-25.00']);
    expect(of('S-1')).toHaveLength(31);
    expect(of('S-1')[0]).toMatchObject({
      ChargePeriodStart: '2026-03-01T00:00:00Z',
      ChargePeriodEnd: '2026-03-02T00:00:00Z',
      BillingPeriodStart: '2026-03-01T00:00:00Z',
      BillingPeriodEnd: '2026-04-01T00:00:00Z',
      BillingCurrency: 'USD',
      ChargeCategory: 'Purchase',
      ChargeClass: '',
      ProviderName: 'Supabase',
      x_source: 'invoice',
    });
    expect(of('C-1')[0]).toMatchObject({ ChargeCategory: 'Credit' });
    expect(
      rows
        .filter((row) => row['ProviderName'] === 'gmbh')
        .every((row) => row['x_cost_usd'] === '' && row['BillingCurrency'] === 'CHF'),
    ).toBe(true);
    expect(rows.filter((row) => row['x_source'] !== 'invoice')).toMatchObject([
      { ProviderName: 'Twilio', BilledCost: '1.234567', ChargeCategory: 'Usage', x_source: 'api_usage' },
    ]);
    // All of it is what counts.
    const {
      rows: [counted],
    } = await database.pool.query<{ usd: string }>('SELECT sum(amount_usd)::text AS usd FROM effective_costs');
    expect(
      total(
        rows.filter((row) => row['x_cost_usd'] !== ''),
        'x_cost_usd',
      ),
    ).toBe(formatMicros(parseMicros(counted?.usd ?? '')));
  });

  it('C15: states a correction as the difference, and a void as what it takes away', async () => {
    const closed = { periodStart: '2026-02-01', periodEnd: '2026-03-01' };
    const first = await enter({ provider: 'supabase', amount: '100.00', invoiceNumber: 'S-1', ...closed });
    const [second] = stored.parse((await post(api, `${HISTORY}/${first}/correction`, { amount: '120.00' })).json).data;
    let rows = await download('focus.csv');
    expect([
      total(
        rows.filter((row) => row['ChargeClass'] === 'Correction'),
        'BilledCost',
      ),
      total(rows, 'BilledCost'),
    ]).toEqual(['20.00', '120.00']);
    await post(api, `${HISTORY}/${second?.id}/void`, { reason: 'doubled' });
    rows = await download('focus.csv');
    expect([
      total(
        rows.filter((row) => row['x_adjustment_id'] === '3'),
        'BilledCost',
      ),
      total(rows, 'BilledCost'),
    ]).toEqual(['-120.00', '0.00']);
  });

  it('does not call it a correction within the open billing period', async () => {
    const first = await enter({ provider: 'supabase', amount: '100.00', invoiceNumber: 'S-1' });
    await post(api, `${HISTORY}/${first}/correction`, { amount: '120.00' });
    const rows = await download('focus.csv');
    expect([total(rows, 'BilledCost'), new Set(rows.map((row) => row['ChargeClass']))]).toEqual([
      '120.00',
      new Set(['']),
    ]);
  });

  it('adds up to what is paid by invoice number: tax, credits, corrections and a changed number', async () => {
    await enter({ provider: 'supabase', amount: '100.00', taxAmount: '20.01', invoiceNumber: 'S-1' });
    await enter({ provider: 'supabase', amount: '-10.00', taxAmount: '2.00', kind: 'credit', invoiceNumber: 'C-1' });
    await enter({ provider: 'acme', amount: '12345', taxAmount: '1235', currency: 'JPY', invoiceNumber: 'Y-1' });
    const id = await enter({ provider: 'gmbh', amount: '50.00', taxAmount: '9.50', invoiceNumber: 'G-1' });
    await post(api, `${HISTORY}/${id}/correction`, { amount: '60.00', taxAmount: '11.40', invoiceNumber: 'G-2' });
    const rows = await download('focus.csv');
    const paid = [...Map.groupBy(rows, (row) => row['InvoiceId'] ?? '')].map(([number, of]) => [
      number,
      total(of, 'BilledCost'),
    ]);
    expect(Object.fromEntries(paid)).toEqual({
      'S-1': '120.01',
      'C-1': '-12.00',
      'Y-1': '13580.00',
      'G-1': '0.00',
      'G-2': '71.40',
    });
    const tax = rows.filter((row) => row['ChargeCategory'] === 'Tax');
    expect(new Set(tax.map((row) => row['x_cost_usd']))).toEqual(new Set(['']));
    expect(new Set(tax.map((row) => row['PricingQuantity']))).toEqual(new Set(['']));
  });

  it('names the vendor of LLM usage with its tokens, and has the columns of each version', async () => {
    await replaceLedger(
      database.pool,
      'llm',
      'api_usage',
      ['2026-03-02'],
      [{ day: '2026-03-02', component: 'openai', amountUsd: '1.5' }],
    );
    await database.pool.query(
      `INSERT INTO llm_model_day (day, provider, model, prompt_tokens, completion_tokens)
       VALUES ('2026-03-02', 'openai', 'gpt-4o', 1000, 200) ON CONFLICT DO NOTHING`,
    );
    const [row] = await download('focus.csv');
    expect(row).toMatchObject({
      ProviderName: 'OpenAI',
      InvoiceIssuerName: 'OpenAI',
      BillingAccountId: 'openai',
      BillingAccountType: 'Vendor account',
      ServiceName: 'OpenAI',
      ServiceCategory: 'AI and Machine Learning',
      ServiceSubcategory: 'Generative AI',
      ConsumedQuantity: '1200.0',
      ConsumedUnit: 'Tokens',
      PricingQuantity: '1200.0',
      PricingUnit: 'Tokens',
    });
    expect(Object.keys(row ?? {})).not.toContain('ServiceProviderName');
    const [newer] = await download('focus.csv', '?version=1.3');
    expect(newer).toMatchObject({ ServiceProviderName: 'OpenAI', HostProviderName: 'OpenAI', ProviderName: 'OpenAI' });
    expect((await api.get('/api/v1/export/focus.csv?version=1.1')).status).toBe(400);
  });

  it('follows a correction of period and currency', async () => {
    const first = await enter({ provider: 'acme', amount: '31.00', currency: 'EUR', fxRate: '2' });
    await post(api, `${HISTORY}/${first}/correction`, {
      amount: '28.00',
      currency: 'USD',
      periodStart: '2026-02-01',
      periodEnd: '2026-03-01',
    });
    const march = await download('focus.csv', '?from=2026-03-01&to=2026-04-01');
    expect(total(march, 'x_cost_usd')).toBe('0.00');
    const all = await download('focus.csv', '?provider=acme');
    expect([
      total(all, 'x_cost_usd'),
      total(
        all.filter((row) => row['BillingCurrency'] === 'EUR'),
        'BilledCost',
      ),
    ]).toEqual(['28.00', '0.00']);
  });
});

describe('costs.csv and invoices.csv', () => {
  it('add up to the invoice, and show a viewer no notes and no authors', async () => {
    const id = await enter({ provider: 'supabase', amount: '100.00', notes: 'secret plan' });
    await post(api, `${HISTORY}/${id}/correction`, { amount: '110.00' });
    expect(total(await download('costs.csv'), 'costUsd')).toBe('110.00');
    expect(await download('costs.csv', '?from=2026-03-01&to=2026-03-02')).toEqual([
      {
        day: '2026-03-01',
        provider: 'supabase',
        component: 'all',
        source: 'invoice',
        costUsd: '3.55',
        amount: '3.55',
        currency: 'USD',
        fxRate: '',
        provisional: 'false',
        unpricedTokens: '',
      },
    ]);
    const [row, ...more] = await download('invoices.csv');
    expect(more).toEqual([]);
    expect(row).toMatchObject({ amountUsd: '110.00', version: '2', current: 'true' });
    expect(Object.keys(row ?? {})).not.toContain('notes');
    expect(await download('invoices.csv', '?view=all', 'admin')).toMatchObject([
      { version: '1', current: 'false', notes: 'secret plan', createdBy: 'test' },
      { version: '2' },
    ]);
  });

  it('give a spreadsheet no formula', async () => {
    const texts = [
      '=1+1',
      '+1',
      '-1',
      '@SUM(A1)',
      '\t=1',
      ' =1',
      "=cmd|' /C calc'!A0",
      'a "quoted", text\r\nof two lines',
    ];
    for (const [index, notes] of texts.entries())
      await enter({
        provider: `vendor-${index}`,
        amount: '1.00',
        notes,
        invoiceNumber: index === 0 ? '=HYPERLINK("http://evil")' : undefined,
      });
    await enter({ provider: 'supabase', amount: '-1.00', kind: 'credit' });
    const rows = await download('invoices.csv', '', 'admin');
    for (const row of rows.slice(0, 7)) expect(row['notes']).toMatch(/^'/);
    expect(rows[7]?.['notes']).toBe('a "quoted", text\r\nof two lines');
    expect(rows[0]?.['invoiceNumber']).toBe('\'=HYPERLINK("http://evil")');
    expect(rows.at(-1)?.['amount']).toBe('-1.00');
  });

  it('refuse unknown parameters and roles', async () => {
    expect((await api.get('/api/v1/export/focus.csv?format=xml')).status).toBe(400);
    expect((await api.get('/api/v1/export/costs.csv?from=2026-03-02&to=2026-03-01')).status).toBe(400);
    expect((await api.get('/api/v1/export/costs.csv', 'sync')).status).toBe(403);
  });
});
