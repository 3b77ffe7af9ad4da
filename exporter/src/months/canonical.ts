import { createHash } from 'node:crypto';

/**
 * JSON with the members of every object in the order of their names and without blanks: equal content is equal text,
 * whatever order it was put together in.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : member,
  );
}

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
