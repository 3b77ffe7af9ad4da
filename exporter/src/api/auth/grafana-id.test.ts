import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, type GenerateKeyPairResult } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type TestApi } from '../../../test/api-server.ts';
import { dataOf, ENTRY, HISTORY } from '../../../test/billing.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';

let database: TestDatabase;
let api: TestApi;
let grafana: Server;
let keys: GenerateKeyPairResult;
let away = false;
const asked: string[] = [];

beforeAll(async () => {
  keys = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'grafana', alg: 'ES256', use: 'sig' };
  grafana = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(away ? 500 : 200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => grafana.listen(0, '127.0.0.1', resolve));
  database = await createTestDatabase();
  api = await startApi(database.url, { env: { GRAFANA_URL: url() } });
});
afterAll(async () => {
  await api.close();
  await database.drop();
  await new Promise((resolve) => grafana.close(resolve));
});

function url(): string {
  return `http://127.0.0.1:${z.object({ port: z.number() }).parse(grafana.address()).port}/`;
}

const IDENTITY = { type: 'user', identifier: '1', username: 'anna', email: 'anna@example.com', namespace: 'default' };

function signed(claims: object = {}, key = keys.privateKey, expires = '10m'): Promise<string> {
  return new SignJWT({ ...IDENTITY, sub: 'user:1', iss: 'https://grafana.example.com/', aud: 'org:1', ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'grafana', typ: 'jwt' })
    .setExpirationTime(expires)
    .sign(key);
}

let vendors = 0;
function enter(headers: Record<string, string>, to = api) {
  vendors += 1;
  return to.send('POST', ENTRY, {
    headers,
    body: JSON.stringify({
      provider: `vendor-${vendors}`,
      periodStart: '2026-03-01',
      periodEnd: '2026-04-01',
      amount: '1.00',
    }),
  });
}

const stored = z.object({ data: z.array(z.object({ createdBy: z.string() })) });

it('names the person that Grafana vouches for, else the token', async () => {
  const author = async (claims: object) =>
    stored.parse((await enter({ 'x-grafana-id': await signed(claims) })).json).data[0]?.createdBy;
  expect(await author({})).toBe('anna');
  expect(await author({ username: undefined })).toBe('anna@example.com');
  expect(await author({ username: '', email: undefined })).toBe('user:1');
  expect(await author({ username: 'an\u0000na\u202e' })).toBe('anna');
  expect(stored.parse((await enter({})).json).data[0]?.createdBy).toBe('test');
  expect(new Set(asked)).toEqual(new Set(['/api/signing-keys/keys']));
});

it('refuses every header that is not such an identity, and stores nothing', async () => {
  const before = (await dataOf(api, HISTORY)).length;
  const stranger = await generateKeyPair('ES256');
  const cases: Record<string, string> = {
    empty: '',
    text: 'anna',
    dots: '..',
    expired: await signed({}, keys.privateKey, '-5m'),
    'another key': await signed({}, stranger.privateKey),
    'service account': await signed({ type: 'service-account', sub: 'service-account:2' }),
    'no type': await signed({ type: undefined }),
    'no organisation': await signed({ aud: 'somebody' }),
    HS256: await new SignJWT({ ...IDENTITY, sub: 'user:1', iss: 'x', aud: 'org:1' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1h')
      .sign(Buffer.alloc(32, 1)),
  };
  for (const [name, header] of Object.entries(cases))
    expect((await enter({ 'x-grafana-id': header })).status, name).toBe(401);
  expect((await dataOf(api, HISTORY)).length).toBe(before);
});

it('is not asked where GRAFANA_URL is not set, and says 503 where the keys cannot be read', async () => {
  const without = await startApi(database.url);
  const unreachable = await startApi(database.url, { env: { GRAFANA_URL: url() } });
  away = true;
  try {
    expect(stored.parse((await enter({ 'x-grafana-id': 'anything' }, without)).json).data[0]?.createdBy).toBe('test');
    expect((await enter({ 'x-grafana-id': await signed() }, unreachable)).status).toBe(503);
  } finally {
    away = false;
    await without.close();
    await unreachable.close();
  }
});
