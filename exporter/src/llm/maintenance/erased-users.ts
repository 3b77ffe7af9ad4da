import { createHash } from 'node:crypto';
import type { Queryable } from '../../database/queryable.ts';

export function hashOfUser(salt: string, user: string): string {
  return createHash('sha256').update(`${salt}\u0000${user}`).digest('hex');
}

/**
 * The name under which usage of a user is stored: the id itself, or the anonymous one that replaced it when it was
 * erased.
 */
export async function loadStoredNames(db: Queryable): Promise<(user: string) => string> {
  const { rows } = await db.query<{ id_hash: string; salt: string; replacement: string }>(
    'SELECT id_hash, salt, replacement FROM llm_erased_users',
  );
  const [first] = rows;
  if (first === undefined) return (user) => user;
  const replacements = new Map(rows.map((row) => [row.id_hash, row.replacement]));
  return (user) => replacements.get(hashOfUser(first.salt, user)) ?? user;
}
