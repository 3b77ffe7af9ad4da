import { describe, expect, it } from 'vitest';
import { apiContext } from '../../../../test/api-context.ts';
import { dataOf, ENTRY, HISTORY, post, problemOf } from '../../../../test/billing.ts';

const context = apiContext();

const invoice = { provider: 'supabase', periodStart: '2026-03-01', periodEnd: '2026-04-01', amount: '25.00' };

/** The field that is named, and what is sent. The clock stands at 2026-03-15. */
const BAD: [string, string, unknown][] = [
  ['NaN', 'amount', { ...invoice, amount: 'NaN' }],
  ['a NaN that became null', 'supabaseUsd', { billingDate: '2026-03-01', supabaseUsd: null }],
  ['1e308', 'amount', { ...invoice, amount: '1e308' }],
  ['1e308 as a number', 'amount', { ...invoice, amount: 1e308 }],
  ['a number', 'weaviateUsd', { billingDate: '2026-03-01', weaviateUsd: 25 }],
  ['Infinity', 'supabaseUsd', { billingDate: '2026-03-01', supabaseUsd: 'Infinity' }],
  ['ten digits', 'amount', { ...invoice, amount: '1000000000' }],
  ['three decimals', 'amount', { ...invoice, amount: '25.001' }],
  ['three decimals in the form', 'supabaseUsd', { billingDate: '2026-03-01', supabaseUsd: '25.001' }],
  ['decimals of yen', 'amount', { ...invoice, amount: '25.5', currency: 'JPY' }],
  ['a decimal comma', 'amount', { ...invoice, amount: '25,00' }],
  ['a currency sign', 'amount', { ...invoice, amount: '$25' }],
  ['an empty amount', 'amount', { ...invoice, amount: '' }],
  ['a negative invoice', 'amount', { ...invoice, amount: '-25.00' }],
  ['a negative form', 'supabaseUsd', { billingDate: '2026-03-01', supabaseUsd: '-25.00' }],
  ['a positive credit', 'amount', { ...invoice, kind: 'credit' }],
  ['negative tax', 'taxAmount', { ...invoice, taxAmount: '-1.00' }],
  ['a reversed period', 'periodEnd', { ...invoice, periodStart: '2026-04-01', periodEnd: '2026-03-01' }],
  ['an empty period', 'periodEnd', { ...invoice, periodEnd: '2026-03-01' }],
  ['a period of years', 'periodEnd', { ...invoice, periodEnd: '2029-06-01' }],
  ['30 February', 'billingDate', { billingDate: '2026-02-30', supabaseUsd: '25.00' }],
  ['30 February as a period', 'periodStart', { ...invoice, periodStart: '2026-02-30' }],
  ['a time', 'billingDate', { billingDate: '2026-03-01T00:00:00Z', supabaseUsd: '25.00' }],
  ['a future date', 'billingDate', { billingDate: '2026-03-17', supabaseUsd: '25.00' }],
  ['a far future period', 'periodStart', { ...invoice, periodStart: '2026-09-01', periodEnd: '2026-10-01' }],
  ['a time long past', 'billingDate', { billingDate: '0026-03-01', supabaseUsd: '25.00' }],
  ['an unknown currency', 'currency', { ...invoice, currency: 'XQZ' }],
  ['a small currency', 'currency', { ...invoice, currency: 'eur' }],
  ['a rate of zero', 'fxRate', { ...invoice, currency: 'EUR', fxRate: '0' }],
  ['a rate for USD', 'fxRate', { ...invoice, fxRate: '1.08' }],
  ['a rate that makes a fortune', 'fxRate', { ...invoice, amount: '999999999', currency: 'EUR', fxRate: '999999' }],
  ['an unknown kind', 'kind', { ...invoice, kind: 'gift' }],
  ['1 MB of notes', 'notes', { ...invoice, notes: 'a'.repeat(1_048_576) }],
  [
    '1 MB of notes in the form',
    'notes',
    { billingDate: '2026-03-01', supabaseUsd: '25.00', notes: 'é'.repeat(1_000_000) },
  ],
  ['control characters', 'notes', { ...invoice, notes: 'a\u0000b' }],
  ['an escape', 'notes', { ...invoice, notes: '\u001b[31m' }],
  ['an empty number', 'invoiceNumber', { ...invoice, invoiceNumber: ' ' }],
  ['no provider', 'provider', { ...invoice, provider: undefined }],
  ['a provider of HTML', 'provider', { ...invoice, provider: '<b>' }],
  ['a reserved provider', 'provider', { ...invoice, provider: 'all' }],
  ['no amount', 'amount', { ...invoice, amount: undefined }],
  ['no billing date', 'billingDate', { supabaseUsd: '25.00' }],
  ['a form without an amount', 'supabaseUsd', { billingDate: '2026-03-01' }],
  ['an unknown field', 'amont', { ...invoice, amont: '1.00' }],
  ['both shapes', 'supabaseUsd', { ...invoice, supabaseUsd: '1.00' }],
  ['a list', 'body', [invoice]],
  ['null', 'body', null],
];

describe('row 36: bad entries', () => {
  it.each(BAD)('%s: 400 naming %s', async (_name, field, body) => {
    for (const path of [ENTRY, `${ENTRY}/preview`]) {
      const answer = await post(context.api, path, body);
      expect(answer.status, answer.text).toBe(400);
      expect(
        problemOf(answer).errors?.map((error) => error.field),
        answer.text,
      ).toContain(field);
      expect(answer.text.length).toBeLessThan(2_000);
    }
    expect(await dataOf(context.api, HISTORY)).toEqual([]);
  });

  it('JSON that is none, and 5 MB: 4xx', async () => {
    for (const text of ['{"amount": NaN}', '{', ''])
      expect((await context.api.send('POST', ENTRY, { body: text })).status).toBe(400);
    expect((await post(context.api, ENTRY, { ...invoice, notes: 'a'.repeat(5_000_000) })).status).toBe(413);
  });

  it('a void without a reason, or of no entry', async () => {
    for (const body of [{}, { reason: '  ' }, { reason: 'a'.repeat(501) }]) {
      const answer = await post(context.api, `${HISTORY}/1/void`, body);
      expect([answer.status, problemOf(answer).errors?.[0]?.field]).toEqual([400, 'reason']);
    }
    expect((await post(context.api, `${HISTORY}/1/void`, { reason: 'x' })).status).toBe(404);
    for (const id of ['0', 'x', '1e3', '99999999999999999999'])
      expect((await post(context.api, `${HISTORY}/${id}/void`, { reason: 'x' })).status, id).toBe(400);
    for (const query of [
      'cursor=x',
      'limit=0',
      'view=old',
      'from=2026-02-30',
      'from=2026-03-02&to=2026-03-01',
      'colour=red',
    ])
      expect((await context.api.get(`${HISTORY}?${query}`, 'admin')).status, query).toBe(400);
  });

  it('keeps HTML and SQL in notes as the text that they are', async () => {
    const notes = `<img src=x onerror=alert(1)>'); DROP TABLE manual_billing_adjustments; -- "é\n=cmd|' /C calc'!A0`;
    const answer = await post(context.api, ENTRY, { ...invoice, invoiceNumber: "'; --", notes });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect((await dataOf(context.api, HISTORY))[0]).toMatchObject({ notes, invoiceNumber: "'; --" });
  });
});
