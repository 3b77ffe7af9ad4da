import { expect, test } from 'vitest';
import { createMemo } from './memo.ts';

test('reads once for all who ask, again after a failure, and keeps the newest', async () => {
  let reads = 0;
  const read = async (): Promise<number> => (reads += 1);
  const memo = createMemo<number>(2);
  expect(await Promise.all([memo('a', read), memo('a', read), memo('b', read)])).toEqual([1, 1, 2]);
  await expect(memo('c', async () => Promise.reject(new Error('planted')))).rejects.toThrow('planted');
  expect(await memo('c', read)).toBe(3);
  expect(await memo('a', read)).toBe(4);
  expect(await memo('c', read)).toBe(3);
});
