import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** Answers a request by itself, in place of the provider. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => void;

export interface LoopbackServer {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** The next request to a path that starts so meets this fault; with `times` Infinity, every one. */
  failNext(path: string, fault: Fault, times?: number): void;
  /** Every request of which this is true meets this fault. */
  failWhere(isMeant: (request: SeenRequest) => boolean, fault: Fault): void;
  /** Forgets every fault that is still due. */
  mend(): void;
  /** Requests that neither were answered nor given up by the client. */
  pending(): number;
  close(): Promise<void>;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A provider's stand-in on a real socket: requests are recorded, faults come first, the handler answers the rest. */
export async function listen(handle: (request: SeenRequest) => Reply | undefined): Promise<LoopbackServer> {
  const seen: SeenRequest[] = [];
  const faults: { isMeant: (request: SeenRequest) => boolean; fault: Fault; left: number }[] = [];
  const pending = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    pending.add(response);
    response.once('close', () => pending.delete(response));
    void receive(request).then((one) => {
      seen.push(one);
      const due = faults.find((candidate) => candidate.left > 0 && candidate.isMeant(one));
      if (due) {
        due.left -= 1;
        due.fault(request, response);
        return;
      }
      const reply = handle(one);
      send(response, reply?.status ?? (reply ? 200 : 404), reply?.body ?? { message: 'no such path' }, reply?.headers);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    seen,
    failNext: (path, fault, times = 1) =>
      void faults.push({ isMeant: (request) => request.path.startsWith(path), fault, left: times }),
    failWhere: (isMeant, fault) => void faults.push({ isMeant, fault, left: Number.POSITIVE_INFINITY }),
    mend: () => void faults.splice(0),
    pending: () => pending.size,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return address.port;
}

export const faults = {
  status:
    (status: number, body: unknown = { message: 'no' }, headers: Readonly<Record<string, string>> = {}): Fault =>
    (_request, response) =>
      send(response, status, body, headers),
  text:
    (body: string, contentType = 'application/json'): Fault =>
    (_request, response) => {
      response.writeHead(200, { 'content-type': contentType });
      response.end(body);
    },
  /** Accepts and never answers. */
  hang: (): Fault => () => undefined,
  /** Sends the head and the first byte, then nothing. */
  stall: (): Fault => (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{');
  },
  huge:
    (bytes: number): Fault =>
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const chunk = Buffer.alloc(1024 * 1024, ' ');
      let left = bytes;
      const more = () => {
        while (left > 0) {
          left -= chunk.length;
          if (!response.write(chunk)) {
            response.once('drain', more);
            return;
          }
        }
        response.end('{}');
      };
      more();
    },
  reset: (): Fault => (request) => request.socket.resetAndDestroy(),
};

async function receive(request: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const url = new URL(request.url ?? '/', 'http://loopback');
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body,
  };
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
