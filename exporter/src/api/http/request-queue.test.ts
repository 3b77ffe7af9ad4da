import { createServer, type RequestListener, type Server } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { QUEUE_LIMITS, queueRequests, type QueueLimits } from './request-queue.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(handler: RequestListener, limits: Partial<QueueLimits> = {}): Promise<number> {
  const server = createServer(
    queueRequests(handler, (request) => request.url === '/probe', { ...QUEUE_LIMITS, ...limits }),
  );
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return z.object({ port: z.number() }).parse(server.address()).port;
}

/** Everything that comes back on one connection until `count` answers are there or it is closed. */
function pipeline(port: number, requests: readonly string[], count = requests.length): Promise<string[]> {
  return new Promise((resolve) => {
    let said = '';
    const bodies = (): string[] => [...said.matchAll(/\r\n\r\n<([^>]*)>/g)].map((match) => match[1] ?? '');
    const socket = connect(port, '127.0.0.1', () => socket.write(requests.join('')));
    socket.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (bodies().length >= count) socket.end();
    });
    socket.on('error', () => undefined).once('close', () => resolve(bodies()));
  });
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

describe('requests before they reach the application', () => {
  it('one connection has one request under way, answered in order, and none is lost', async () => {
    let active = 0;
    let most = 0;
    const port = await serve(async (request, response) => {
      active += 1;
      most = Math.max(most, active);
      await sleep(1);
      active -= 1;
      response.end(`<${request.url ?? ''}>`);
    });
    const paths = Array.from({ length: 300 }, (_, i) => `/${i}`);
    expect(await pipeline(port, paths.map(get))).toEqual(paths);
    expect(most).toBe(1);
  });

  it('bodies of pipelined requests arrive whole', async () => {
    const port = await serve(async (request, response) => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
      response.end(`<${body}>`);
    });
    const post = (body: string): string =>
      `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const sent = Array.from({ length: 40 }, (_, i) => `${i}`.repeat(5_000));
    expect(await pipeline(port, sent.map(post))).toEqual(sent);
  });

  it('an address has a limited number under way, and its probes do not wait', async () => {
    let active = 0;
    let most = 0;
    const release: (() => void)[] = [];
    const port = await serve(
      (request, response) => {
        if (request.url === '/probe') {
          response.end('<probe>');
          return;
        }
        active += 1;
        most = Math.max(most, active);
        release.push(() => {
          active -= 1;
          response.end('<slow>');
        });
      },
      { perAddress: 3 },
    );
    const slow = Array.from({ length: 10 }, () => pipeline(port, [get('/slow')]));
    await expect.poll(() => release.length).toBe(3);
    expect(await pipeline(port, [get('/probe')])).toEqual(['probe']);
    expect(active).toBe(3);
    const timer = setInterval(() => release.shift()?.(), 1);
    try {
      expect(await Promise.all(slow)).toEqual(Array.from({ length: 10 }, () => ['slow']));
    } finally {
      clearInterval(timer);
    }
    expect(most).toBe(3);
  });

  it('more than may wait is refused with 503, and waiting requests of a closed connection are forgotten', async () => {
    const release: (() => void)[] = [];
    const port = await serve((_request, response) => void release.push(() => response.end('<done>')), {
      perAddress: 1,
      waitingPerAddress: 2,
    });
    const url = `http://127.0.0.1:${port}/`;
    const first = fetch(url);
    await expect.poll(() => release.length).toBe(1);
    const gone = new AbortController();
    const waiting = [fetch(url, { signal: gone.signal }), fetch(url, { signal: gone.signal })];
    await expect.poll(async () => (await fetch(url, { signal: AbortSignal.timeout(500) })).status).toBe(503);
    gone.abort();
    await Promise.allSettled(waiting);
    const later = fetch(url);
    await expect
      .poll(() => {
        release.shift()?.();
        return release.length;
      })
      .toBe(0);
    expect((await first).status).toBe(200);
    const timer = setInterval(() => release.shift()?.(), 5);
    try {
      expect((await later).status).toBe(200);
    } finally {
      clearInterval(timer);
    }
  });
});
