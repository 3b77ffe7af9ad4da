import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createSharedReads } from './shared-reads.ts';

test('concurrent callers share one read, a failure is read again, and the keys used last stay cached', async () => {
  let reads = 0;
  const read = async (): Promise<number> => (reads += 1);
  const shared = createSharedReads<number>(2);
  expect(await Promise.all([shared('a', read), shared('a', read), shared('b', read)])).toEqual([1, 1, 2]);
  await expect(shared('c', async () => Promise.reject(new Error('planted')))).rejects.toThrow('planted');
  expect(await shared('c', read)).toBe(3);
  expect(await shared('a', read)).toBe(4);
  expect(await shared('c', read)).toBe(3);
});

test('what is asked for again and again does not outlive its age', async () => {
  let reads = 0;
  const read = async (): Promise<number> => (reads += 1);
  const shared = createSharedReads<number>(2, 60);
  const started = performance.now();
  while (performance.now() - started < 200) {
    await shared('a', read);
    await sleep(10);
  }
  expect(reads).toBeGreaterThan(1);
});
