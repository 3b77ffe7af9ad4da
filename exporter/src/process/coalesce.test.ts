import { expect, test } from 'vitest';
import { coalesce } from './coalesce.ts';

test('no answer is older than its question, and those who wait share one', async () => {
  let stored = 0;
  let reads = 0;
  const gates: (() => void)[] = [];
  const ask = coalesce(async () => {
    reads += 1;
    const found = stored;
    await new Promise<void>((resolve) => gates.push(resolve));
    return found;
  });
  const first = ask();
  stored = 1;
  const crowd = [ask(), ask(), ask()];
  gates.shift()?.();
  expect(await first).toBe(0);
  await expect.poll(() => gates.length).toBe(1);
  stored = 2;
  const late = ask();
  gates.shift()?.();
  expect(await Promise.all(crowd)).toEqual([1, 1, 1]);
  await expect.poll(() => gates.length).toBe(1);
  gates.shift()?.();
  expect([await late, reads]).toEqual([2, 3]);
});

test('a failure reaches those who asked, and the next one reads again', async () => {
  let isLost = true;
  const ask = coalesce(async () => {
    if (isLost) throw new Error('lost');
    return 'found';
  });
  const asked = [ask(), ask()];
  await expect(asked[0]).rejects.toThrow('lost');
  await expect(asked[1]).rejects.toThrow('lost');
  isLost = false;
  expect(await ask()).toBe('found');
});

test('calls during a run share one run, with the arguments of the first of them', async () => {
  const seen: string[] = [];
  const gates: (() => void)[] = [];
  const run = coalesce(async (name: string) => {
    seen.push(name);
    await new Promise<void>((resolve) => gates.push(resolve));
  });
  const all = [run('first'), run('second'), run('third')];
  gates.shift()?.();
  await expect.poll(() => gates.length).toBe(1);
  gates.shift()?.();
  await Promise.all(all);
  expect(seen).toEqual(['first', 'second']);
});
