import { Writable } from 'node:stream';
import { Pool } from 'pg';
import pino from 'pino';
import type { CollectContext } from '../src/collectors/contract.ts';
import { withTransaction } from '../src/database/pool.ts';
import { addDays, dayOf, daysOf } from '../src/money/days.ts';
import type { Queryable } from '../src/database/queryable.ts';

export interface TestContext extends CollectContext {
  /** The code of every attempt at the provider. */
  readonly codes: readonly string[];
  /** Everything that was logged, at every level, unredacted. */
  logged(): string;
  /** Rows that were stored before the end of the run. */
  rows(): number;
}

/** The context of a run at `now`: the complete days `back` days deep, and today. Waits between tries are short. */
export function collectContext(
  db: Queryable,
  now: string,
  overrides: { back?: number; requestTimeoutMs?: number; maxRetryAfterMs?: number; signal?: AbortSignal } = {},
): TestContext {
  const time = new Date(now);
  const today = dayOf(time);
  const lines: string[] = [];
  const codes: string[] = [];
  let rows = 0;
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return {
    day: addDays(today, -1),
    days: daysOf(addDays(today, -(overrides.back ?? 3)), addDays(today, 1)),
    today,
    now: time,
    signal: overrides.signal ?? AbortSignal.timeout(20_000),
    log: pino({ level: 'trace' }, sink),
    upstream: { observe: (code) => void codes.push(code) },
    retry: {
      tries: 3,
      minWaitMs: 1,
      maxWaitMs: 5,
      maxRetryAfterMs: overrides.maxRetryAfterMs ?? 1_500,
      requestTimeoutMs: overrides.requestTimeoutMs ?? 5_000,
    },
    db,
    checkpoint: async (part) => {
      rows += (await (db instanceof Pool ? withTransaction(db, part) : part(db))).rows;
    },
    codes,
    logged: () => lines.join(''),
    rows: () => rows,
  };
}

/** The context of a run that stores nothing: all that it reads is in its answer. */
export function dryRunContext(...args: Parameters<typeof collectContext>): Omit<TestContext, 'checkpoint'> {
  const { checkpoint: _, ...context } = collectContext(...args);
  return context;
}
