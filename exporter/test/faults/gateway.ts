import { once } from 'node:events';
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { send, type Answer } from '../providers/serve.ts';

/**
 * A fault of the provider; or its good answer, with another body or not before something has happened. `echo` refuses
 * with that status and repeats everything that it was sent, the decoded password included, as careless providers do.
 */
export type Fault =
  | Answer
  | { readonly rewrite: (body: string) => string }
  | { readonly after: Promise<unknown> }
  | { readonly echo: number };

export interface Seen {
  readonly method: string;
  /** Path with its query. */
  readonly path: string;
  /** Monotonic, in milliseconds. */
  readonly at: number;
}

/** Stands before a good provider on a real socket and breaks what a test asks for. */
export interface Gateway {
  readonly url: string;
  readonly seen: readonly Seen[];
  /** The next requests whose path matches meet these, one each. */
  breakNext(path: RegExp, ...faults: readonly Fault[]): void;
  /** Each of them does. */
  breakAlways(path: RegExp, fault: Fault): void;
  /** Forgets every fault, and what was seen. */
  mend(): void;
  /** Requests that are still being answered; 0 once the exporter has given everything up. */
  pending(): number;
  close(): Promise<void>;
}

export async function openGateway(target: string): Promise<Gateway> {
  let planned: { path: RegExp; faults: Fault[]; forever: boolean }[] = [];
  const seen: Seen[] = [];
  let pending = 0;
  const server = createServer((incoming, response) => {
    pending += 1;
    response.once('close', () => void (pending -= 1));
    const path = incoming.url ?? '/';
    seen.push({ method: incoming.method ?? 'GET', path, at: performance.now() });
    const plan = planned.find((one) => one.faults.length > 0 && one.path.test(path));
    const fault = plan?.forever === true ? plan.faults[0] : plan?.faults.shift();
    if (fault === undefined) return pass(target, incoming, response, (body) => body);
    if ('after' in fault) return void fault.after.then(() => pass(target, incoming, response, (body) => body));
    if ('rewrite' in fault) return pass(target, incoming, response, fault.rewrite);
    incoming.resume();
    send(response, 'echo' in fault ? echo(incoming, fault.echo) : fault);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the gateway has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    breakNext: (path, ...faults) => void planned.unshift({ path, faults: [...faults], forever: false }),
    breakAlways: (path, fault) => void planned.unshift({ path, faults: [fault], forever: true }),
    mend() {
      planned = [];
      seen.splice(0);
    },
    pending: () => pending,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function echo(incoming: IncomingMessage, status: number): Answer {
  const said = [incoming.url, ...Object.values(incoming.headers)].join(' ');
  const basic = /Basic (\S+)/.exec(said)?.[1] ?? '';
  const message = `refused: ${said} ${Buffer.from(basic, 'base64').toString()}`.slice(0, 190);
  const json = {
    id: message,
    message,
    msg: message,
    error: { type: 'api_error', message },
    code: 20003,
    more_info: message,
    errorType: 'bad_data',
    status: 'error',
  };
  return status === 200
    ? { text: `<html>${message}</html>` }
    : { status, headers: { 'x-request-id': encodeURIComponent(said).slice(0, 200) }, json };
}

function pass(
  target: string,
  incoming: IncomingMessage,
  response: ServerResponse,
  rewrite: (body: string) => string,
): void {
  const { host: _host, ...headers } = incoming.headers;
  const onward = ask(new URL(incoming.url ?? '/', target), { method: incoming.method, headers }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => void chunks.push(chunk));
    answer.on('end', () => {
      const body = rewrite(Buffer.concat(chunks).toString());
      const {
        'content-length': _length,
        'transfer-encoding': _encoding,
        connection: _connection,
        'keep-alive': _alive,
        ...received
      } = answer.headers;
      response.writeHead(answer.statusCode ?? 500, { ...received, 'content-length': Buffer.byteLength(body) });
      response.end(body);
    });
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  incoming.pipe(onward);
}
