import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, token, type TestApi } from '../../../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { judge, type DocumentCase } from '../../../../test/document-cases/document-case.ts';
import { DOCUMENT_CASES } from '../../../../test/document-cases/index.ts';
import { SAMPLES } from '../../../../test/document-cases/samples.ts';
import { BILLING_PATHS } from '../../../contract/billing.ts';
import { API_BASE } from '../../../contract/datasets.ts';
import type { ImportPreview } from '../../../contract/imports.ts';
import { importPreviewSchema } from '../../../imports/preview-schema.ts';

let database: TestDatabase;
let api: TestApi;
let admin: string;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startApi(database.url);
  admin = await token({ role: 'admin' });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

async function previewOf(file: Buffer): Promise<ImportPreview> {
  const response = await fetch(api.url + API_BASE + BILLING_PATHS.import, {
    method: 'POST',
    body: file,
    headers: { 'content-type': 'application/octet-stream', authorization: `Bearer ${admin}` },
  });
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return importPreviewSchema.parse(JSON.parse(text));
}

async function expectCase(one: DocumentCase): Promise<void> {
  expect(judge(one, await previewOf(one.file())).faults).toEqual([]);
}

// A thread is started for each file, so two of each group go this way, or with DOCUMENT_CASES=all every one of them;
// `imports/document-cases.test.ts` reads them all.
const all = process.env['DOCUMENT_CASES'] === 'all';
const some = Object.entries(DOCUMENT_CASES).flatMap(([group, cases]) =>
  (all ? cases : [cases[0], cases.at(-1)]).flatMap((one) => (one === undefined ? [] : [{ group, one }])),
);
describe('documents', () => {
  it.each(some)('$group: $one.name', { timeout: 60_000 }, async ({ one }) => expectCase(one));
});

const FOLDER = new URL('../../../../../../shared/cases/documents/', import.meta.url);
describe.skipIf(!existsSync(FOLDER))('documents: samples', () => {
  it.each(SAMPLES)('$file', { timeout: 60_000 }, async ({ file, ...wanted }) => {
    await expectCase({ ...wanted, name: file, file: () => readFileSync(new URL(file, FOLDER)) });
  });
});
