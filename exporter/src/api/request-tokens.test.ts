import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { apiContext } from '../../test/api-context.ts';
import { startApi, token } from '../../test/api-server.ts';
import { problemSchema } from './http/problem.ts';

const context = apiContext();

const SUMMARY = '/api/v1/metrics/summary';
const bearer = (value: string) => ({ headers: { authorization: `Bearer ${value}` } });
const seconds = () => Math.floor(Date.now() / 1000);

describe('row 32: tokens', () => {
  const key = new TextEncoder().encode('a-test-secret-of-more-than-32-bytes!');
  const claims = { role: 'admin', sub: 'eve' };
  const cases: [string, () => string | Promise<string>][] = [
    ['none', () => ''],
    ['no JWT', () => 'abc'],
    ['three empty parts', () => '..'],
    ['expired', () => token({ role: 'admin', expiresAt: seconds() - 1 })],
    ['without exp', () => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(key)],
    [
      'not valid yet',
      () =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256' })
          .setNotBefore(seconds() + 60)
          .setExpirationTime('2h')
          .sign(key),
    ],
    ['another secret', () => token({ role: 'admin' }, 'another-secret-of-more-than-32-bytes')],
    [
      'another HMAC',
      () =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS512' })
          .setExpirationTime('1h')
          .sign(Buffer.concat([key, key])),
    ],
    ['alg none', () => new UnsecuredJWT(claims).setExpirationTime('1h').encode()],
    [
      'alg none under a signature',
      async () => {
        const [, payload, signature] = (await token({ role: 'admin' })).split('.');
        return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.${signature}`;
      },
    ],
    [
      'changed payload',
      async () => {
        const [header, , signature] = (await token()).split('.');
        return `${header}.${Buffer.from(JSON.stringify({ ...claims, exp: seconds() + 60 })).toString('base64url')}.${signature}`;
      },
    ],
    [
      'a public key as algorithm',
      async () =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'RS256' })
          .setExpirationTime('1h')
          .sign((await generateKeyPair('RS256')).privateKey),
    ],
  ];
  it.each(cases)('%s: 401 without detail', async (_name, make) => {
    const answer = await context.api.send('GET', SUMMARY, bearer(await make()));
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="marginboard"');
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.json).toEqual({ type: 'about:blank', title: 'Unauthorized', status: 401 });
  });

  it.each([
    ['viewer', 'GET', SUMMARY, 200],
    ['viewer', 'PUT', '/api/v1/admin/budgets', 403],
    ['viewer', 'POST', '/api/v1/metrics/sync-all', 403],
    ['sync', 'GET', SUMMARY, 403],
    ['sync', 'POST', '/api/v1/metrics/sync-all?nothing=1', 400],
    ['sync', 'PUT', '/api/v1/admin/budgets', 403],
    ['admin', 'GET', SUMMARY, 200],
    ['viewer', 'GET', '/api/v1/admin/budgets', 200],
  ] as const)('%s may %s %s: %i', async (role, method, path, status) => {
    const answer = await context.api.send(method, path, { role });
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.json).toEqual({ type: 'about:blank', title: 'Forbidden', status: 403 });
  });

  it.each([
    ['no role', {}],
    ['a role of somebody else', { role: 'authenticated' }],
    ['a role as object', { role: { admin: true } }],
  ])('%s: 403', async (_name, payload) => {
    const made = await new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1h').sign(key);
    expect((await context.api.send('GET', SUMMARY, bearer(made))).status).toBe(403);
  });

  it('checks issuer and audience where they are set, and reads the role inside objects', async () => {
    const strict = await startApi(context.database.url, {
      env: { JWT_ISSUER: 'me', JWT_AUDIENCE: 'marginboard', JWT_ROLE_CLAIM: 'app_metadata.role' },
    });
    try {
      const status = async (request: Parameters<typeof token>[0]) =>
        (await strict.send('GET', SUMMARY, bearer(await token({ roleClaim: 'app_metadata.role', ...request })))).status;
      expect(await status({ issuer: 'me', audience: 'marginboard' })).toBe(200);
      expect(await status({ issuer: 'you', audience: 'marginboard' })).toBe(401);
      expect(await status({ issuer: 'me', audience: 'other' })).toBe(401);
      expect(await status({ audience: 'marginboard' })).toBe(401);
      expect(await status({ issuer: 'me', audience: 'marginboard', roleClaim: 'role' })).toBe(403);
    } finally {
      await strict.close();
    }
  });

  it('verifies by published keys, and says 503 when they cannot be read', async () => {
    const first = await generateKeyPair('ES256');
    const keys: object[] = [{ ...(await exportJWK(first.publicKey)), kid: 'one', alg: 'ES256' }];
    let broken = false;
    const issuer = createServer((_request, response) => {
      response.writeHead(broken ? 500 : 200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys }));
    });
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
    const { port } = z.object({ port: z.number() }).parse(issuer.address());
    const deps = { jwtSecret: undefined };
    const remote = await startApi(context.database.url, { env: { JWKS_URL: `http://127.0.0.1:${port}/keys` }, deps });
    const away = await startApi(context.database.url, { env: { JWKS_URL: `http://127.0.0.1:${port}/keys` }, deps });
    try {
      const signed = (pair: typeof first, kid: string) =>
        new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).setExpirationTime('1h').sign(pair.privateKey);
      expect((await remote.send('GET', SUMMARY, bearer(await signed(first, 'one')))).status).toBe(200);
      const stranger = await generateKeyPair('ES256');
      expect((await remote.send('GET', SUMMARY, bearer(await signed(stranger, 'one')))).status).toBe(401);
      // An HS256 token must never be checked with a public key, nor with a secret that is not set.
      expect((await remote.send('GET', SUMMARY, bearer(await token()))).status).toBe(401);
      broken = true;
      expect((await away.send('GET', SUMMARY, bearer(await signed(first, 'one')))).status).toBe(503);
    } finally {
      await remote.close();
      await away.close();
      await new Promise((resolve) => issuer.close(resolve));
    }
  });

  it('limits failed logins, never valid tokens', async () => {
    const limited = await startApi(context.database.url, { deps: { limits: { failedLogins: 3 } } });
    try {
      const failed = async () => (await limited.send('GET', SUMMARY, bearer('wrong'))).status;
      expect([await failed(), await failed(), await failed(), await failed()]).toEqual([401, 401, 401, 429]);
      expect((await limited.get(SUMMARY)).status).toBe(200);
    } finally {
      await limited.close();
    }
  });

  it('limits changes', async () => {
    const limited = await startApi(context.database.url, { deps: { limits: { writes: 1 } } });
    try {
      const put = async () =>
        limited.send('PUT', '/api/v1/admin/budgets', { body: '{"provider":"all","monthUsd":null}' });
      expect((await put()).status).toBe(200);
      const answer = await put();
      expect(answer.status).toBe(429);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(problemSchema.parse(answer.json).status).toBe(429);
    } finally {
      await limited.close();
    }
  });

  it('asks for a token on unknown paths and methods too', async () => {
    for (const [method, path] of [
      ['GET', '/api/v1/nothing'],
      ['DELETE', SUMMARY],
      ['POST', '/api/v1/'],
    ] as const) {
      expect((await context.api.send(method, path, bearer('x'))).status).toBe(401);
    }
  });
});
