import { SignJWT, UnsecuredJWT } from 'jose';
import { expect } from 'vitest';
import { mintToken } from '../../../src/api/auth/mint.ts';
import { ENTRY, SUMMARY } from '../requests.ts';
import { JWT_SECRET } from '../system.ts';
import type { FaultRow } from '../table.ts';

const seconds = (): number => Math.floor(Date.now() / 1000);
const tokens = async (): Promise<Record<string, string>> => {
  const key = new TextEncoder().encode(JWT_SECRET);
  const claims = { role: 'admin', sub: 'eve', iss: 'me', aud: 'marginboard' };
  const good = {
    role: 'admin',
    subject: 'eve',
    roleClaim: 'role',
    expiresAt: seconds() + 600,
    issuer: 'me',
    audience: 'marginboard',
  } as const;
  return {
    none: '',
    'no token at all': 'abc',
    expired: await mintToken(JWT_SECRET, { ...good, expiresAt: seconds() - 60 }),
    'another algorithm': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS512' })
      .setExpirationTime('1h')
      .sign(Buffer.concat([key, key])),
    'alg none': new UnsecuredJWT(claims).setExpirationTime('1h').encode(),
    'another secret': await mintToken('another-secret-of-more-than-32-bytes', good),
    'another audience': await mintToken(JWT_SECRET, { ...good, audience: 'other' }),
    'another issuer': await mintToken(JWT_SECRET, { ...good, issuer: 'you' }),
    'no expiry': await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(key),
  };
};

export const tokenRows: readonly FaultRow[] = [
  {
    id: 32,
    fault: 'token: none, expired, wrong algorithm, alg: none, wrong audience or issuer, not admin',
    expected: '401 or 403, no detail, constant time',
    on: [],
    cases: {
      'every bad token is refused alike': async (stage) => {
        const { system } = await stage.own({ JWT_ISSUER: 'me', JWT_AUDIENCE: 'marginboard' });
        const get = async (token: string): Promise<[number, unknown]> => {
          const { status, json } = await system.ask(SUMMARY, {
            role: null,
            headers: { authorization: `Bearer ${token}` },
          });
          return [status, json];
        };
        for (const [name, token] of Object.entries(await tokens()))
          expect(await get(token), name).toEqual([401, { type: 'about:blank', title: 'Unauthorized', status: 401 }]);
        const as = (role: 'admin' | 'viewer' | 'sync') =>
          mintToken(JWT_SECRET, {
            role,
            subject: 'x',
            roleClaim: 'role',
            expiresAt: seconds() + 600,
            issuer: 'me',
            audience: 'marginboard',
          });
        expect((await get(await as('admin')))[0]).toBe(200);
        for (const [role, method, path] of [
          ['viewer', 'POST', ENTRY],
          ['viewer', 'POST', '/api/v1/metrics/sync-all'],
          ['sync', 'POST', ENTRY],
          ['sync', 'GET', SUMMARY],
          ['viewer', 'PUT', '/api/v1/admin/budgets'],
        ] as const) {
          const answer = await system.ask(path, {
            method,
            role: null,
            headers: { authorization: `Bearer ${await as(role)}` },
            ...(method === 'GET' ? {} : { body: {} }),
          });
          expect([answer.status, answer.json], `${role} ${path}`).toEqual([
            403,
            { type: 'about:blank', title: 'Forbidden', status: 403 },
          ]);
        }
      },
    },
  },
];
