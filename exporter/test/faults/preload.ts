/**
 * Loaded into the built exporter by `node --import` (never by the exporter itself): its clock can be moved, and its
 * long waits can be shortened, so that a fault that shows after two minutes shows in seconds. Nothing of the bundle
 * changes.
 *
 * `?haste=20&from=10000` divides every timer of ten seconds and more, every `sleep` and every `AbortSignal.timeout`
 * by 20.
 * A message `{clockMs: n}` moves what `Date` tells by n milliseconds from the real time. `{throwing: true}` makes
 * `fetch` reject with a text, as no library should, and throws others where no `try` can catch them. Both are
 * answered when done.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';

const asked = new URL(import.meta.url).searchParams;
const haste = Number(asked.get('haste') ?? '1');
const from = Number(asked.get('from') ?? '10000');

const require = createRequire(import.meta.url);
const promises: { setTimeout: (ms?: number, ...rest: unknown[]) => Promise<unknown> } = require('node:timers/promises');

if (haste !== 1) {
  const { setTimeout: later, setInterval: every } = globalThis;
  const { setTimeout: sleep } = promises;
  const { timeout } = AbortSignal;
  const shorter = (ms: number | undefined): number | undefined => (ms !== undefined && ms >= from ? ms / haste : ms);
  Reflect.set(
    globalThis,
    'setTimeout',
    Object.assign((act: () => void, ms?: number, ...rest: []) => later(act, shorter(ms), ...rest), later),
  );
  Reflect.set(
    globalThis,
    'setInterval',
    Object.assign((act: () => void, ms?: number, ...rest: []) => every(act, shorter(ms), ...rest), every),
  );
  promises.setTimeout = (ms, ...rest) => sleep((ms ?? 1) / haste, ...rest);
  AbortSignal.timeout = (ms) => timeout.call(AbortSignal, ms / haste);
  syncBuiltinESMExports();
}

let moved = 0;
const RealDate = Date;
const now = (): number => RealDate.now() + moved;
/** What `Date` is from here on; only where nobody names a time does the shift count. */
const ShiftedDate = new Proxy(RealDate, {
  construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [now()] : args, made),
  apply: () => new RealDate(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});
globalThis.Date = ShiftedDate;

function misbehave(): void {
  const [rejected, intoTheVoid]: unknown[] = ['planted: no error', 'planted: rejected into the void'];
  globalThis.fetch = async () => Promise.reject(rejected);
  void Promise.reject(intoTheVoid);
  setTimeout(() => {
    throw 'planted: thrown from a timer';
  }, 1);
}

process.on('message', (message: unknown) => {
  if (typeof message !== 'object' || message === null) return;
  if ('clockMs' in message && typeof message.clockMs === 'number') moved = message.clockMs;
  if ('throwing' in message) misbehave();
  process.send?.({ done: true });
});
// The exporter ends when it is asked to, not when the test does.
process.channel?.unref();
