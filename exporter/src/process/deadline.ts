export interface Deadline {
  /** Aborts with `reason` when the time is up, or as the outer signal does. */
  readonly signal: AbortSignal;
  /** Stops the clock; to be called when the work has ended. */
  clear(): void;
  /** The clock stands still while `work`, of which several may run at once, is not settled. */
  without<Value>(work: () => Promise<Value>): Promise<Value>;
}

/**
 * A signal that aborts after `ms` milliseconds. Unlike `AbortSignal.timeout` it carries an error of the caller's and
 * can be cleared.
 */
export function startDeadline(ms: number, reason: () => Error, outer?: AbortSignal): Deadline {
  const expiry = new AbortController();
  let left = ms;
  let excluded = 0;
  let cleared = false;
  let startedAt = performance.now();
  const startClock = (): NodeJS.Timeout => {
    startedAt = performance.now();
    return setTimeout(() => expiry.abort(reason()), left);
  };
  let timer = startClock();
  return {
    signal: outer === undefined ? expiry.signal : AbortSignal.any([outer, expiry.signal]),
    clear() {
      cleared = true;
      clearTimeout(timer);
    },
    async without(work) {
      if (excluded++ === 0) {
        clearTimeout(timer);
        left = Math.max(0, left - (performance.now() - startedAt));
      }
      try {
        return await work();
      } finally {
        if (--excluded === 0 && !cleared) timer = startClock();
      }
    },
  };
}

/**
 * Settles as `work` does, or rejects with the signal's reason as soon as it aborts. Work that ignores the signal goes
 * on unobserved.
 */
export async function untilAborted<Value>(signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const giveUp = (): void => aborted.reject(signal.reason);
  // The race may be long over when the signal fires.
  aborted.promise.catch(() => undefined);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([work(), aborted.promise]);
  } finally {
    // A combined signal with a listener is never collected, and with it the whole result stays in memory.
    signal.removeEventListener('abort', giveUp);
  }
}

/** The value of `work`, or undefined when it takes longer than `ms` or `signal` aborts first; the work goes on. */
export async function waitAtMost<Value>(
  work: Promise<Value>,
  ms: number,
  signal?: AbortSignal,
): Promise<Value | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const giveUp = (): void => resolve(undefined);
  const timer = setTimeout(giveUp, ms);
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}
