import { z } from 'zod';
import type { RankingPosition } from '../../../llm/ranking/user-ranking.ts';
import { invalid } from '../../http/problem.ts';

const position = z.tuple([
  z.string().regex(/^-?\d{1,30}(\.\d{1,6})?$/),
  z
    .string()
    .min(1)
    .max(1_000)
    .refine((text) => !text.includes('\u0000')),
]);

export function writeCursor({ cost, userId }: RankingPosition): string {
  return Buffer.from(JSON.stringify([cost, userId])).toString('base64url');
}

/** Throws a 400 for anything that `writeCursor` did not write. */
export function readCursor(text: string): RankingPosition {
  try {
    const [cost, userId] = position.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { cost, userId };
  } catch {
    throw invalid([{ field: 'cursor', message: 'must be the nextCursor of an earlier answer' }]);
  }
}
