import { z } from 'zod';
import type { LinkPosition } from '../../../customers/links.ts';
import { invalid } from '../../http/problem.ts';

const OPEN = '-infinity';

const position = z
  .tuple([z.string().max(1_000), z.string().max(1_000), z.union([z.iso.date(), z.literal(OPEN)])])
  .refine((parts) => parts.every((part) => !part.includes('\u0000')));

export function writeCursor({ userId, customer, validFrom }: LinkPosition): string {
  return Buffer.from(JSON.stringify([userId, customer, validFrom ?? OPEN])).toString('base64url');
}

/** Throws a 400 for anything that `writeCursor` did not write. */
export function readCursor(text: string): LinkPosition {
  try {
    const [userId, customer, from] = position.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { userId, customer, validFrom: from === OPEN ? null : from };
  } catch {
    throw invalid([{ field: 'cursor', message: 'must be the nextCursor of an earlier answer' }]);
  }
}
