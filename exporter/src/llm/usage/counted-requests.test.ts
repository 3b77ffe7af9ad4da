import { describe, expect, test } from 'vitest';
import { countedRequests } from './counted-requests.ts';

describe('requests of some usage', () => {
  test.each([
    ['counted', { requests: 4n, errors: 1n, tokens: 90n, cost: 7n }, { requests: 4, errors: 1 }],
    ['without tokens', { requests: 4n, errors: 4n, tokens: 0n, cost: 0n }, { requests: 4, errors: 4 }],
    ['nothing used', { requests: 0n, errors: 0n, tokens: 0n, cost: 0n }, { requests: 0, errors: 0 }],
    ['tokens alone', { requests: 0n, errors: 0n, tokens: 90n, cost: 0n }, { requests: null, errors: null }],
    ['a cost alone', { requests: 0n, errors: 0n, tokens: 0n, cost: 7n }, { requests: null, errors: null }],
    ['only failed ones counted', { requests: 0n, errors: 2n, tokens: 90n, cost: 7n }, { requests: null, errors: 2 }],
  ])('%s', (_, counted, expected) => {
    expect(countedRequests(counted)).toEqual(expected);
  });
});
