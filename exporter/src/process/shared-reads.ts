import { LRUCache } from 'lru-cache';

/** What `read` resolves to for a key. Concurrent callers share one read; a failed read is not cached. */
export type SharedReads<Value> = (key: string, read: () => Promise<Value>) => Promise<Value>;

/** Caches the values of the `max` keys used last, each for at most `maxAgeMs`; without it as long as it is used. */
export function createSharedReads<Value>(max: number, maxAgeMs = 0): SharedReads<Value> {
  const values = new LRUCache<string, Promise<Value>>({ max, ttl: maxAgeMs });
  return async (key, read) => {
    let value = values.get(key);
    if (value === undefined) {
      value = read();
      // Only here: to store a value again would make it new.
      values.set(key, value);
    }
    try {
      return await value;
    } catch (error) {
      // A newer read under the same key stays.
      if (values.peek(key) === value) values.delete(key);
      throw error;
    }
  };
}
