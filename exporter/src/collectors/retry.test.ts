import { getEventListeners } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testContext } from '../../test/providers/context.ts';
import { CollectorError } from './errors.ts';
import { createHttpClient } from './http.ts';
import { withRetries } from './retry.ts';

describe('an attempt that is over', () => {
  it.each([
    ['succeeded', async () => 'answer'],
    ['failed', async () => Promise.reject(new CollectorError('upstream', 'api_error', 'no', { status: 500 }))],
  ])(
    '%s: leaves no listener that would keep its signal and its answer in memory',
    async (_name, work: () => Promise<unknown>) => {
      const signals: AbortSignal[] = [];
      await withRetries(testContext(), (signal) => {
        signals.push(signal);
        expect(getEventListeners(signal, 'abort')).toHaveLength(1);
        return work();
      }).catch(() => undefined);
      expect(signals.length).toBeGreaterThan(0);
      for (const signal of signals) expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    },
  );
});

describe('the code of an attempt', () => {
  it('is the status of the answer, also where the collector accepts others than 200', async () => {
    const codes: string[] = [];
    const server = createServer((_request, response) => response.writeHead(400).end('{}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const address = server.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      const options = { provider: 'Test', credential: 'TEST_KEY', baseUrl: `http://127.0.0.1:${port}`, headers: {} };
      const upstream = { observe: (code: string) => void codes.push(code) };
      const get = { schema: z.object({}), accept: [400] };
      expect(await createHttpClient(options).get({ ...testContext(), upstream }, 'x', get)).toMatchObject({
        status: 400,
      });
      expect(codes).toEqual(['400']);
    } finally {
      server.close();
    }
  });

  it('is `aborted` when the run was given up while it waited', async () => {
    const codes: string[] = [];
    const run = new AbortController();
    const context = {
      ...testContext(),
      signal: run.signal,
      upstream: { observe: (code: string) => void codes.push(code) },
    };
    const waiting = withRetries(context, () => Promise.withResolvers<never>().promise);
    run.abort(new CollectorError('shutdown', 'shutdown', 'the exporter was stopped', { retryable: true }));
    await expect(waiting).rejects.toThrow('the exporter was stopped');
    expect(codes).toEqual(['aborted']);
  });
});
