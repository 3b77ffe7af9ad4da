import { pino } from 'pino';
import type { CollectContext, RetryPolicy } from '../../src/collectors/contract.ts';

/** Waits short enough for a test; the limits are the same in kind. */
export const QUICK_RETRY: RetryPolicy = {
  tries: 3,
  minWaitMs: 1,
  maxWaitMs: 5,
  maxRetryAfterMs: 3_000,
  requestTimeoutMs: 5_000,
};

/** A database in which nothing is stored yet. */
const EMPTY_DATABASE: CollectContext['db'] = {
  query: async () => ({ rows: [], rowCount: 0, command: 'SELECT', oid: 0, fields: [] }),
};

export interface TestContext extends CollectContext {
  /** The code of every attempt, in order. */
  readonly codes: string[];
  /** Everything that was logged, as text. */
  readonly logged: string[];
}

/** A context of the run on 15 March 2026, shortly after midnight, for 14 March. */
export function testContext(overrides: Partial<CollectContext> = {}): TestContext {
  const codes: string[] = [];
  const logged: string[] = [];
  return {
    day: '2026-03-14',
    days: ['2026-03-14', '2026-03-15'],
    today: '2026-03-15',
    now: new Date('2026-03-15T00:30:00Z'),
    signal: new AbortController().signal,
    log: pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) }),
    upstream: { observe: (code) => void codes.push(code) },
    retry: QUICK_RETRY,
    db: EMPTY_DATABASE,
    codes,
    logged,
    ...overrides,
  };
}
