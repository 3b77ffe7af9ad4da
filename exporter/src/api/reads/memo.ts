/** What `read` resolves to, read once: whoever asks meanwhile waits for the same reading. A failure is forgotten. */
export type Memo<Value> = (key: string, read: () => Promise<Value>) => Promise<Value>;

/** Keeps the `limit` values that were asked for last. */
export function createMemo<Value>(limit: number): Memo<Value> {
  const kept = new Map<string, Promise<Value>>();
  return async (key, read) => {
    const value = kept.get(key) ?? read();
    kept.delete(key);
    kept.set(key, value);
    for (const oldest of [...kept.keys()].slice(0, -limit)) kept.delete(oldest);
    try {
      return await value;
    } catch (error) {
      if (kept.get(key) === value) kept.delete(key);
      throw error;
    }
  };
}
