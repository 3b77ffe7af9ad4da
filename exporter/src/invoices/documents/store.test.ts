import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../../test/api-server.ts';
import { dataOf, ENTRY, HISTORY, post } from '../../../test/billing.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { entryAnswer } from '../../api/features/billing/schema.ts';
import { dropOldDocuments, linkDocument, loadDocument, storeDocument } from './store.ts';

const NOW = new Date('2026-03-15T12:00:00Z');
const key = randomBytes(32).toString('base64');
const file = { bytes: randomBytes(70_000), mediaType: 'application/pdf', fileName: 'Facture été.pdf' };

let database: TestDatabase;
let api: TestApi;
beforeEach(async () => {
  database = await createTestDatabase();
  api = await startApi(database.url);
});
afterEach(async () => {
  await api.close();
  await database.drop();
});

async function enter(): Promise<{ id: string; seriesId: string }> {
  const answer = await post(api, ENTRY, {
    provider: 'hetzner',
    invoiceNumber: 'R-1',
    billingDate: '2026-03-01',
    amount: '5.00',
  });
  expect(answer.status, answer.text).toBe(201);
  const [row] = entryAnswer.parse(answer.json).data;
  if (row === undefined) throw new Error('nothing was stored');
  return row;
}

it('gives back the file byte for byte, also after a void, and stores it once and encrypted', async () => {
  const row = await enter();
  const id = await storeDocument(database.pool, file, key, NOW);
  expect(await storeDocument(database.pool, file, key, NOW)).toBe(id);
  expect(await linkDocument(database.pool, id, [row.seriesId])).toBe(true);
  expect(await loadDocument(database.pool, row.id, key)).toEqual(file);
  const { rows } = await database.pool.query<{ ciphertext: Buffer }>('SELECT ciphertext FROM invoice_documents');
  expect(rows).toHaveLength(1);
  expect(rows[0]?.ciphertext.includes(file.bytes.subarray(0, 32))).toBe(false);
  expect((await post(api, `${HISTORY}/${row.id}/void`, { reason: 'twice' })).status).toBe(201);
  const versions = await dataOf(api, HISTORY);
  expect(versions).toHaveLength(2);
  for (const version of versions)
    expect((await loadDocument(database.pool, String(version['id']), key))?.bytes).toEqual(file.bytes);
});

it('names a wrong key and a changed row instead of answering garbage; the same file again mends a lost key', async () => {
  const row = await enter();
  const id = await storeDocument(database.pool, file, key, NOW);
  await linkDocument(database.pool, id, [row.seriesId]);
  const other = randomBytes(32).toString('base64');
  await expect(loadDocument(database.pool, row.id, other)).rejects.toThrow(/another key .*DOCUMENT_KEY/);
  await storeDocument(database.pool, file, other, NOW);
  expect((await loadDocument(database.pool, row.id, other))?.bytes).toEqual(file.bytes);
  await database.pool.query("UPDATE invoice_documents SET ciphertext = ciphertext || '\\x00'::bytea");
  await expect(loadDocument(database.pool, row.id, other)).rejects.toThrow(/damaged/);
});

it('deletes what is older than the retention, and uploads that were not confirmed within a day', async () => {
  const row = await enter();
  const id = await storeDocument(database.pool, file, key, NOW);
  await linkDocument(database.pool, id, [row.seriesId]);
  const pending = await storeDocument(database.pool, { ...file, bytes: randomBytes(10) }, key, NOW);
  const days = (count: number): Date => new Date(NOW.getTime() + count * 86_400_000);
  expect(await dropOldDocuments(database.pool, 10, days(1))).toBe(0);
  expect(await dropOldDocuments(database.pool, 10, days(1.01))).toBe(1);
  expect(await linkDocument(database.pool, pending, [row.seriesId])).toBe(false);
  expect(await dropOldDocuments(database.pool, 10, days(9.9))).toBe(0);
  expect(await dropOldDocuments(database.pool, 10, days(10))).toBe(1);
  expect(await loadDocument(database.pool, row.id, key)).toBeUndefined();
});
