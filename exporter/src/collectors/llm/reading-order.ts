import { daysBetween } from '../../money/days.ts';

/** The days of a run as they are read, most important first. */
export interface ReadingOrder {
  /** The target day and those after it, oldest first: read together. */
  readonly first: readonly string[];
  /** The others, newest first. */
  readonly older: readonly string[];
}

export function readingOrder(days: readonly string[], target: string): ReadingOrder {
  const newest = [...new Set(days)].sort().reverse();
  return {
    first: newest.filter((day) => day >= target).reverse(),
    older: newest.filter((day) => day < target),
  };
}

/**
 * Takes the newest days out of `older`, at most `most` and as far as they adjoin; oldest first, since inside a group
 * each day begins with what the day before ended with.
 */
export function takeGroup(older: string[], most: number): string[] {
  const group: string[] = [];
  while (group.length < most) {
    const [day] = older;
    const [next] = group;
    if (day === undefined || (next !== undefined && daysBetween(day, next) !== 1)) break;
    group.unshift(day);
    older.shift();
  }
  return group;
}
