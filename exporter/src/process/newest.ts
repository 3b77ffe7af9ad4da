/**
 * `read` one at a time: whoever asks while it is under way shares the next one with all who do, so that no answer is
 * older than its question, and a crowd costs two readings and not a connection each.
 */
export function coalesceReads<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let running: Promise<Value> | undefined;
  let next: Promise<Value> | undefined;

  function ask(): Promise<Value> {
    if (running === undefined) {
      running = read().finally(() => {
        running = undefined;
      });
      return running;
    }
    const again = (): Promise<Value> => {
      next = undefined;
      return ask();
    };
    next ??= running.then(again, again);
    return next;
  }

  return ask;
}
