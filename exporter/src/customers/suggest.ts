import type { LinkReason } from '../contract/reference-data.ts';

export interface UserToLink {
  readonly userId: string;
  /** Null where it is not known. */
  readonly email: string | null;
}

export interface CustomerToLink {
  readonly customer: string;
  readonly email: string | null;
  /** Ids of users in its metadata. */
  readonly userRefs: readonly string[];
}

export interface SuggestedLink {
  readonly userId: string;
  readonly customer: string;
  /** Why, the surer one first. */
  readonly reasons: readonly LinkReason[];
}

/** A user that several customers match, or a customer whose e-mail several users have: a person has to choose. */
export interface AmbiguousLink {
  readonly userIds: readonly string[];
  readonly customers: readonly string[];
  readonly reasons: readonly LinkReason[];
}

/** E-mail addresses are compared without regard to capitals, surrounding spaces and the form of accents. */
export function normaliseEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}

/**
 * Links by the customers' metadata and by e-mail, in the order of `users`. Where several match nothing is suggested.
 * `isRejected` pairs do not come back. Pure.
 */
export function suggestLinks(
  users: readonly UserToLink[],
  customers: readonly CustomerToLink[],
  isRejected: (userId: string, customer: string) => boolean,
): { readonly suggestions: readonly SuggestedLink[]; readonly ambiguous: readonly AmbiguousLink[] } {
  const byEmail = Map.groupBy(
    customers.filter(({ email }) => email !== null),
    ({ email }) => normaliseEmail(email ?? ''),
  );
  const byRef = new Map<string, Set<string>>();
  for (const { customer, userRefs } of customers)
    for (const ref of userRefs) byRef.set(ref, (byRef.get(ref) ?? new Set()).add(customer));
  const matches = users.map(({ userId, email }) => {
    const named = [...(byRef.get(userId) ?? [])].filter((customer) => !isRejected(userId, customer));
    const mailed = (email === null ? [] : (byEmail.get(normaliseEmail(email)) ?? []))
      .map(({ customer }) => customer)
      .filter((customer) => !isRejected(userId, customer));
    const reasons: LinkReason[] = [
      ...(named.length > 0 ? ['metadata' as const] : []),
      ...(mailed.length > 0 ? ['email' as const] : []),
    ];
    return { userId, reasons, customers: [...new Set([...named, ...mailed])].sort() };
  });
  // Several users with the e-mail of one customer: which of them it is, metadata may say, an e-mail does not.
  const onlyMailed = Map.groupBy(
    matches.filter(({ reasons, customers: found }) => found.length === 1 && !reasons.includes('metadata')),
    ({ customers: [customer = ''] }) => customer,
  );
  const shared = [...onlyMailed].filter(([, same]) => same.length > 1);
  const isShared = new Set(shared.flatMap(([, same]) => same.map(({ userId }) => userId)));
  return {
    suggestions: matches.flatMap(({ userId, reasons, customers: [customer, another] }) =>
      customer === undefined || another !== undefined || isShared.has(userId) ? [] : [{ userId, customer, reasons }],
    ),
    ambiguous: [
      ...matches
        .filter(({ customers: found }) => found.length > 1)
        .map(({ userId, customers: found, reasons }) => ({ userIds: [userId], customers: found, reasons })),
      ...shared.map(([customer, same]) => ({
        userIds: same.map(({ userId }) => userId),
        customers: [customer],
        reasons: ['email' as const],
      })),
    ],
  };
}
