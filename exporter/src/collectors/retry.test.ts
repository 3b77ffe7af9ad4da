import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { testContext } from '../../test/providers/context.ts';
import { CollectorError } from './errors.ts';
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
