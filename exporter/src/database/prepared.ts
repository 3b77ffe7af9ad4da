import { createHash } from 'node:crypto';
import type { ClientBase, Pool } from 'pg';
import type { Queryable } from './queryable.ts';

/**
 * Texts of read statements: those of the routes, with a variant for each set of filters. Some hold a limit, so there
 * could be thousands.
 */
const names = new Map<string, string>();
/** What one connection keeps at most; further texts are sent plainly. */
const MAX_NAMES = 150;

/**
 * The same text has the same name everywhere, so that a name never stands for another statement, no matter which
 * caller prepared it.
 */
function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MAX_NAMES) return known;
  const name = `m_${createHash('sha256').update(text).digest('base64url').slice(0, 16)}`;
  names.set(text, name);
  return name;
}

/** Parsed and planned once a connection instead of with every call. */
export function preparing(db: Pool | ClientBase): Queryable {
  return {
    query(text, values = []) {
      const name = nameOf(text);
      return db.query({ ...(name !== undefined && { name }), text, values: [...values] });
    },
  };
}

export function plain(db: Pool | ClientBase): Queryable {
  return { query: (text, values = []) => db.query(text, [...values]) };
}
