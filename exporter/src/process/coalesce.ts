/**
 * `work` without overlap: calls while it runs share one more run after it, since what changed after the running one began
 * would be missed by that. The arguments of the first of them count.
 */
export function coalesceRuns<Args extends readonly unknown[]>(
  work: (...args: Args) => Promise<void>,
): (...args: Args) => Promise<void> {
  let running: Promise<void> | undefined;
  let waiting: Promise<void> | undefined;
  const once = (...args: Args): Promise<void> => {
    if (running === undefined) {
      running = work(...args).finally(() => {
        running = undefined;
      });
      return running;
    }
    waiting ??= running
      .catch(() => undefined)
      .then(() => {
        waiting = undefined;
        return once(...args);
      });
    return waiting;
  };
  return once;
}
