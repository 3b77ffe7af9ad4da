import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../../../test/api-server.ts';
import { dataOf, enterOne, ENTRY, HISTORY, MARCH, monthOf, post, problemOf } from '../../../../test/billing.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { emptyBooks } from '../../../../test/invoices.ts';
import { BILLING_PATHS } from '../../../contract/billing.ts';
import { API_BASE } from '../../../contract/datasets.ts';
import { importPreviewSchema } from '../../../imports/preview-schema.ts';

const IMPORT = API_BASE + BILLING_PATHS.import;
const CONFIRM = API_BASE + BILLING_PATHS.importConfirm;

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

/** [what is stored, what comes then, whether both are one invoice] */
const SPELLINGS: readonly (readonly [
  stored: readonly [provider: string, number: string],
  again: readonly [provider: string, number: string],
  same: boolean,
])[] = [
  [['supabase', 'ABC-0007'], ['Supabase Pte Ltd', 'ABC-0007'], true],
  [['supabase', 'ABC-0007'], ['supabase', 'abc 0007'], true],
  [['supabase', 'ABC-0007'], ['Supabase Pte. Ltd.', 'ABC0007'], true],
  [['OpenAI LLC', 'INV-1'], ['openai', 'inv\u20111'], true],
  [['acme', 'A-1'], ['Acme GmbH', 'a1'], true],
  [['supabase', 'ABC-0007'], ['weaviate', 'ABC-0007'], false],
  [['supabase', 'ABC-0007'], ['supabase', 'ABC-7'], false],
];

describe('spellings of one invoice', () => {
  it.each(SPELLINGS)('%j and %j: %s', async ([provider, invoiceNumber], [again, number], same) => {
    await enterOne(api, { ...MARCH, provider, invoiceNumber });
    const csv =
      'provider,invoice_number,period_start,period_end,amount,currency\n' +
      `"${again}",${number},2026-03-01,2026-04-01,100.00,USD\n`;
    const preview = importPreviewSchema.parse(
      (await post(api, IMPORT, { contentBase64: Buffer.from(csv).toString('base64') })).json,
    );
    expect(preview.checks.map(({ status }) => status)).toEqual([same ? 'duplicate' : 'new']);
    const body = { ...MARCH, provider: again, invoiceNumber: number };
    expect((await post(api, `${API_BASE}${BILLING_PATHS.preview}`, body)).status).toBe(same ? 409 : 200);
    expect((await post(api, CONFIRM, { statements: preview.statements })).status).toBe(same ? 409 : 201);
    expect((await post(api, ENTRY, body)).status).toBe(409);
    expect((await dataOf(api, HISTORY)).length).toBe(same ? 1 : 2);
  });

  it('without a number: an overlap with another spelling of the vendor is refused at both', async () => {
    const first = await enterOne(api, { ...MARCH, provider: 'acme-inc' });
    const statement = { ...MARCH, provider: 'Acme', currency: 'USD', line: 0, kind: 'invoice' };
    for (const [path, body] of [
      [ENTRY, { ...MARCH, provider: 'ACME' }],
      [CONFIRM, { statements: [statement] }],
    ] as const) {
      const refused = await post(api, path, body);
      expect(refused.status).toBe(409);
      expect(problemOf(refused).adjustmentId).toBe(first.id);
    }
    expect(await monthOf(api, '2026-03', 'otherUsd')).toBe('100.00');
  });

  it('within one request: two spellings are one number', async () => {
    const statement = { ...MARCH, provider: 'acme', invoiceNumber: 'N-1', currency: 'USD', line: 0, kind: 'invoice' };
    const answer = await post(api, CONFIRM, {
      statements: [statement, { ...statement, provider: 'Acme Ltd', invoiceNumber: 'n 1' }],
    });
    expect(answer.status).toBe(409);
    expect(problemOf(answer).detail).toMatch(/statement 0 of this request/);
    expect(await dataOf(api, HISTORY)).toEqual([]);
  });
});
