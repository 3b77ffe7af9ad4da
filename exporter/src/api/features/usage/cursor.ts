import { z } from 'zod';
import { invalid } from '../../http/problem.ts';

/** Where a page of users ended: cost and id of its last user. */
export interface UserPosition {
  /** In the order of the list: unpriced users come last, as -1. */
  readonly cost: string;
  readonly userId: string;
}

const position = z.tuple([
  z.string().regex(/^-?\d{1,30}(\.\d{1,6})?$/),
  z
    .string()
    .min(1)
    .max(1_000)
    .refine((text) => !text.includes('\u0000')),
]);

export function writeCursor({ cost, userId }: UserPosition): string {
  return Buffer.from(JSON.stringify([cost, userId])).toString('base64url');
}

/** Throws a 400 for anything that `writeCursor` did not write. */
export function readCursor(text: string): UserPosition {
  try {
    const [cost, userId] = position.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { cost, userId };
  } catch {
    throw invalid([{ field: 'cursor', message: 'must be the nextCursor of an earlier answer' }]);
  }
}
