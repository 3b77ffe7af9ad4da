import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startApi, NOW, type TestApi } from '../../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { invoiceMail } from '../../../test/inbox.ts';
import { createPool } from '../../database/pool.ts';
import { MAX_BODIES } from './routes.ts';
import { signatureOf } from './signed-mail.ts';

const SECRET = 'a-secret-that-a-mail-server-shares-with-us';
const MAILGUN = 'key-of-mailgun';
const PATH = '/api/v1/inbound/mail';
const NOW_SECONDS = Date.parse(NOW) / 1_000;

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  api = await start();
  return async () => {
    await api.close();
    const pool = createPool(database.url, { max: 1 });
    await pool.query('TRUNCATE invoice_inbox, inbound_deliveries CASCADE');
    await pool.end();
  };
});
afterAll(() => database.drop());

function start(
  env: Record<string, string> = { INBOUND_MAIL_SECRET: SECRET, INBOUND_MAILGUN_KEY: MAILGUN },
): Promise<TestApi> {
  return startApi(database.url, { env });
}

interface Answer {
  readonly status: number;
  readonly json: unknown;
  readonly headers: Headers;
}

async function send(
  path: string,
  body: Buffer | FormData | string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(api.url + path, {
    method: 'POST',
    body: Buffer.isBuffer(body) ? new Uint8Array(body) : body,
    headers,
  });
  return { status: response.status, json: await response.json(), headers: response.headers };
}

function signed(body: Buffer, { at = NOW_SECONDS, secret = SECRET } = {}): Record<string, string> {
  return {
    'content-type': 'message/rfc822',
    'x-marginboard-timestamp': String(at),
    'x-marginboard-signature': signatureOf(secret, String(at), body),
  };
}

async function waiting(): Promise<unknown> {
  return (await api.get('/api/v1/inbox/count')).json;
}

const mail = invoiceMail();
/** For a machine that does much else. */
const SLOW = { timeout: 20_000 };

it('takes a signed mail once, also after a restart and by another exporter', async () => {
  expect(await send(PATH, mail, signed(mail))).toMatchObject({ status: 200, json: { outcome: 'new' } });
  const again = { status: 409, json: { detail: expect.stringContaining('was received before') } };
  expect(await send(PATH, mail, signed(mail))).toMatchObject(again);
  await api.close();
  api = await start();
  expect(await send(PATH, mail, signed(mail))).toMatchObject(again);
  // The same mail with a signature of its own is known by its content.
  expect(await send(PATH, mail, signed(mail, { at: NOW_SECONDS - 1 }))).toMatchObject({
    status: 200,
    json: { outcome: 'known' },
  });
  expect(await waiting()).toMatchObject({ data: { needs_attention: 1 } });
});

it('takes one of two equal requests that come at the same time', async () => {
  const answers = await Promise.all([send(PATH, mail, signed(mail)), send(PATH, mail, signed(mail))]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
});

it.each([
  ['no signature', () => ({ 'content-type': 'message/rfc822' }), 401, 'X-Marginboard-Timestamp must hold'],
  ['another secret', () => signed(mail, { secret: SECRET.toUpperCase() }), 401, 'another secret'],
  ['another body', () => signed(Buffer.from('Subject: other\r\n\r\n')), 401, 'over other bytes'],
  ['six minutes ago', () => signed(mail, { at: NOW_SECONDS - 360 }), 401, 'clock of the sender'],
  ['in six minutes', () => signed(mail, { at: NOW_SECONDS + 360 }), 401, 'clock of the sender'],
  [
    'another timestamp',
    () => ({ ...signed(mail), 'x-marginboard-timestamp': String(NOW_SECONDS - 1) }),
    401,
    'other bytes',
  ],
  ['a form', () => ({ ...signed(mail), 'content-type': 'multipart/form-data' }), 415, 'message/rfc822'],
])('refuses a mail with %s', async (_, headers, status, detail) => {
  expect(await send(PATH, mail, headers())).toMatchObject({
    status,
    json: { detail: expect.stringContaining(detail) },
  });
  expect(await waiting()).toMatchObject({ data: { new: 0, ready: 0, needs_attention: 0, not_an_invoice: 0 } });
});

it('reads the bodies of a few mails at once, and takes more when those have ended', async () => {
  const status = async () => (await send(PATH, mail, signed(mail))).status;
  const slow = Array.from({ length: MAX_BODIES }, () => {
    const sender = request(api.url + PATH, {
      method: 'POST',
      headers: { ...signed(mail), 'content-length': mail.length },
    });
    sender.on('error', () => undefined);
    sender.write(mail.subarray(0, 10));
    return sender;
  });
  await expect.poll(status, SLOW).toBe(503);
  expect((await send(PATH, mail, signed(mail))).headers.get('retry-after')).toBe('30');
  for (const sender of slow) sender.destroy();
  await expect.poll(status, SLOW).toBe(200);
});

it('refuses what is too large before it is whole in memory', async () => {
  const large = Buffer.alloc(25 * 1024 * 1024 + 1, 'a');
  expect(await send(PATH, large, signed(large))).toMatchObject({ status: 413 });
});

it('is closed without its setting, says which, and no token of the API opens it', async () => {
  await api.close();
  api = await start({});
  for (const [path, setting] of [
    [PATH, 'INBOUND_MAIL_SECRET'],
    [`${PATH}/postmark`, 'INBOUND_MAIL_SECRET'],
    [`${PATH}/mailgun/mime`, 'INBOUND_MAILGUN_KEY'],
    [`${PATH}/ses`, 'INBOUND_SES_TOPIC_ARN'],
  ] as const)
    expect(await api.send('POST', path, { body: '{}' })).toMatchObject({
      status: 404,
      json: { detail: expect.stringContaining(setting) },
    });
  expect((await fetch(api.url + PATH)).status).toBe(405);
});

it('keeps secrets and mails out of the log, and notes the delivery in the audit log', async () => {
  await send(PATH, mail, signed(mail));
  expect(api.logged()).not.toContain(SECRET);
  expect(api.logged()).not.toContain('supabase');
  await expect
    .poll(async () => (await api.get('/api/v1/admin/audit-log', 'admin')).json)
    .toMatchObject({
      data: expect.arrayContaining([expect.objectContaining({ route: '/inbound/mail', status: 200 })]),
    });
});

it('limits guesses', async () => {
  await api.close();
  api = await startApi(database.url, { env: { INBOUND_MAIL_SECRET: SECRET }, deps: { limits: { failedLogins: 2 } } });
  const guess = (): Promise<Answer> => send(PATH, mail, signed(mail, { secret: 'wrong' }));
  expect([await guess(), await guess(), await guess()].map(({ status }) => status)).toEqual([401, 401, 429]);
  expect((await send(PATH, mail, signed(mail))).status).toBe(200);
});

function ofMailgun(token: string, fields: Record<string, string> = {}, key = MAILGUN): FormData {
  const form = new FormData();
  const timestamp = String(NOW_SECONDS);
  const signature = createHmac('sha256', key)
    .update(timestamp + token)
    .digest('hex');
  for (const [name, value] of Object.entries({ timestamp, token, signature, 'body-mime': mail.toString(), ...fields }))
    form.set(name, value);
  return form;
}

it('takes a mail of Mailgun once by its token, and says 406 where it must not try again', async () => {
  const path = `${PATH}/mailgun/mime`;
  expect(await send(path, ofMailgun('t1'))).toMatchObject({ status: 200, json: { outcome: 'new' } });
  expect(await send(path, ofMailgun('t1', { 'body-mime': 'Subject: forged\r\n\r\nTotal: $1' }))).toMatchObject({
    status: 200,
    json: { outcome: 'repeated' },
  });
  expect(await send(path, ofMailgun('t2', {}, 'another key'))).toMatchObject({ status: 401 });
  expect(await send(path, ofMailgun('t3', { timestamp: String(NOW_SECONDS - 13 * 3_600) }))).toMatchObject({
    status: 401,
  });
  const parsed = ofMailgun('t4');
  parsed.delete('body-mime');
  expect(await send(path, parsed)).toMatchObject({
    status: 406,
    json: { detail: expect.stringContaining('/mailgun/mime') },
  });
  expect(await send(path, 'no form')).toMatchObject({ status: 406 });
  expect(await waiting()).toMatchObject({ data: { needs_attention: 1, not_an_invoice: 0 } });
});

it('takes a raw mail of Postmark by the password in its address', async () => {
  const path = `${PATH}/postmark`;
  const basic = (password: string): Record<string, string> => ({
    authorization: `Basic ${Buffer.from(`postmark:${password}`).toString('base64')}`,
    'content-type': 'application/json',
  });
  const body = JSON.stringify({ From: 'billing@supabase.example', RawEmail: mail.toString() });
  expect(await send(path, body, basic(SECRET))).toMatchObject({ status: 200, json: { outcome: 'new' } });
  expect(await send(path, body, basic(SECRET))).toMatchObject({ status: 200, json: { outcome: 'known' } });
  for (const headers of [basic('wrong'), basic(''), {}]) {
    const refused = await send(path, body, headers);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="marginboard"']);
  }
  expect(await send(path, '{"From":"a@b.example"}', basic(SECRET))).toMatchObject({
    status: 422,
    json: { detail: expect.stringContaining('Include raw email') },
  });
});
