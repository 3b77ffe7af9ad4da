import { createServer } from 'node:http';
import { z } from 'zod';
import { mutated, type Mutation } from './fuzz-mutations.ts';

interface Recorded {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

export interface MutatingProxy {
  readonly url: string;
  /** From now on this happens to one answer. */
  arm(mutation: Mutation | undefined): void;
  /** The sum of the sizes of all numbers that were sent since `arm`, in whatever form. */
  sent(): number;
  /** Whether a field was missing in what was sent. */
  lacksField(): boolean;
  close(): Promise<void>;
}

/** Stands before a good provider, repeats its answers and spoils one of each run. */
export async function mutatingProxy(upstream: string): Promise<MutatingProxy> {
  const known = new Map<string, Recorded>();
  let order: string[] = [];
  let mutation: Mutation | undefined;
  let target: string | undefined;
  let sent = 0;
  let lacksField = false;
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString();
      const place = `${request.method ?? ''} ${request.url ?? ''} ${body}`;
      let answer = known.get(place);
      if (answer === undefined) {
        const headers = Object.fromEntries(
          ['authorization', 'apikey', 'content-type'].flatMap((name) =>
            typeof request.headers[name] === 'string' ? [[name, request.headers[name]]] : [],
          ),
        );
        const original = await fetch(`${upstream}${request.url ?? ''}`, {
          method: request.method ?? 'GET',
          headers,
          ...(body === '' ? {} : { body }),
        });
        answer = {
          status: original.status,
          headers: Object.fromEntries(
            ['content-type', 'x-total-count', 'link'].flatMap((name) =>
              original.headers.has(name) ? [[name, original.headers.get(name) ?? '']] : [],
            ),
          ),
          text: await original.text(),
        };
        known.set(place, answer);
        if (mutation === undefined) order.push(place);
      }
      const spoilt =
        mutation !== undefined && place === target ? mutated(JSON.parse(answer.text), mutation) : undefined;
      const text = spoilt?.text ?? answer.text;
      lacksField ||= spoilt?.lacksField === true;
      sent += sizeOf(text);
      response.writeHead(answer.status, answer.headers).end(text);
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}`,
    arm(next) {
      order = [...new Set(order)];
      mutation = next;
      target = next === undefined ? undefined : order[next.answer % order.length];
      sent = 0;
      lacksField = false;
    },
    sent: () => sent,
    lacksField: () => lacksField,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function sizeOf(text: string): number {
  return (text.match(/\d+(\.\d+)?([eE][+-]?\d+)?/g) ?? []).reduce(
    (sum, found) => sum + (Number.isFinite(Number(found)) ? Number(found) : 0),
    0,
  );
}
