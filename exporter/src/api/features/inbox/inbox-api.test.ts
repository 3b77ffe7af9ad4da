import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, NOW, type Answer, type TestApi } from '../../../../test/api-server.ts';
import { dataOf, monthOf, post, problemOf } from '../../../../test/billing.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { invoiceMail, SIGNED, type MailOptions } from '../../../../test/inbox.ts';
import { signatureOf } from '../../inbound/signed-mail.ts';
import { confirmAnswer, confirmManyAnswer, countAnswer, inboxAnswer, rowAnswer } from './schema.ts';

const INBOX = '/api/v1/admin/inbox';
const SECRET = 'a-secret-that-a-mail-server-shares-with-us';
const ENV = { INBOUND_MAIL_SECRET: SECRET, INBOX_TRUSTED_SENDERS: 'supabase.example', INBOX_AUTHSERV_ID: 'mail.test' };

let database: TestDatabase;
let api: TestApi;
beforeEach(async () => {
  database = await createTestDatabase();
  api = await startApi(database.url, { env: ENV });
});
afterEach(async () => {
  await api.close();
  await database.drop();
});

async function deliver(options: MailOptions = {}): Promise<string> {
  const body = invoiceMail(options);
  const at = String(Date.parse(NOW) / 1_000);
  const response = await fetch(`${api.url}/api/v1/inbound/mail`, {
    method: 'POST',
    body: new Uint8Array(body),
    headers: {
      'content-type': 'message/rfc822',
      'x-marginboard-timestamp': at,
      'x-marginboard-signature': signatureOf(SECRET, at, body),
    },
  });
  expect(response.status).toBe(200);
  return z.object({ id: z.string() }).parse(await response.json()).id;
}

async function list(query = ''): Promise<z.output<typeof inboxAnswer>> {
  return inboxAnswer.parse((await api.get(INBOX + query, 'admin')).json);
}

async function only(): Promise<z.output<typeof inboxAnswer>['data'][number]> {
  const { data } = await list();
  const [row] = data;
  if (row === undefined || data.length !== 1) throw new Error(`${data.length} mails`);
  return row;
}

const act = (id: string, what: string, body: unknown = {}): Promise<Answer> =>
  post(api, `${INBOX}/${id}/${what}`, body);

it('shows what a mail would change, and a click changes exactly that', async () => {
  await post(api, '/api/v1/admin/billing-adjustment', {
    provider: 'supabase',
    component: 'backups',
    periodStart: '2026-03-01',
    periodEnd: '2026-04-01',
    amount: '12.35',
  });
  const id = await deliver({ amount: '$25.00' });
  expect(await only()).toMatchObject({
    id,
    source: 'webhook',
    subject: 'Your invoice',
    statements: [{ provider: 'supabase', invoiceNumber: 'ABC123DE-0007', amount: '25.00' }],
    documents: [{ total: { value: '25.00', confidence: 'high' } }],
    effect: {
      months: [{ month: '2026-03', provider: 'supabase', beforeUsd: '12.35', afterUsd: '37.35' }],
      refusal: null,
    },
  });
  expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('12.35');
  const [first, second] = await Promise.all([act(id, 'confirm'), act(id, 'confirm')]);
  expect([first.status, second.status]).toEqual([201, 201]);
  const entries = [first, second].flatMap(({ json }) => confirmAnswer.parse(json).entries);
  expect(entries).toEqual([
    expect.objectContaining({ amount: '25.00', origin: 'import', hasDocument: true, createdBy: 'test' }),
  ]);
  expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('37.35');
  expect(await only()).toMatchObject({ state: 'confirmed', effect: null, decidedBy: 'test' });
  expect(rowAnswer.parse((await act(id, 'undo')).json).data.decidedBy).toBeNull();
  expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('12.35');
  // Confirming it once more takes up the voided entry again, and is previewed so.
  expect((await only()).effect).toMatchObject({ months: [{ beforeUsd: '12.35', afterUsd: '37.35' }], refusal: null });
  expect((await act(id, 'confirm')).status).toBe(201);
  expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('37.35');
});

it('confirms many that are ready, each with its outcome', async () => {
  const ready = await deliver();
  const other = await deliver({ number: 'A-2', period: 'Apr 1 – May 1, 2026' });
  const unsigned = await deliver({ number: 'A-3', period: 'Feb 1 – Mar 1, 2026', headers: [] });
  expect((await list('?state=ready')).data.map(({ id }) => id)).toEqual([other, ready]);
  const { data } = confirmManyAnswer.parse(
    (await post(api, `${INBOX}/confirm`, { ids: [ready, unsigned, other] })).json,
  );
  expect(data).toEqual([
    { id: ready, outcome: 'confirmed', message: null },
    { id: unsigned, outcome: 'refused', message: expect.stringContaining('not ready') },
    { id: other, outcome: 'confirmed', message: null },
  ]);
  expect(countAnswer.parse((await api.get('/api/v1/inbox/count')).json).data).toMatchObject({
    confirmed: 2,
    needs_attention: 1,
  });
});

it('takes what the reviewer corrected, and proposes it for the next mail of the vendor', async () => {
  const id = await deliver({ vendor: 'Acme Hosting GmbH', number: 'A-1' });
  const [statement] = (await only()).statements;
  const edited = { ...statement, provider: 'acme', component: 'servers' };
  expect((await act(id, 'confirm', { statements: [{ ...edited, amount: '-1' }] })).status).toBe(400);
  expect((await act(id, 'confirm', { statements: [edited], note: 'checked' })).status).toBe(201);
  await deliver({ vendor: 'Acme Hosting GmbH', number: 'A-2', period: 'Apr 1 – May 1, 2026' });
  expect((await list('?state=ready')).data).toMatchObject([
    { corrected: ['provider', 'component'], statements: [{ provider: 'acme' }] },
  ]);
});

it('dismisses with a reason, undoes, and says what is in the way', async () => {
  const id = await deliver();
  expect(problemOf(await act(id, 'dismiss')).errors?.[0]?.field).toBe('reason');
  expect(rowAnswer.parse((await act(id, 'dismiss', { reason: 'not ours' })).json).data).toMatchObject({
    state: 'dismissed',
    note: 'not ours',
  });
  expect(problemOf(await act(id, 'confirm'))).toMatchObject({
    status: 409,
    detail: expect.stringContaining('undo that first'),
  });
  await act(id, 'undo');
  expect((await only()).state).toBe('ready');
  expect(problemOf(await act('999', 'confirm')).status).toBe(404);
  expect(problemOf(await act('x', 'confirm')).errors?.[0]?.field).toBe('id');
  expect(problemOf(await api.get(`${INBOX}?state=good`, 'admin')).errors?.[0]?.field).toBe('state');
});

it('opens the mail byte for byte as a download, noted in the audit log; says where it is not stored', async () => {
  const id = await deliver();
  const answer = await api.get(`${INBOX}/${id}/document`, 'admin');
  expect(answer.text).toBe(invoiceMail().toString());
  expect(answer.headers.get('content-disposition')).toContain(`filename="mail-${id}.eml"`);
  await expect
    .poll(() => dataOf(api, '/api/v1/admin/audit-log'))
    .toContainEqual(
      expect.objectContaining({ method: 'GET', route: '/admin/inbox/{id}/document', target: id, status: 200 }),
    );
  await api.close();
  api = await startApi(database.url, { env: ENV, deps: { documentKey: undefined } });
  const bare = await deliver({ number: 'A-9', headers: [SIGNED] });
  expect(problemOf(await api.get(`${INBOX}/${bare}/document`, 'admin'))).toMatchObject({
    status: 404,
    detail: expect.stringContaining('DOCUMENT_KEY'),
  });
});

it('goes by pages, and says by which ways mails come', async () => {
  for (const number of ['A-1', 'A-2', 'A-3']) await deliver({ number });
  const first = await list('?limit=2');
  const second = await list(`?limit=2&cursor=${first.nextCursor ?? ''}`);
  expect([first.data.length, second.data.length, second.nextCursor, first.sources]).toEqual([2, 1, null, ['webhook']]);
});

it('is named where its invoice is missing, until it is confirmed', async () => {
  await post(api, '/api/v1/admin/billing-adjustment', {
    provider: 'supabase',
    periodStart: '2026-01-01',
    periodEnd: '2026-02-01',
    amount: '25.00',
  });
  const missing = (): Promise<Record<string, unknown>[]> =>
    dataOf(api, '/api/v1/metrics/missing-invoices?provider=supabase');
  const february = { provider: 'supabase', month: '2026-02', from: '2026-02-01', to: '2026-03-01' };
  expect(await missing()).toEqual([{ ...february, waitingMail: null }]);
  await deliver({ vendor: 'Vercel Inc.', number: 'V-1', period: 'Feb 1 – Mar 1, 2026' });
  expect(await missing()).toEqual([{ ...february, waitingMail: null }]);
  const id = await deliver({ number: 'S-2', period: 'Feb 1 – Mar 1, 2026' });
  expect(await missing()).toEqual([{ ...february, waitingMail: id }]);
  await act(id, 'dismiss', { reason: 'not ours' });
  expect(await missing()).toEqual([{ ...february, waitingMail: null }]);
  await act(id, 'undo');
  await act(id, 'confirm');
  expect(await missing()).toEqual([]);
});
