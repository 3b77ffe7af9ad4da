import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startDeadline, untilAborted, waitAtMost } from './deadline.ts';

const never = (): Promise<string> => Promise.withResolvers<string>().promise;

test('a deadline aborts with its own error, also work that ignores the signal', async () => {
  const { signal } = startDeadline(5, () => new Error('too late'));
  await expect(untilAborted(signal, never)).rejects.toThrow('too late');
});

test('a deadline that was cleared never aborts, and the outer signal still does', async () => {
  const outer = new AbortController();
  const deadline = startDeadline(5, () => new Error('too late'), outer.signal);
  deadline.clear();
  await sleep(20);
  expect(deadline.signal.aborted).toBe(false);
  outer.abort(new Error('stopped'));
  expect(deadline.signal.reason).toEqual(new Error('stopped'));
});

test('what is left out does not count, also where two overlap; the rest still does', async () => {
  const deadline = startDeadline(150, () => new Error('too late'));
  await Promise.all([deadline.without(() => sleep(250)), deadline.without(() => sleep(300))]);
  await expect(deadline.without(async () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(deadline.signal.aborted).toBe(false);
  await sleep(250);
  expect(deadline.signal.aborted).toBe(true);
  const cleared = startDeadline(5, () => new Error('too late'));
  const last = cleared.without(() => sleep(10));
  cleared.clear();
  await last;
  await sleep(30);
  expect(cleared.signal.aborted).toBe(false);
});

test('work does not start under an aborted signal, and leaves no listener when it ends', async () => {
  await expect(untilAborted(AbortSignal.abort(new Error('stopped')), async () => 'done')).rejects.toThrow('stopped');
  const { signal } = new AbortController();
  expect(await untilAborted(signal, async () => 'done')).toBe('done');
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('waiting ends with the work, with the time or with the signal, whatever comes first', async () => {
  const stopped = new AbortController();
  expect(await waitAtMost(Promise.resolve('done'), 1_000, stopped.signal)).toBe('done');
  expect(getEventListeners(stopped.signal, 'abort')).toHaveLength(0);
  expect(await waitAtMost(never(), 5)).toBeUndefined();
  setTimeout(() => stopped.abort(), 5);
  expect(await waitAtMost(never(), 60_000, stopped.signal)).toBeUndefined();
  await expect(waitAtMost(Promise.reject(new Error('failed')), 1_000)).rejects.toThrow('failed');
});
