import { exportSPKI, SignJWT, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JWT_SECRET, startApi, token, type TestApi } from '../../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { startIssuer, type Issuer } from '../../../test/issuer.ts';

let database: TestDatabase;
let issuer: Issuer;
/** Verifies by the issuer's RS256 keys only. */
let remote: TestApi;
/** Verifies by its own secret only. */
let own: TestApi;
/** Takes both. */
let both: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  issuer = await startIssuer('RS256');
  issuer.publish(['one']);
  const checks = { JWT_ISSUER: 'me', JWT_AUDIENCE: 'marginboard' };
  remote = await startApi(database.url, { env: { JWKS_URL: issuer.url, ...checks }, deps: { jwtSecret: undefined } });
  own = await startApi(database.url, { env: { METRICS_TOKEN: 'metrics-token-of-16' } });
  both = await startApi(database.url, { env: { JWKS_URL: issuer.url } });
});
afterAll(async () => {
  for (const api of [remote, own, both]) await api.close();
  await issuer.close();
  await database.drop();
});

const CLAIMS = { role: 'admin', sub: 'eve', iss: 'me', aud: 'marginboard' };
const seconds = (): number => Math.floor(Date.now() / 1000);
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

async function status(api: TestApi, jwt: string): Promise<number> {
  const answer = await api.send('GET', '/api/v1/nothing', { headers: { authorization: `Bearer ${jwt}` } });
  if (answer.status === 401) expect(answer.json).toEqual({ type: 'about:blank', title: 'Unauthorized', status: 401 });
  return answer.status;
}
/** The path does not exist; only a caller with a valid token learns that. */
const ACCEPTED = 404;

async function rs256(
  header: object = {},
  payload: JWTPayload = CLAIMS,
  expires: string | null = '1h',
): Promise<string> {
  const signer = new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'one', ...header });
  if (expires !== null) signer.setExpirationTime(expires);
  return signer.sign((await issuer.pair('one')).privateKey);
}

async function hs256(secret: string | Uint8Array, payload: JWTPayload = CLAIMS, header: object = {}): Promise<string> {
  return new SignJWT({ exp: seconds() + 3_600, ...payload })
    .setProtectedHeader({ alg: 'HS256', ...header })
    .sign(typeof secret === 'string' ? new TextEncoder().encode(secret) : secret);
}

describe('a server that verifies by published RS256 keys', () => {
  it('takes a good token', async () => expect(await status(remote, await rs256())).toBe(ACCEPTED));

  const refused: [string, () => Promise<string>][] = [
    ['expired', () => rs256({}, CLAIMS, '-1s')],
    ['not valid yet', () => rs256({}, { ...CLAIMS, nbf: seconds() + 60 })],
    ['without exp', () => rs256({}, CLAIMS, null)],
    [
      'with an exp that is not a number',
      async () => `${encoded({ alg: 'RS256', kid: 'one' })}.${encoded({ ...CLAIMS, exp: 'never' })}.AAAA`,
    ],
    ['for another audience', () => rs256({}, { ...CLAIMS, aud: 'somebody' })],
    ['without audience', () => rs256({}, { role: 'admin', iss: 'me' })],
    ['of another issuer', () => rs256({}, { ...CLAIMS, iss: 'you' })],
    ['by a key that is not published', () => issuer.sign('two', CLAIMS)],
    [
      'by another key under a published name',
      async () =>
        new SignJWT(CLAIMS)
          .setProtectedHeader({ alg: 'RS256', kid: 'one' })
          .setExpirationTime('1h')
          .sign((await issuer.pair('two')).privateKey),
    ],
    ['alg none', async () => `${encoded({ alg: 'none', kid: 'one' })}.${encoded({ ...CLAIMS, exp: seconds() + 60 })}.`],
    [
      'alg None, in another case',
      async () => `${encoded({ alg: 'None' })}.${encoded({ ...CLAIMS, exp: seconds() + 60 })}.`,
    ],
    ['without alg', async () => `${encoded({ kid: 'one' })}.${encoded({ ...CLAIMS, exp: seconds() + 60 })}.AAAA`],
    [
      'HS256 under the public key as PEM',
      async () => hs256(await exportSPKI((await issuer.pair('one')).publicKey), CLAIMS, { kid: 'one' }),
    ],
    [
      'HS256 under the public key as JWK',
      async () => hs256(JSON.stringify(await issuer.jwk('one')), CLAIMS, { kid: 'one' }),
    ],
    [
      'HS256 under the modulus',
      async () => hs256(Buffer.from((await issuer.jwk('one')).n ?? '', 'base64url'), CLAIMS, { kid: 'one' }),
    ],
    ['HS256 under our secret, which is not in use', () => hs256(JWT_SECRET)],
    [
      'with its own key in the header',
      async () =>
        new SignJWT(CLAIMS)
          .setProtectedHeader({ alg: 'RS256', jwk: await issuer.jwk('two') })
          .setExpirationTime('1h')
          .sign((await issuer.pair('two')).privateKey),
    ],
    [
      'with the address of its own keys',
      async () =>
        new SignJWT(CLAIMS)
          .setProtectedHeader({ alg: 'RS256', jku: issuer.url, kid: 'two' })
          .setExpirationTime('1h')
          .sign((await issuer.pair('two')).privateKey),
    ],
    [
      'with a critical extension that nobody knows',
      async () => {
        const [, payload, signature] = (await rs256()).split('.');
        return `${encoded({ alg: 'RS256', kid: 'one', crit: ['x'], x: 1 })}.${payload}.${signature}`;
      },
    ],
    [
      'with a weaker hash',
      async () => `${encoded({ alg: 'RS1', kid: 'one' })}.${encoded({ ...CLAIMS, exp: seconds() + 60 })}.AAAA`,
    ],
    ['20 kB of it', async () => 'a'.repeat(20_000)],
  ];
  it.each(refused)('refuses one %s', async (_name, make) => expect(await status(remote, await make())).toBe(401));
});

describe('a server that verifies by its own secret', () => {
  it('refuses RS256, and takes HS256', async () => {
    expect([await status(own, await rs256()), await status(own, await hs256(JWT_SECRET))]).toEqual([401, ACCEPTED]);
  });

  it('takes both kinds where both are set, each by its own key', async () => {
    expect([await status(both, await rs256()), await status(both, await hs256(JWT_SECRET))]).toEqual([
      ACCEPTED,
      ACCEPTED,
    ]);
    expect(await status(both, await hs256(await exportSPKI((await issuer.pair('one')).publicKey)))).toBe(401);
  });

  it.each([
    ['a name', 'viewer', 200],
    ['a list with one of ours', ['authenticated', 'viewer'], 200],
    ['a list of others', ['authenticated'], 403],
    ['an empty list', [], 403],
    ['a number', 1, 403],
    ['true', true, 403],
    ['null', null, 403],
    ['an object', { viewer: true }, 403],
    ['a nested list', [['admin']], 403],
    ['another case', 'Viewer', 403],
    ['a name within', 'viewer admin', 403],
    ['nothing', undefined, 403],
  ])('the role as %s', async (_name, role, expected) => {
    const answer = await own.send('GET', '/api/v1/metrics/summary', {
      headers: { authorization: `Bearer ${await hs256(JWT_SECRET, { sub: 'x', role })}` },
    });
    expect(answer.status).toBe(expected);
  });

  it('a list gives the mightiest role and no more', async () => {
    const sync = async (role: unknown) =>
      (
        await own.send('PUT', '/api/v1/admin/budgets', {
          body: '{}',
          headers: { authorization: `Bearer ${await hs256(JWT_SECRET, { sub: 'x', role })}` },
        })
      ).status;
    expect([await sync(['viewer', 'admin']), await sync(['viewer', 'sync'])]).toEqual([400, 403]);
  });

  it.each(['__proto__', 'constructor', 'constructor.name', 'sub.length'])(
    'the claim %s is looked up in what the token says only',
    async (roleClaim) => {
      const odd = await startApi(database.url, { env: { JWT_ROLE_CLAIM: roleClaim } });
      try {
        expect(
          (await odd.send('GET', '/api/v1/metrics/summary', { headers: { authorization: `Bearer ${await token()}` } }))
            .status,
        ).toBe(403);
      } finally {
        await odd.close();
      }
    },
  );

  it.each(['', 'Basic dXNlcjpwYXNz', 'Bearer', 'bearer  ', 'Bearer a b', 'Bearer tok\ten', `Token ${'x'.repeat(20)}`])(
    '"%s" is not a bearer token',
    async (authorization) => {
      expect((await own.send('GET', '/api/v1/nothing', { headers: { authorization } })).status).toBe(401);
    },
  );
});

describe('METRICS_TOKEN', () => {
  // Compared as digests: a plain timingSafeEqual throws on another length, which would be a 500 and an oracle.
  it.each([
    'm',
    'metrics-token-of-1',
    'metrics-token-of-166',
    'metrics-token-of-17',
    'METRICS-TOKEN-OF-16',
    'x'.repeat(8_000),
    '',
    'metrics-token-of-16\u00e9',
  ])('"%s" is a 401', async (tried) => {
    const answer = await own.send('GET', '/metrics', { headers: { authorization: `Bearer ${tried}` } });
    expect([answer.status, answer.json]).toEqual([401, { type: 'about:blank', title: 'Unauthorized', status: 401 }]);
  });

  it('opens /metrics and nothing else; a token of the API does not open it', async () => {
    const by = async (path: string, value: string) =>
      (await own.send('GET', path, { headers: { authorization: `Bearer ${value}` } })).status;
    expect([
      await by('/metrics', 'metrics-token-of-16'),
      await by('/api/v1/metrics/summary', 'metrics-token-of-16'),
      await by('/metrics', await token({ role: 'admin' })),
    ]).toEqual([200, 401, 401]);
  });
});
