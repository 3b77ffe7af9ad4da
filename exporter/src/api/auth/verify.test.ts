import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { createVerifier } from './verify.ts';

it('follows the rotation of published keys', async () => {
  const pairs = { one: await generateKeyPair('ES256'), two: await generateKeyPair('ES256') };
  let published: (keyof typeof pairs)[] = ['one'];
  let asked = 0;
  const issuer = createServer((_request, response) => {
    asked += 1;
    Promise.all(published.map(async (kid) => ({ ...(await exportJWK(pairs[kid].publicKey)), kid }))).then(
      (keys) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys })),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = z.object({ port: z.number() }).parse(issuer.address());
    const options = { jwksUrl: `http://127.0.0.1:${port}`, roleClaim: 'role' };
    const verify = createVerifier({ ...options, jwks: { cooldownMs: 0 } });
    const patient = createVerifier(options);
    const signed = (kid: keyof typeof pairs) =>
      new SignJWT({ role: 'viewer', sub: 'ann' })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setExpirationTime('1h')
        .sign(pairs[kid].privateKey);
    const accepted = { caller: { subject: 'ann', role: 'viewer' } };
    expect(await verify(await signed('one'))).toEqual(accepted);
    expect(await verify(await signed('two'))).toEqual({ refused: 'refused' });
    published = ['two'];
    expect(await verify(await signed('two'))).toEqual(accepted);
    expect(await verify(await signed('one'))).toEqual({ refused: 'refused' });

    // Unknown keys do not make us ask the issuer again and again.
    expect(await patient(await signed('two'))).toEqual(accepted);
    const before = asked;
    for (let attempt = 0; attempt < 5; attempt++)
      expect(await patient(await signed('one'))).toEqual({ refused: 'refused' });
    expect(asked).toBe(before);
  } finally {
    await new Promise((resolve) => issuer.close(resolve));
  }
});

it('refuses a secret that is too short', () => {
  expect(() => createVerifier({ secret: 'short', roleClaim: 'role' })).toThrow(
    'JWT_SECRET must have at least 32 bytes',
  );
});
