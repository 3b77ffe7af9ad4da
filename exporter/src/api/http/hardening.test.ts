import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, token, type TestApi } from '../../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { limitOf } from './limits.ts';
import { createHttpServer } from './server.ts';

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startApi(database.url, {
    timeouts: { headersMs: 1_000, requestMs: 2_000, checkMs: 100 },
    deps: { limits: { failedLogins: 1_000_000 } },
  });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

/** A raw connection: what it said until it was closed by the other side. */
function connection(talk: (socket: Socket) => void): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () => talk(socket));
    let said = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    socket.on('error', () => undefined).once('close', () => resolve(said));
  });
}

function drip(socket: Socket, head: string, text: string): void {
  socket.write(head);
  const timer = setInterval(() => void socket.write(text), 20);
  socket.once('close', () => clearInterval(timer));
}

describe('slow and broken requests are cut off, and the others are answered meanwhile', () => {
  it.each<[string, (socket: Socket) => void, RegExp]>([
    ['silence', () => undefined, /^(HTTP\/1\.1 408 [^]*)?$/],
    [
      'a head that never ends',
      (socket) => drip(socket, 'GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n', 'X-A: b\r\n'),
      /^HTTP\/1\.1 408 /,
    ],
    [
      'many headers',
      (socket) =>
        socket.write(`GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n${`${'X-A: '.padEnd(1_000, 'b')}\r\n`.repeat(40)}`),
      /^HTTP\/1\.1 431 /,
    ],
    [
      'two lengths',
      (socket) =>
        socket.write(
          'POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        ),
      /^HTTP\/1\.1 400 /,
    ],
    ['no HTTP', (socket) => socket.write('\u0016\u0003\u0001 TLS?\r\n\r\n'), /^HTTP\/1\.1 400 /],
  ])('%s', async (_name, talk, answer) => {
    const cut = connection(talk);
    expect((await fetch(`${api.url}/-/healthy`)).status).toBe(200);
    expect(await cut).toMatch(answer);
  });

  it('a body that never ends, behind a valid token', async () => {
    const head =
      `PUT /api/v1/admin/budgets HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${await token({ role: 'admin' })}\r\n` +
      'Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n';
    const cut = connection((socket) => drip(socket, head, ' '));
    expect((await api.get('/api/v1/metrics/summary')).status).toBe(200);
    expect(await cut).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  it('a body without a length that grows past the limit', async () => {
    const head =
      `PUT /api/v1/admin/budgets HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${await token({ role: 'admin' })}\r\n` +
      'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    const block = `10000\r\n${' '.repeat(65_536)}\r\n`;
    expect(
      await connection((socket) => {
        socket.write(head);
        for (let i = 0; i < 40; i += 1) socket.write(block);
        socket.end('0\r\n\r\n');
      }),
    ).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('as it is used it has these limits', () => {
    const server = createHttpServer(() => undefined);
    expect([server.headersTimeout, server.requestTimeout, server.maxConnections]).toEqual([20_000, 60_000, 2_000]);
  });
});

describe('headers', () => {
  const paths = [
    '/',
    '/-/healthy',
    '/-/ready',
    '/metrics',
    '/openapi.json',
    '/nothing',
    '/api/v1/metrics/summary',
    '/api/v1/nothing',
    '/api/v1/export/focus.csv',
  ];
  it.each(paths)('%s, with and without a token', async (path) => {
    for (const headers of [{}, { authorization: `Bearer ${await token()}` }]) {
      const answer = await fetch(api.url + path, { headers });
      await answer.text();
      const at = (name: string): string | null => answer.headers.get(name);
      expect(at('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'/);
      expect([
        at('x-content-type-options'),
        at('x-frame-options'),
        at('referrer-policy'),
        at('cross-origin-resource-policy'),
      ]).toEqual(['nosniff', 'SAMEORIGIN', 'no-referrer', 'same-origin']);
      // TLS ends at the proxy, which alone may promise it; no browser may read the API from another site.
      expect([
        at('strict-transport-security'),
        at('x-powered-by'),
        at('server'),
        at('access-control-allow-origin'),
      ]).toEqual([null, null, null, null]);
      if (path.startsWith('/api')) expect(at('cache-control')).toMatch(/no-store|private/);
    }
  });

  it('the start page may load nothing, run nothing and send nothing', async () => {
    const policy = (await fetch(api.url)).headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
  });

  it('a preflight of another site gets no permission', async () => {
    const answer = await fetch(`${api.url}/api/v1/admin/budgets`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'PUT' },
    });
    expect([
      answer.status >= 400,
      answer.headers.get('access-control-allow-origin'),
      answer.headers.get('access-control-allow-methods'),
    ]).toEqual([true, null, null]);
  });
});

describe('rate limits', () => {
  it('headers that anybody can write do not make another caller of the same address', async () => {
    const limited = await startApi(database.url, { deps: { limits: { failedLogins: 2 } } });
    try {
      const statuses: number[] = [];
      for (const spoofed of ['1.1.1.1', '2.2.2.2', '3.3.3.3', '2001:db8::1']) {
        statuses.push(
          (
            await limited.send('GET', '/api/v1/nothing', {
              headers: {
                authorization: 'Bearer x',
                'x-forwarded-for': spoofed,
                forwarded: `for="[${spoofed}]"`,
                'x-real-ip': spoofed,
              },
            })
          ).status,
        );
      }
      expect(statuses).toEqual([401, 401, 429, 429]);
      expect(limited.logged()).not.toMatch(/ERR_ERL|"level":50/);
    } finally {
      await limited.close();
    }
  });

  it('a whole IPv6 subnet is one caller', async () => {
    // Addresses are taken from a header here, as no other IPv6 network is at hand.
    const app = express()
      .set('trust proxy', 'loopback')
      .use(limitOf(2), (_request, response) => void response.send('ok'));
    app.use(
      ((_error, _request, response, _next) => void response.status(429).end()) satisfies express.ErrorRequestHandler,
    );
    const server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = z.object({ port: z.number() }).parse(server.address());
      const from = async (address: string) =>
        (await fetch(`http://127.0.0.1:${port}`, { headers: { 'x-forwarded-for': address } })).status;
      expect([
        await from('2001:db8:0:100::1'),
        await from('2001:db8:0:100:ffff::2'),
        await from('2001:db8:0:101:1::3'),
        await from('2001:db8:0:200::1'),
        await from('192.0.2.1'),
      ]).toEqual([200, 200, 429, 200, 200]);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
