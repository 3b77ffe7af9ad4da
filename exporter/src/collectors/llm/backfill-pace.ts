import { performance } from 'node:perf_hooks';

/** Of the runner's 120 s for reading a provider: the last group of days must be read before they are over. */
const READING_MS = 110_000;
/** Nothing is known yet of how long older days take. */
const FIRST_DAYS = 3;
/** More would save little: each group costs two questions a counter more. */
const MOST_DAYS = 7;
/** Rows of a group are held until it is stored: some 30 bytes each. */
const MOST_ROWS = 360_000;

/**
 * Tells how many older days are read together next, 0 where the rest is left to the next run: `read` days were read
 * since the last call. Since the start they had `rows` rows, and storing took `storingMs`, which is no time of reading.
 */
export type BackfillPace = (read: number, rows: number, storingMs: number) => number;

/** Starts counting the time of a run. A group takes half of what is left at most, as far as the days before tell. */
export function startBackfillPace(now: () => number = () => performance.now()): BackfillPace {
  const started = now();
  let [days, used, groups] = [0, 0, 0];
  return (read, rows, storingMs) => {
    const before = used;
    used = now() - started - storingMs;
    days += read;
    const perDay = days === 0 ? 0 : Math.max(used / days, (used - before) / Math.max(read, 1));
    const left = READING_MS - used;
    groups += 1;
    if (left < perDay * 1.5) return 0;
    const inTime = perDay === 0 ? MOST_DAYS : left / 2 / perDay;
    const inMemory = rows === 0 ? MOST_DAYS : (MOST_ROWS * days) / rows;
    return Math.min(Math.max(Math.floor(Math.min(inTime, inMemory)), 1), groups === 1 ? FIRST_DAYS : MOST_DAYS);
  };
}
