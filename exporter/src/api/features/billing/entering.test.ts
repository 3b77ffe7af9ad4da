import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../../../test/api-server.ts';
import { enterOne, ENTRY, HISTORY, MARCH, monthOf, post, problemOf, storedRows } from '../../../../test/billing.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { emptyBooks } from '../../../../test/invoices.ts';
import { BILLING_PATHS } from '../../../contract/billing.ts';
import { API_BASE } from '../../../contract/datasets.ts';
import { entryAnswer, previewAnswer } from './schema.ts';

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  // The clock of the tests stands at 12:00 UTC: it is 16 March in the middle of the Pacific.
  api = await startApi(database.url);
});
beforeEach(() => emptyBooks(database.pool));
afterAll(async () => {
  await api.close();
  await database.drop();
});

const PREVIEW = `${API_BASE}${BILLING_PATHS.preview}`;
const FORM = { supabaseUsd: '25.00' };

/** [entry, codes of the warnings], the same at preview and entry. */
const WARNINGS: readonly (readonly [name: string, body: object, codes: readonly string[]])[] = [
  ['a last day as the end', { ...MARCH, periodEnd: '2026-03-31' }, ['period_end_not_covered']],
  ['an exclusive end', MARCH, []],
  ['a monthly form of 3 March', { ...FORM, billingDate: '2026-03-03' }, ['month_not_given']],
  ['… with its month', { ...FORM, billingDate: '2026-03-03', month: '2026-02' }, []],
  ['a monthly form of 6 March', { ...FORM, billingDate: '2026-03-06' }, []],
  [
    'an invoice of 1 March without a period',
    { provider: 'acme', amount: '5', billingDate: '2026-03-01' },
    ['month_not_given'],
  ],
];

describe('what is asked', () => {
  it.each(WARNINGS)('%s', async (_name, body, codes) => {
    const preview = previewAnswer.parse((await post(api, PREVIEW, body)).json);
    expect(preview.warnings.map(({ code }) => code)).toEqual(codes);
    const answer = await post(api, ENTRY, body);
    expect(answer.status, answer.text).toBe(201);
    expect(entryAnswer.parse(answer.json).warnings.map(({ code }) => code)).toEqual(codes);
  });

  it('names the day that is left out and the month that is meant', async () => {
    const end = entryAnswer.parse((await post(api, ENTRY, { ...MARCH, periodEnd: '2026-03-31' })).json);
    expect(end.warnings[0]?.message).toContain('31 March is not covered');
    const form = entryAnswer.parse((await post(api, ENTRY, { weaviateUsd: '4', billingDate: '2026-03-02' })).json);
    expect(form.warnings[0]?.message).toContain('Is the invoice of 2026-03-02 for 2026-02?');
  });

  it('a form for the month before counts there', async () => {
    await post(api, ENTRY, { ...FORM, billingDate: '2026-03-03', month: '2026-02' });
    expect([await monthOf(api, '2026-02', 'supabaseUsd'), await monthOf(api, '2026-03', 'supabaseUsd')]).toEqual([
      '25.00',
      null,
    ]);
    expect(problemOf(await post(api, ENTRY, { ...FORM, billingDate: '2026-03-03', month: '2026-13' }))).toMatchObject({
      errors: [{ field: 'month' }],
    });
  });
});

describe('what is right', () => {
  it('tomorrow, where it is tomorrow already; not the day after', async () => {
    await enterOne(api, { ...MARCH, billingDate: '2026-03-16' });
    const refused = await post(api, ENTRY, { ...MARCH, provider: 'acme', billingDate: '2026-03-17' });
    expect(problemOf(refused)).toMatchObject({ errors: [{ field: 'billingDate' }] });
  });

  it('the printed negative tax of a credit, and none on an invoice', async () => {
    const credit = await enterOne(api, { ...MARCH, kind: 'credit', amount: '-20.00', taxAmount: '-4.00' });
    expect(credit).toMatchObject({ amount: '-20.00', taxAmount: '-4.00' });
    expect(problemOf(await post(api, ENTRY, { ...MARCH, taxAmount: '-4.00' }))).toMatchObject({
      errors: [{ field: 'taxAmount' }],
    });
  });

  it('yen without cents, dinars with three decimals, the same when they are corrected', async () => {
    const yen = await enterOne(api, {
      ...MARCH,
      currency: 'JPY',
      amount: '12345',
      taxAmount: '1234',
      fxRate: '0.0067',
    });
    expect(yen).toMatchObject({ amount: '12345', taxAmount: '1234', amountUsd: '82.71' });
    const again = await post(api, `${HISTORY}/${yen.id}/correction`, { amount: '12400.00' });
    expect(storedRows(again)).toMatchObject([{ amount: '12400', amountUsd: '83.08' }]);
    expect(
      await enterOne(api, { ...MARCH, provider: 'acme', currency: 'KWD', amount: '12.345', fxRate: '3.25' }),
    ).toMatchObject({ amount: '12.345', amountUsd: '40.12' });
    for (const amount of ['1.5', '1.000', '0.001'])
      expect(
        problemOf(await post(api, ENTRY, { ...MARCH, provider: 'x', currency: 'JPY', amount })),
        amount,
      ).toMatchObject({ errors: [{ field: 'amount' }] });
  });
});
