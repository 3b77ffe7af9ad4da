import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startIssuer, type Issuer } from '../../../test/issuer.ts';
import { loadSettings } from '../../settings/load.ts';
import { createVerifier } from './verify.ts';

/** Every example of docs/sso.md: its settings, a token of its shape, and the role that must come out. */
const text = readFileSync(join(import.meta.dirname, '../../../../docs/sso.md'), 'utf8');
const examples = text
  .split(/^## /m)
  .slice(1)
  .map((section) => ({
    title: section.split('\n')[0] ?? '',
    env: /```sh\n([^]*?)```/.exec(section)?.[1] ?? '',
    claims: z.record(z.string(), z.unknown()).parse(JSON.parse(/```json\n([^]*?)```/.exec(section)?.[1] ?? 'null')),
    role: /^Role: `(\w+)`/m.exec(section)?.[1],
  }));

let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer('RS256');
  issuer.publish(['one']);
});
afterAll(() => issuer.close());

describe.each(examples)('the example of $title', ({ env, claims, role }) => {
  const settings = loadSettings(
    Object.fromEntries(
      env
        .trim()
        .split('\n')
        .map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    ),
  );
  const verifier = () =>
    createVerifier({
      jwksUrl: issuer.url,
      issuer: settings.JWT_ISSUER,
      audience: settings.JWT_AUDIENCE,
      roleClaim: settings.JWT_ROLE_CLAIM,
    });
  const sign = async (payload: Record<string, unknown>): Promise<string> =>
    new SignJWT(payload)
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setExpirationTime('1h')
      .sign((await issuer.pair('one')).privateKey);

  it('gives the role it names', async () => {
    expect(settings.JWKS_URL).toMatch(/^https:/);
    expect(await verifier()(await sign(claims))).toMatchObject({ caller: { role } });
  });

  it('refuses the same token made for another application, or by another issuer', async () => {
    for (const other of [{ aud: 'another-application' }, { iss: 'https://evil.example' }])
      expect(await verifier()(await sign({ ...claims, ...other }))).toEqual({ refused: 'refused' });
  });
});

it('there are at least the three that operators ask for', () => {
  expect(examples.map(({ title }) => title)).toEqual(
    expect.arrayContaining(['Keycloak', 'Microsoft Entra ID', 'Google']),
  );
});
