import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';

/** Repeats `work` with growing waits until it succeeds; rejects when `signal` aborts. */
export async function untilItWorks(
  work: () => Promise<void>,
  message: string,
  signal: AbortSignal,
  log: Logger,
): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      log.error({ err: error, attempt: attempt + 1 }, message);
      await sleep(Math.min(15_000, 500 * 2 ** attempt), undefined, { signal });
    }
  }
}
