import { createServer, type IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';

export interface ReceivedRequest {
  readonly method: string;
  /** Path and query below the proxy's address. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The body as JSON; `undefined` without one, and for files. */
  readonly json: unknown;
}

export interface Reply {
  readonly status?: number;
  readonly body: object;
  /** In place of the body: what is not JSON, as a proxy in between answers. */
  readonly text?: string;
  /** The reply is sent after this promise resolves. */
  readonly after?: Promise<void>;
}

export interface LoopbackServer {
  readonly url: string;
  readonly received: readonly ReceivedRequest[];
  /** Paths whose connection the client closed before the reply. */
  readonly cancelled: readonly string[];
  readonly sentTo: (path: string) => readonly ReceivedRequest[];
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

const jsonOf = (text: string, type: string | undefined): unknown =>
  type?.startsWith('application/json') === true ? JSON.parse(text) : undefined;

/** A real HTTP server on loopback in place of Grafana's proxy and the exporter; closed after the test. */
export async function startLoopbackServer(reply: (request: ReceivedRequest) => Reply): Promise<LoopbackServer> {
  const received: ReceivedRequest[] = [];
  const cancelled: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const text = await bodyOf(request);
      const path = (request.url ?? '').replace(/^\/api\/plugin-proxy\/[^/]+/, '');
      const one = {
        method: request.method ?? '',
        path,
        headers: request.headers,
        text,
        json: jsonOf(text, request.headers['content-type']),
      };
      received.push(one);
      response.once('close', () => {
        if (!response.writableFinished) cancelled.push(path);
      });
      const { status = 200, body, text: plain, after } = reply(one);
      await after;
      response.writeHead(status, {
        'content-type': status < 400 ? 'application/json' : 'application/problem+json',
        connection: 'close',
      });
      response.end(plain ?? JSON.stringify(body));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    cancelled,
    sentTo: (path) => received.filter((request) => request.path.split('?')[0] === path),
  };
}
