import { afterEach, beforeAll, afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { until } from '../../../test/exporter-process.ts';
import { startIssuer, type Issuer } from '../../../test/issuer.ts';
import type { PublishedKeysOptions } from './published-keys.ts';

let database: TestDatabase;
let issuer: Issuer;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  issuer = await startIssuer();
  issuer.publish(['old']);
});
afterEach(async () => {
  await api.close();
  await issuer.close();
});

/** Asks nothing of the database: the document of what is not there. */
async function status(kid: string): Promise<number> {
  return (await api.send('GET', '/api/v1/nothing', { headers: { authorization: `Bearer ${await issuer.sign(kid)}` } }))
    .status;
}
/** What the API says to a caller whose token counts. */
const ACCEPTED = 404;

async function serve(jwks: PublishedKeysOptions): Promise<void> {
  api = await startApi(database.url, { env: { JWKS_URL: issuer.url }, deps: { jwtSecret: undefined, jwks } });
}

describe('key rotation through JWKS', () => {
  it('a new key counts without a restart, one that was taken back no longer once the keys are old', async () => {
    await serve({ cooldownMs: 0, maxAgeMs: 300 });
    expect([await status('old'), await status('new')]).toEqual([ACCEPTED, 401]);
    issuer.publish(['old', 'new']);
    expect([await status('old'), await status('new')]).toEqual([ACCEPTED, ACCEPTED]);
    issuer.publish(['new']);
    await until(async () => (await status('old')) === 401);
    expect(await status('new')).toBe(ACCEPTED);
  });

  it('unknown keys do not make us ask within the cool-down, after which a new one counts', async () => {
    await serve({ cooldownMs: 60_000 });
    expect(await status('old')).toBe(ACCEPTED);
    for (let times = 0; times < 5; times += 1) expect(await status(`stranger ${times}`)).toBe(401);
    expect(issuer.asked()).toBe(1);
    await api.close();
    await serve({ cooldownMs: 400 });
    expect(await status('old')).toBe(ACCEPTED);
    issuer.publish(['new']);
    await until(async () => (await status('new')) === ACCEPTED);
  });

  it('known keys stay valid while the issuer is down; an unknown one is a 503, with one request a cool-down', async () => {
    await serve({ cooldownMs: 60_000, maxAgeMs: 0 });
    expect(await status('old')).toBe(ACCEPTED);
    const before = issuer.asked();
    issuer.fault = (response) => response.destroy();
    for (let times = 0; times < 5; times += 1)
      expect([await status('old'), await status('new')]).toEqual([ACCEPTED, 503]);
    expect(issuer.asked()).toBe(before + 1);
  });

  it('but not for ever', async () => {
    await serve({ cooldownMs: 0, maxAgeMs: 0, staleMs: 50 });
    expect(await status('old')).toBe(ACCEPTED);
    issuer.fault = (response) => response.destroy();
    await until(async () => (await status('old')) === 503);
  });

  it('an issuer that comes up after us is found by itself', async () => {
    issuer.fault = (response) => response.writeHead(502).end();
    await serve({});
    expect(await status('old')).toBe(503);
    issuer.fault = undefined;
    await until(async () => (await status('old')) === ACCEPTED);
  });
});

describe('an issuer that answers nonsense costs a 503, never a 500, and a body is not read without end', () => {
  const json = { 'content-type': 'application/json' };
  const faults: [string, Issuer['fault']][] = [
    ['a web page', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>sign in</html>')],
    ['nothing', (response) => response.writeHead(200).end()],
    ['no key set', (response) => response.writeHead(200, json).end('{"keys":7}')],
    ['null', (response) => response.writeHead(200, json).end('null')],
    ['a redirect', (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    [
      'a broken body',
      (response) => {
        response.writeHead(200, { ...json, 'content-length': '1000' }).write('{"keys":[');
        setTimeout(() => response.destroy(), 10);
      },
    ],
    [
      'an endless body',
      (response) => {
        response.writeHead(200, json).write('{"keys":[');
        const pour = (): void => {
          if (!response.destroyed && response.write(' '.repeat(65_536))) setImmediate(pour);
          else response.once('drain', pour);
        };
        pour();
      },
    ],
    [
      'a body that drips',
      (response) => {
        response.writeHead(200, json);
        const timer = setInterval(() => void response.write(' '), 20);
        response.once('close', () => clearInterval(timer));
      },
    ],
    ['silence', () => undefined],
  ];
  it.each(faults)('%s', async (_name, fault) => {
    issuer.fault = fault;
    await serve({ timeoutMs: 250 });
    expect(await status('old')).toBe(503);
    expect(api.logged()).not.toMatch(/"level":(50|60)/);
  });

  it('one unusable key beside a good one does not lock anybody out', async () => {
    const good = await issuer.jwk('old');
    issuer.fault = (response) =>
      response
        .writeHead(200, json)
        .end(
          JSON.stringify({ keys: [{ kty: 'oct', k: 'AAAA', kid: 'x' }, { kty: 'EC', crv: 'P-999', kid: 'y' }, good] }),
        );
    await serve({});
    expect([await status('old'), await status('x')]).toEqual([ACCEPTED, 401]);
  });
});
