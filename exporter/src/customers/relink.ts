import type { CustomerUserRow } from '../contract/reference-data.ts';

export type Link = Omit<CustomerUserRow, 'userId' | 'name' | 'email'>;

/** From when until when the user belongs to a customer; `customer` null: to none. */
export interface Relink extends Omit<Link, 'customer'> {
  readonly customer: string | null;
}

/**
 * The links of one user after a change: days of the change belong to its customer alone, links that reach into them are
 * cut or split, adjoining links of one customer become one. Oldest first. Pure.
 */
export function relinkUser(links: readonly Link[], change: Relink): Link[] {
  const { customer } = change;
  const cut = links.flatMap((link): Link[] => {
    if (startOf(link) >= endOf(change) || endOf(link) <= startOf(change)) return [link];
    return [
      ...(startOf(link) < startOf(change) ? [{ ...link, validTo: change.validFrom }] : []),
      ...(endOf(link) > endOf(change) ? [{ ...link, validFrom: change.validTo }] : []),
    ];
  });
  const all = customer === null ? cut : [...cut, { ...change, customer }];
  const merged: Link[] = [];
  for (const link of all.sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1))) {
    const before = merged.at(-1);
    if (before?.customer === link.customer && before.validTo !== null && before.validTo === link.validFrom)
      merged[merged.length - 1] = { ...before, validTo: link.validTo };
    else merged.push(link);
  }
  return merged;
}

export function sameLink(a: Link, b: Link): boolean {
  return a.customer === b.customer && a.validFrom === b.validFrom && a.validTo === b.validTo;
}

function startOf({ validFrom }: Pick<Link, 'validFrom'>): string {
  return validFrom ?? '';
}

function endOf({ validTo }: Pick<Link, 'validTo'>): string {
  return validTo ?? 'end';
}
