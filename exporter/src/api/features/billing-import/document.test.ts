import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startApi, token, type Answer, type TestApi } from '../../../../test/api-server.ts';
import { dataOf, HISTORY, post, problemOf, storedRows } from '../../../../test/billing.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { invoicePage, makePdf } from '../../../../test/pdf.ts';
import { BILLING_PATHS } from '../../../contract/billing.ts';
import { API_BASE } from '../../../contract/datasets.ts';
import type { ImportPreview } from '../../../contract/imports.ts';
import { importPreviewSchema } from '../../../imports/preview-schema.ts';
import { dropOldDocuments } from '../../../invoices/documents/store.ts';

const IMPORT = API_BASE + BILLING_PATHS.import;
const CONFIRM = API_BASE + BILLING_PATHS.importConfirm;
const KEY = randomBytes(32).toString('base64');
const NAME = 'Facture "été".pdf';

const PDF = makePdf([
  invoicePage({
    head: [
      ['Invoice number', 'ABC123DE-0007'],
      ['Date of issue', 'March 1, 2026'],
    ],
    vendor: 'Supabase Pte Ltd',
    lines: [{ description: 'Pro Plan', amount: '$31.00', period: 'Mar 1 – Apr 1, 2026' }],
    totals: [
      ['Subtotal', '$31.00'],
      ['Total', '$31.00'],
      ['Amount due', '$31.00 USD'],
    ],
  }),
]);

let database: TestDatabase;
let api: TestApi;
beforeEach(async () => {
  database = await createTestDatabase();
  api = await startApi(database.url, { env: { DOCUMENT_KEY: KEY } });
});
afterEach(async () => {
  await api.close();
  await database.drop();
});

async function restart(options: Parameters<typeof startApi>[1]): Promise<void> {
  await api.close();
  api = await startApi(database.url, options);
}

async function preview(file: Uint8Array = PDF, name = NAME): Promise<ImportPreview> {
  const response = await fetch(api.url + IMPORT, {
    method: 'POST',
    body: Buffer.from(file),
    headers: {
      'content-type': 'application/octet-stream',
      'x-file-name': encodeURIComponent(name),
      authorization: `Bearer ${await token({ role: 'admin' })}`,
    },
  });
  expect(response.status).toBe(200);
  return importPreviewSchema.parse(await response.json());
}

/** Uploads and confirms; the id of the stored entry. */
async function enter(): Promise<string> {
  const { statements, documentId } = await preview();
  const stored = await post(api, CONFIRM, { statements, documentId });
  expect(stored.status, stored.text).toBe(201);
  const [row] = storedRows(stored);
  expect(row?.hasDocument).toBe(true);
  return row?.id ?? '';
}

const pathOf = (id: string): string => `${HISTORY}/${id}/document`;

async function open(id: string): Promise<{ headers: Headers; bytes: Buffer }> {
  const response = await fetch(api.url + pathOf(id), {
    headers: { authorization: `Bearer ${await token({ role: 'admin' })}` },
  });
  expect(response.status).toBe(200);
  return { headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

it('opens from the history byte for byte, as a download that no browser runs, and is noted in the audit log', async () => {
  const id = await enter();
  const { headers, bytes } = await open(id);
  expect(bytes.equals(PDF)).toBe(true);
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': 'application/pdf',
    'content-disposition': `attachment; filename="Facture __t__.pdf"; filename*=UTF-8''Facture%20%22%C3%A9t%C3%A9%22.pdf`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, no-store',
  });
  let audit: Record<string, unknown>[] = [];
  for (let tries = 0; tries < 100 && !audit.some(({ method }) => method === 'GET'); tries += 1) {
    await sleep(20);
    audit = await dataOf(api, '/api/v1/admin/audit-log');
  }
  expect(audit).toContainEqual(
    expect.objectContaining({ method: 'GET', route: BILLING_PATHS.document, target: id, status: 200 }),
  );
});

it('stays with every version of the invoice, and the history says which have one', async () => {
  const id = await enter();
  await post(api, `${HISTORY}/${id}/correction`, { notes: 'checked' });
  const versions = await dataOf(api, HISTORY);
  expect(versions.map(({ hasDocument }) => hasDocument)).toEqual([true, true]);
  for (const version of versions) expect((await open(String(version['id']))).bytes.equals(PDF)).toBe(true);
  const typed = await post(api, API_BASE + BILLING_PATHS.entry, {
    provider: 'hetzner',
    invoiceNumber: 'R-1',
    billingDate: '2026-03-01',
    amount: '5.00',
  });
  const [row] = storedRows(typed);
  expect(row?.hasDocument).toBe(false);
  expect(problemOf(await api.get(pathOf(row?.id ?? ''), 'admin'))).toMatchObject({ status: 404 });
});

it('has a name with its kind where it came without one', async () => {
  const answer = await post(api, IMPORT, { contentBase64: PDF.toString('base64') });
  const { statements, documentId } = importPreviewSchema.parse(answer.json);
  const [row] = storedRows(await post(api, CONFIRM, { statements, documentId }));
  const { headers } = await open(row?.id ?? '');
  expect(headers.get('content-disposition')).toContain(`filename="invoice-${row?.id}.pdf"`);
});

it('is not there before the confirmation, and an upload that nobody confirms is deleted after a day', async () => {
  const { statements, documentId } = await preview();
  expect(documentId).toMatch(/^\d+$/);
  await dropOldDocuments(database.pool, 3_650, new Date(Date.parse('2026-03-15T12:00:00Z') + 25 * 3_600_000));
  const gone = await post(api, CONFIRM, { statements, documentId });
  expect(gone.status).toBe(400);
  expect(problemOf(gone).errors).toEqual([
    { field: 'documentId', message: expect.stringContaining('upload it again, or leave the field out') },
  ]);
  expect(await dataOf(api, HISTORY)).toEqual([]);
  expect((await post(api, CONFIRM, { statements })).status).toBe(201);
});

it('says which key is missing where another one is set, and none of it is in the answer or the log', async () => {
  const id = await enter();
  const other = randomBytes(32).toString('base64');
  await restart({ env: { DOCUMENT_KEY: other } });
  const wrong: Answer = await api.get(pathOf(id), 'admin');
  expect([wrong.status, problemOf(wrong).detail]).toEqual([409, expect.stringMatching(/another key .*DOCUMENT_KEY/)]);
  for (const secret of [KEY, other]) expect(wrong.text + api.logged()).not.toContain(secret);
  await restart({ deps: { documentKey: undefined } });
  const none = await api.get(pathOf(id), 'admin');
  expect([none.status, problemOf(none).detail]).toEqual([409, expect.stringContaining('set DOCUMENT_KEY')]);
});

it('is not stored without a key, which the preview says, nor with a retention of 0', async () => {
  await restart({ deps: { documentKey: undefined } });
  const without = await preview();
  expect(without.documentId).toBeNull();
  expect(without.warnings).toEqual([
    { code: 'document_not_stored', message: expect.stringContaining('set DOCUMENT_KEY') },
  ]);
  await restart({ env: { DOCUMENT_RETENTION_DAYS: '0' } });
  expect(await preview()).toMatchObject({ documentId: null, warnings: [] });
  const { rows } = await database.pool.query('SELECT 1 FROM invoice_documents');
  expect(rows).toEqual([]);
});
