import { dayOf } from '../money/days.ts';
import type { Queryable } from './queryable.ts';

/** The time that decides days: the database's clock, so that every replica agrees whatever its own clock says. */
export interface Clock {
  /** The database's time, or NOW. Rejects when the database cannot be asked: a day is never stored by another clock. */
  now(): Promise<Date>;
  /** The running UTC day. */
  today(): Promise<string>;
  /** NOW, or the process's own time: for pages that must answer without a database, never for storing a day. */
  local(): Date;
  /** NOW, where it is set. */
  readonly fixed: Date | undefined;
}

export function createClock({ now: text, db }: { readonly now?: string | undefined; readonly db: Queryable }): Clock {
  const fixed = text === undefined ? undefined : new Date(text);
  const now = async (): Promise<Date> => {
    if (fixed !== undefined) return new Date(fixed);
    const result = await db.query<{ ms: string }>(
      'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::text AS ms',
    );
    const ms = Number(result.rows[0]?.ms);
    if (!Number.isFinite(ms)) throw new Error('the database did not tell its time');
    return new Date(ms);
  };
  return {
    now,
    today: async () => dayOf(await now()),
    local: () => (fixed === undefined ? new Date() : new Date(fixed)),
    fixed,
  };
}
