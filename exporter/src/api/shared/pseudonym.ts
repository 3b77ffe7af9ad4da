import { createHmac, randomBytes } from 'node:crypto';
import type { Role } from '../../contract/datasets.ts';

export interface Pseudonyms {
  /** The name itself for those who may see names; else the same stand-in every time, which does not give it away. */
  nameFor(role: Role, kind: 'user' | 'customer', name: string): string;
}

/**
 * Stand-ins for names. They are keyed with the installation's secret, since ids are often e-mail addresses, which a
 * plain hash would let anybody look up. Without a secret (JWKS_URL) they change with each start.
 */
export function createPseudonyms(secret: string | undefined): Pseudonyms {
  const key = secret === undefined ? randomBytes(32) : Buffer.from(`pseudonyms ${secret}`);
  return {
    nameFor: (role, kind, name) =>
      role === 'figures' ? `${kind}-${createHmac('sha256', key).update(name).digest('hex').slice(0, 10)}` : name,
  };
}

/** A row about a customer; for those who may see no names with the stand-in in place of id, name and e-mail. */
export function standInFor<
  Row extends { readonly customer: string | null; readonly name: string | null; readonly email: string | null },
>(pseudonyms: Pseudonyms, role: Role, row: Row): Row {
  if (role !== 'figures' || row.customer === null) return row;
  const stand = pseudonyms.nameFor(role, 'customer', row.customer);
  return { ...row, customer: stand, name: stand, email: null };
}
