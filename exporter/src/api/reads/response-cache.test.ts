import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createResponseCache, type CachedResponse } from './response-cache.ts';

const answer = (bytes: number, etag = ''): CachedResponse => ({
  etag,
  body: Buffer.alloc(bytes),
  gzip: undefined,
  version: 'v',
  stamp: 's',
  day: '2026-03-15',
  until: Infinity,
  computedAt: 0,
});

test('the budget holds for any order of reads and writes, and the answer cached last is there', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          key: fc.integer({ min: 0, max: 30 }),
          bytes: fc.integer({ min: 0, max: 12_000 }),
          asked: fc.integer({ min: 0, max: 30 }),
        }),
      ),
      (steps) => {
        const cache = createResponseCache(64_000);
        for (const { key, bytes, asked } of steps) {
          const cached = answer(bytes);
          cache.set(String(key), cached);
          // An eighth of the budget, with the overhead of an entry and two bytes a character of its key.
          expect(cache.get(String(key))).toBe(600 + 2 * String(key).length + bytes > 64_000 / 8 ? undefined : cached);
          cache.get(String(asked));
          expect(cache.size()).toBeLessThanOrEqual(64_000);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

test('the least recently used answer is evicted first; a newer answer replaces the one under its key', () => {
  const cache = createResponseCache(20_000);
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) cache.set(key, answer(1_800));
  cache.get('a');
  cache.set('i', answer(1_800));
  expect(['a', 'b', 'c'].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true]);
  const size = cache.size();
  cache.set('a', answer(1_800, 'newer'));
  expect([cache.get('a')?.etag, cache.size()]).toEqual(['newer', size]);
});
