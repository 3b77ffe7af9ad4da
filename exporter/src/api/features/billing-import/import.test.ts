import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApi, token, type Answer, type TestApi } from '../../../../test/api-server.ts';
import { costsOf, dataOf, ENTRY, HISTORY, monthOf, post, problemOf } from '../../../../test/billing.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { makeMail } from '../../../../test/mail.ts';
import { invoicePage, makePdf, type InvoiceText } from '../../../../test/pdf.ts';
import { BILLING_PATHS } from '../../../contract/billing.ts';
import type { ImportPreview } from '../../../contract/imports.ts';
import { API_BASE } from '../../../contract/datasets.ts';
import { importPreviewSchema } from '../../../imports/preview-schema.ts';
import { entryAnswer } from '../billing/schema.ts';

const IMPORT = API_BASE + BILLING_PATHS.import;
const CONFIRM = API_BASE + BILLING_PATHS.importConfirm;

let database: TestDatabase;
let api: TestApi;
const start = async (): Promise<void> => {
  database = await createTestDatabase();
  api = await startApi(database.url);
};
const end = async (): Promise<void> => {
  await api.close();
  await database.drop();
};

/** Two periods: the fee ahead, usage behind. The clock stands at 2026-03-15. */
const invoice: InvoiceText = {
  head: [
    ['Invoice number', 'ABC123DE-0007'],
    ['Date of issue', 'March 1, 2026'],
  ],
  vendor: 'Supabase Pte Ltd',
  lines: [
    { description: 'Pro Plan', amount: '$31.00', period: 'Mar 1 – Apr 1, 2026' },
    { description: 'Compute', quantity: '672', amount: '$5.60', period: 'Feb 1 – Mar 1, 2026' },
  ],
  totals: [
    ['Subtotal', '$36.60'],
    ['Total', '$36.60'],
    ['Amount due', '$36.60 USD'],
  ],
};
const CSV =
  'provider;invoice_number;period_start;period_end;amount;currency;notes\r\nhetzner;R-1;2026-03-01;2026-04-01;62,00;USD;été\r\n';

/** A buffer as fetch takes it; the type of `send` knows only text. */
async function upload(
  bytes: Uint8Array | string,
  type: string,
  headers: Record<string, string> = {},
  role: 'admin' | 'viewer' = 'admin',
  path = IMPORT,
): Promise<Answer> {
  const response = await fetch(api.url + path, {
    method: 'POST',
    body: Buffer.from(bytes),
    headers: { 'content-type': type, authorization: `Bearer ${await token({ role })}`, ...headers },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
}

function previewOf(answer: Answer): ImportPreview {
  expect(answer.status, answer.text).toBe(200);
  return importPreviewSchema.parse(answer.json);
}

describe('a preview', () => {
  beforeEach(start);
  afterEach(end);

  it('of a PDF stores nothing; confirmed as it is, each period has its own days', async () => {
    const preview = previewOf(
      await upload(makePdf([invoicePage(invoice)]), 'application/pdf', {
        'x-file-name': encodeURIComponent('Facture été.pdf'),
      }),
    );
    expect(preview).toMatchObject({
      kind: 'pdf',
      fileName: 'Facture été.pdf',
      warnings: [],
      checks: [{ status: 'new', problems: [], document: 0 }, { status: 'new' }],
    });
    expect(await dataOf(api, HISTORY)).toEqual([]);
    const stored = await post(api, CONFIRM, { statements: preview.statements });
    expect(stored.status, stored.text).toBe(201);
    expect(entryAnswer.parse(stored.json).data).toMatchObject([
      {
        provider: 'supabase',
        invoiceNumber: 'ABC123DE-0007',
        line: 1,
        periodStart: '2026-03-01',
        periodEnd: '2026-04-01',
        amount: '31.00',
        amountUsd: '31.00',
        origin: 'import',
        createdBy: 'test',
        version: 1,
      },
      { line: 2, periodStart: '2026-02-01', periodEnd: '2026-03-01', amount: '5.60' },
    ]);
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('31.00');
    expect(await monthOf(api, '2026-02', 'supabaseUsd')).toBe('5.60');
    expect((await costsOf(api, '2026-02-28', '2026-03-02')).map((row) => row['supabaseUsd'])).toEqual(['0.20', '1.00']);
  });

  it('of the receipt, in a mail, of an invoice that is stored is a duplicate, and cannot be stored twice', async () => {
    const first = previewOf(await upload(makePdf([invoicePage(invoice)]), 'application/octet-stream'));
    expect((await post(api, CONFIRM, { statements: first.statements })).status).toBe(201);
    // The receipt's hyphen was lost.
    const receipt = makePdf([
      invoicePage({
        ...invoice,
        title: 'Receipt',
        head: [
          ['Invoice number', 'ABC123DE 0007'],
          ['Receipt number', '2627 2457'],
          ['Date paid', 'March 2, 2026'],
        ],
        totals: [
          ['Total', '$36.60'],
          ['Amount paid', '$36.60'],
        ],
      }),
    ]);
    const again = previewOf(
      await upload(makeMail({ text: 'Your receipt', attachments: [['r.pdf', receipt]] }), 'message/rfc822'),
    );
    expect(again.checks).toMatchObject([
      { status: 'duplicate', existing: { invoiceNumber: 'ABC123DE-0007', amount: '31.00', voided: false } },
      { status: 'duplicate' },
    ]);
    const refused = await post(api, CONFIRM, { statements: again.statements });
    expect([refused.status, problemOf(refused).errors?.[0]?.field]).toEqual([409, 'invoiceNumber']);
    expect(await dataOf(api, HISTORY)).toHaveLength(2);
  });

  it('names what is stored with other figures, was voided, or covers the same days', async () => {
    await post(api, ENTRY, {
      provider: 'supabase',
      invoiceNumber: 'ABC123DE-0007',
      periodStart: '2026-03-01',
      periodEnd: '2026-04-01',
      amount: '36.60',
    });
    const pdf = makePdf([invoicePage(invoice)]);
    const other = previewOf(await upload(pdf, 'application/pdf'));
    expect(other.checks).toMatchObject([
      { status: 'conflict', message: expect.stringMatching(/other figures/), existing: { amount: '36.60' } },
      { status: 'conflict' },
    ]);
    await post(api, `${HISTORY}/${other.checks[0]?.existing?.id}/void`, { reason: 'was typed as one' });
    expect(previewOf(await upload(pdf, 'application/pdf')).checks[0]).toMatchObject({
      status: 'conflict',
      existing: { voided: true },
      message: expect.stringMatching(/voided/),
    });
    await post(api, ENTRY, { billingDate: '2026-03-01', weaviateUsd: '45.00' });
    const csv = CSV.replace('hetzner;R-1', 'weaviate;');
    expect(previewOf(await upload(csv, 'text/csv')).checks).toMatchObject([
      { status: 'conflict', row: 2, message: expect.stringMatching(/no number/) },
    ]);
  });

  it('of a CSV, by a form that can send JSON only', async () => {
    const preview = previewOf(
      await post(api, IMPORT, {
        fileName: 'C:\\Users\\x\\table.csv',
        contentBase64: Buffer.from(CSV).toString('base64'),
      }),
    );
    expect(preview).toMatchObject({
      kind: 'csv',
      fileName: 'table.csv',
      rowErrors: [],
      checks: [{ status: 'new', row: 2 }],
    });
    expect((await post(api, CONFIRM, { statements: preview.statements })).status).toBe(201);
    expect(await monthOf(api, '2026-03', 'otherUsd')).toBe('62.00');
    const named = await upload(CSV, 'text/plain', {}, 'admin', `${IMPORT}?fileName=a.csv`);
    expect(previewOf(named)).toMatchObject({ fileName: 'a.csv', checks: [{ status: 'duplicate' }] });
  });

  it('says what a typed invoice would be refused for', async () => {
    const later = makePdf([
      invoicePage({
        ...invoice,
        head: [
          ['Invoice number', 'ABC123DE-0009'],
          ['Date of issue', 'April 1, 2026'],
        ],
      }),
    ]);
    const { checks, statements } = previewOf(await upload(later, 'application/pdf'));
    expect(checks).toMatchObject([{ status: 'invalid', problems: [{ field: 'billingDate' }] }, { status: 'invalid' }]);
    const refused = await post(api, CONFIRM, { statements });
    expect(refused.status).toBe(400);
    expect(problemOf(refused).errors?.map(({ field }) => field)).toEqual([
      'statements.0.billingDate',
      'statements.1.billingDate',
    ]);
    const incomplete = previewOf(await upload(CSV.replace('hetzner', 'all'), 'text/csv'));
    expect(incomplete.checks).toMatchObject([{ status: 'invalid', problems: [{ field: 'provider' }] }]);
  });
});

describe('row 37: refused, and nothing stored', () => {
  beforeAll(start);
  afterAll(end);

  it.each<[number, string, string, () => Uint8Array | string]>([
    [413, 'application/pdf', 'a file of 20 MB', () => Buffer.alloc(20 * 1024 * 1024)],
    [415, 'application/zip', 'another type', () => 'PK'],
    [415, 'multipart/form-data; boundary=x', 'a form', () => '--x--'],
    [415, 'application/pdf', 'no PDF at all', () => Buffer.from('PK\u0003\u0004\u0000')],
    [422, 'application/pdf', 'a PDF without text', () => makePdf([[]])],
    [422, 'application/pdf', 'an encrypted PDF', () => makePdf([[{ text: 'x', x: 1, y: 1 }]], { encrypted: true })],
    [422, 'text/csv', 'another header', () => 'when;how much\r\n1;2\r\n'],
    [400, 'application/pdf', 'an empty body', () => ''],
    [400, 'application/json', 'no base64', () => JSON.stringify({ contentBase64: 'data:application/pdf;base64,AAAA' })],
    [400, 'application/json', 'an unknown field', () => JSON.stringify({ contentBase64: 'AAAA', file: 'x' })],
    [413, 'application/json', 'too much base64', () => JSON.stringify({ contentBase64: 'A'.repeat(8_000_000) })],
  ])('%i: %s, %s', async (status, type, _name, bytes) => {
    const answer = await upload(bytes(), type);
    expect(answer.status, answer.text.slice(0, 500)).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(problemOf(answer).detail).toMatch(/\w{3}/);
    expect(await dataOf(api, HISTORY)).toEqual([]);
  });

  it('a viewer may neither preview nor confirm, and a link is neither answered nor logged', async () => {
    expect((await upload(CSV, 'text/csv', {}, 'viewer')).status).toBe(403);
    expect((await post(api, CONFIRM, { statements: [] }, 'viewer')).status).toBe(403);
    const text =
      'Receipt from Supabase $5.00\nInvoice number ABC123DE-0001\nAmount paid $5.00\nhttps://invoice.stripe.com/i/acct_1/live_planted?s=em';
    const answer = await upload(makeMail({ text }), 'message/rfc822');
    expect(previewOf(answer).statements).toHaveLength(1);
    expect(answer.text + api.logged()).not.toMatch(/live_planted|invoice\.stripe\.com/);
  });
});

const statement = {
  provider: 'supabase',
  invoiceNumber: 'N-1',
  periodStart: '2026-03-01',
  periodEnd: '2026-04-01',
  amount: '5.00',
  currency: 'USD',
};

describe('confirm', () => {
  beforeEach(start);
  afterEach(end);

  it('stores all or nothing', async () => {
    await post(api, ENTRY, { ...statement, invoiceNumber: 'N-2' });
    const refused = await post(api, CONFIRM, { statements: [statement, { ...statement, invoiceNumber: 'N-2' }] });
    expect(refused.status).toBe(409);
    expect(await dataOf(api, HISTORY)).toHaveLength(1);
  });

  it('takes twenty at once of the same file once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        post(api, CONFIRM, {
          statements: [
            { ...statement, line: 0 },
            { ...statement, line: 1, periodStart: '2026-02-01', periodEnd: '2026-03-01' },
          ],
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
    expect(await dataOf(api, HISTORY)).toHaveLength(2);
  });
});

describe('confirm of bad statements', () => {
  beforeAll(start);
  afterAll(end);

  it.each([
    ['statements', {}],
    ['statements', { statements: [] }],
    ['statements.0.currency', { statements: [{ ...statement, currency: null }] }],
    ['statements.0.provider', { statements: [{ ...statement, provider: null }] }],
    ['statements.0.amount', { statements: [{ ...statement, amount: null }] }],
    ['statements.0.amount', { statements: [{ ...statement, amount: '-5.00' }] }],
    ['statements.0.amount', { statements: [{ ...statement, amount: 5 }] }],
    ['statements.0.periodEnd', { statements: [{ ...statement, periodEnd: null }] }],
    ['statements.0.colour', { statements: [{ ...statement, colour: 'red' }] }],
    ['statements.1.invoiceNumber', { statements: [statement, statement] }],
  ])('names %s', async (field, body) => {
    const refused = await post(api, CONFIRM, body);
    expect(refused.status, refused.text).toBe(400);
    expect(problemOf(refused).errors?.map((error) => error.field)).toContain(field);
    expect(await dataOf(api, HISTORY)).toEqual([]);
  });
});
