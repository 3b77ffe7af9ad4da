import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createMemoryReturn } from './release-memory.ts';

test('frees what nobody holds any more, once for several calls, and leaves the global object alone', async () => {
  const giveBack = createMemoryReturn();
  const held = new WeakRef({ large: new Uint8Array(1_000) });
  await sleep(10);
  giveBack();
  giveBack();
  await expect.poll(() => held.deref() === undefined, { timeout: 10_000 }).toBe(true);
  expect(Object.hasOwn(globalThis, 'gc')).toBe(false);
});
