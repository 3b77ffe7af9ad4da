import { LRUCache } from 'lru-cache';
import type { EncodedAnswer } from '../http/encoded.ts';

/** An encoded answer and the state of the data for which it holds. */
export interface CachedResponse extends EncodedAnswer {
  /** Version and stamp of the data that the answer was computed from; see `DataVersion`. */
  readonly version: string;
  readonly stamp: string;
  readonly day: string;
  /** Expiry in ms of the database's clock: from then on the same data give another answer. */
  readonly until: number;
  /** `performance.now()` when the answer was computed. */
  readonly computedAt: number;
}

export interface ResponseCache {
  get(key: string): CachedResponse | undefined;
  set(key: string, response: CachedResponse): void;
  /** Estimated memory in bytes. */
  size(): number;
}

/** Estimated bytes of a cache entry, its object and its buffers apart from their content. */
const ENTRY_OVERHEAD_BYTES = 600;
/** Larger answers are not cached, so that one of them cannot evict most of the others. */
const MAX_BUDGET_SHARE = 1 / 8;

/**
 * A least-recently-used cache of at most `budget` bytes. An answer of more than an eighth of the budget is not cached.
 */
export function createResponseCache(budget: number): ResponseCache {
  const responses = new LRUCache<string, CachedResponse>({
    maxSize: budget,
    maxEntrySize: Math.floor(budget * MAX_BUDGET_SHARE),
    sizeCalculation: ({ body, gzip }, key) => ENTRY_OVERHEAD_BYTES + 2 * key.length + body.length + (gzip?.length ?? 0),
  });
  return {
    get: (key) => responses.get(key),
    set: (key, response) => void responses.set(key, response),
    size: () => responses.calculatedSize,
  };
}
