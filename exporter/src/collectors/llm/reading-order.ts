import { daysBetween } from '../../money/days.ts';

/**
 * Older days that are read together: each group costs two questions a counter more, and must fit into the rest of the
 * budget.
 */
const DAYS_TOGETHER = 3;

/**
 * The days as they are read, most important first: the target day and those after it, then older ones, newest first, in
 * groups of adjoining days. Inside a group each day begins with what the day before ended with.
 */
export function readingOrder(days: readonly string[], target: string): string[][] {
  const newest = [...new Set(days)].sort().reverse();
  const first = newest.filter((day) => day >= target).reverse();
  const groups: string[][] = first.length === 0 ? [] : [first];
  let group: string[] = [];
  for (const day of newest.filter((one) => one < target)) {
    const [next] = group;
    if (next !== undefined && group.length < DAYS_TOGETHER && daysBetween(day, next) === 1) {
      group.unshift(day);
    } else {
      group = [day];
      groups.push(group);
    }
  }
  return groups;
}
