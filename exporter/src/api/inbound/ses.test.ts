import { execFileSync } from 'node:child_process';
import { createSign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type TestApi } from '../../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { invoiceMail } from '../../../test/inbox.ts';
import { snsMessage, snsUrl, textToSign, type FetchFromAws } from './sns-signature.ts';

/** The certificate is valid from now on, so the clock is not fixed at another time. */
const NOW = new Date(Date.now() + 1_000).toISOString();
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:invoices';
const CERT = 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem';
const PATH = '/api/v1/inbound/mail/ses';

let database: TestDatabase;
let api: TestApi;
let amazon: Server;
let isAway = false;
const asked: string[] = [];
const folder = mkdtempSync(join(tmpdir(), 'sns-'));
const files = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') };

beforeAll(async () => {
  const subject = ['-subj', '/CN=sns.amazonaws.com', '-days', '1'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, '-keyout', files.key, '-out', files.cert],
    { stdio: 'ignore' },
  );
  amazon = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(isAway ? 500 : 200).end(readFileSync(files.cert));
  });
  await new Promise<void>((resolve) => amazon.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(amazon.address());
  // The addresses stay Amazon's and are checked; only the connection goes to this machine.
  const fetchFromAws: FetchFromAws = (url) => fetch(`http://127.0.0.1:${port}${url.pathname}${url.search}`);
  database = await createTestDatabase();
  api = await startApi(database.url, { env: { INBOUND_SES_TOPIC_ARN: TOPIC, NOW }, deps: { fetchFromAws } });
});
afterAll(async () => {
  await api.close();
  await database.drop();
  amazon.close();
  rmSync(folder, { recursive: true });
});

const mail = invoiceMail();
const received = (content: string, encoding: string): string =>
  JSON.stringify({
    notificationType: 'Received',
    content,
    receipt: { action: { type: 'SNS', topicArn: TOPIC, encoding } },
  });

function message(changes: Record<string, unknown> = {}, digest = 'RSA-SHA256'): string {
  const unsigned = snsMessage.parse({
    Type: 'Notification',
    MessageId: 'm-1',
    TopicArn: TOPIC,
    Subject: 'Amazon SES Email Receipt Notification',
    Message: received(mail.toString('base64'), 'BASE64'),
    Timestamp: NOW,
    SignatureVersion: digest === 'RSA-SHA256' ? '2' : '1',
    SigningCertURL: CERT,
    Signature: '',
    ...changes,
  });
  const signature = createSign(digest).update(textToSign(unsigned)).sign(readFileSync(files.key), 'base64');
  return JSON.stringify({ ...unsigned, Signature: signature });
}

async function send(body: string): Promise<{ status: number; json: unknown }> {
  const response = await fetch(api.url + PATH, {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/plain; charset=UTF-8' },
  });
  return { status: response.status, json: await response.json() };
}

it('takes a mail once by its message, in both encodings and both versions of the signature', async () => {
  expect(await send(message())).toMatchObject({ status: 200, json: { outcome: 'new' } });
  expect(await send(message())).toMatchObject({ status: 200, json: { outcome: 'repeated' } });
  expect(
    await send(message({ MessageId: 'm-2', Message: received(mail.toString(), 'UTF8') }, 'RSA-SHA1')),
  ).toMatchObject({
    status: 200,
    json: { outcome: 'known' },
  });
  expect(asked).toEqual(['/SimpleNotificationService-1.pem']);
});

it('confirms a subscription of the topic, at an address of Amazon only', async () => {
  const subscription = (SubscribeURL: string): string =>
    message({ Type: 'SubscriptionConfirmation', MessageId: 'm-3', Token: 'abc', SubscribeURL, Subject: undefined });
  expect(await send(subscription('https://evil.example/?Action=ConfirmSubscription'))).toMatchObject({ status: 401 });
  asked.length = 0;
  const at = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=abc';
  expect(await send(subscription(at))).toMatchObject({ status: 200, json: { outcome: 'nothing' } });
  expect(asked).toEqual(['/?Action=ConfirmSubscription&Token=abc']);
});

it.each([
  [
    'another topic',
    () => message({ TopicArn: TOPIC.replace('123456789012', '999999999999') }),
    401,
    'not of the topic',
  ],
  [
    'another host',
    () => message({ SigningCertURL: 'https://sns.eu-west-1.amazonaws.com.evil.example/a.pem' }),
    401,
    'SigningCertURL',
  ],
  ['plain http', () => message({ SigningCertURL: CERT.replace('https', 'http') }), 401, 'SigningCertURL'],
  ['a changed message', () => message().replace('m-1', 'm-9'), 401, 'not one of Amazon'],
  [
    'an old message',
    () => message({ Timestamp: new Date(Date.parse(NOW) - 25 * 3_600_000).toISOString() }),
    401,
    'more than a day old',
  ],
  ['no mail', () => message({ MessageId: 'm-5', Message: '{"notificationType":"Bounce"}' }), 422, 'holds no mail'],
  ['no message', () => '{}', 400, 'not a message of Amazon SNS'],
  ['no JSON', () => 'hello', 400, 'not valid JSON'],
])('refuses %s', async (_, body, status, detail) => {
  expect(await send(body())).toMatchObject({ status, json: { detail: expect.stringContaining(detail) } });
});

it('lets Amazon try again while its certificate cannot be read', async () => {
  isAway = true;
  const other = { SigningCertURL: CERT.replace('-1.pem', '-2.pem'), MessageId: 'm-6' };
  expect(await send(message(other))).toMatchObject({ status: 503 });
  isAway = false;
  expect(await send(message(other))).toMatchObject({ status: 200 });
});

it.each([
  ['https://sns.us-east-1.amazonaws.com/a.pem', true],
  ['https://sns.cn-north-1.amazonaws.com.cn/a.pem', true],
  ['https://sns.us-east-1.amazonaws.com:8443/a.pem', false],
  ['https://user@sns.us-east-1.amazonaws.com/a.pem', false],
  ['https://s3.us-east-1.amazonaws.com/sns.pem', false],
  ['https://sns.evil.amazonaws.com.example/a.pem', false],
  ['https://bucket.sns.us-east-1.amazonaws.com/a.pem', false],
  ['not an address', false],
])('the address %s is one of Amazon SNS: %s', (text, expected) => {
  expect(snsUrl(text) !== undefined).toBe(expected);
});
