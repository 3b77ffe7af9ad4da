import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';

export interface RecordedRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
}

/** What a fake provider answers: JSON, raw text, or a fault of the connection itself. */
export type Answer =
  | { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly json: unknown }
  | { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly text: string }
  | { readonly fault: 'hang' | 'drip' | 'huge' | 'reset' };

export interface ProviderServer {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** Answers requests whose path matches with `answers`, one each, before the provider itself answers again. */
  fault(path: RegExp, ...answers: readonly Answer[]): void;
  /** The same answer for ever, to those requests that `of` names. */
  faultAlways(path: RegExp, answer: Answer, of?: (request: RecordedRequest) => boolean): void;
  /** Forgets every fault: the provider answers well again. */
  clear(): void;
  /** Requests that are still being answered: 0 once a client has given everything up. */
  pending(): number;
  close(): Promise<void>;
}

interface Fault {
  readonly path: RegExp;
  readonly answers: Answer[];
  readonly forever: boolean;
  readonly of?: ((request: RecordedRequest) => boolean) | undefined;
}

/** A provider on a real socket: `answer` is its good behaviour, faults come on top. */
export async function serveProvider(
  answer: (request: RecordedRequest) => Answer,
  /** How long each answer takes. */
  { delayMs = 0 }: { readonly delayMs?: number } = {},
): Promise<ProviderServer> {
  const requests: RecordedRequest[] = [];
  const faults: Fault[] = [];
  let pending = 0;
  const server = createServer((incoming, response) => {
    pending += 1;
    response.once('close', () => void (pending -= 1));
    const request = record(incoming);
    requests.push(request);
    const fault = faults.find(
      ({ path, answers, of }) => path.test(request.path) && answers.length > 0 && (of?.(request) ?? true),
    );
    const planned = fault?.forever ? fault.answers[0] : fault?.answers.shift();
    const given = planned ?? answer(request);
    if (delayMs === 0) send(response, given);
    else setTimeout(() => send(response, given), delayMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the fake provider has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    fault: (path, ...answers) => void faults.unshift({ path, answers: [...answers], forever: false }),
    faultAlways: (path, always, of) => void faults.unshift({ path, answers: [always], forever: true, of }),
    clear: () => void faults.splice(0),
    pending: () => pending,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function record(incoming: IncomingMessage): RecordedRequest {
  const url = new URL(incoming.url ?? '/', 'http://provider.invalid');
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    authorization: incoming.headers.authorization,
  };
}

/** Gives `answer`, or misbehaves as it says. */
export function send(response: ServerResponse, answer: Answer): void {
  if ('fault' in answer) return misbehave(response, answer.fault);
  const body = 'json' in answer ? JSON.stringify(answer.json) : answer.text;
  response.writeHead(answer.status ?? 200, {
    'content-type': 'json' in answer ? 'application/json' : 'text/html',
    ...answer.headers,
  });
  response.end(body);
}

function misbehave(response: ServerResponse, fault: 'hang' | 'drip' | 'huge' | 'reset'): void {
  if (fault === 'hang') return;
  if (fault === 'reset') return void response.destroy();
  response.writeHead(200, { 'content-type': 'application/json' });
  if (fault === 'huge') {
    const chunk = Buffer.alloc(1024 * 1024, 0x20);
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', more);
    return more();
  }
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
}
