/**
 * `work` without overlap: calls while it runs share one more run after it, so that no result is older than its call and
 * a crowd costs two runs. The shared run gets the arguments of the first call that waits for it. A failure rejects the
 * calls of that run only.
 */
export function coalesce<Args extends readonly unknown[], Value>(
  work: (...args: Args) => Promise<Value>,
): (...args: Args) => Promise<Value> {
  let running: Promise<Value> | undefined;
  let next: Promise<Value> | undefined;

  function call(...args: Args): Promise<Value> {
    if (running === undefined) {
      running = work(...args).finally(() => {
        running = undefined;
      });
      return running;
    }
    const again = (): Promise<Value> => {
      next = undefined;
      return call(...args);
    };
    next ??= running.then(again, again);
    return next;
  }

  return call;
}
