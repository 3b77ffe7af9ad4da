import { monthStart } from '../../money/days.ts';
import { CollectorError } from '../errors.ts';
import type { RequestContext } from '../retry.ts';
import type { SupabaseProjectClient } from './client.ts';
import { userPage } from './schema.ts';

const PER_PAGE = 1000;
/** Half a million users; beyond that the collector says so instead of running for ever. */
const MAX_PAGES = 500;

export interface UserCount {
  readonly users: bigint;
  /** Users whose last sign-in lies in the calendar month of that day, by day. A lower bound of the active ones. */
  readonly signedIn: ReadonlyMap<string, bigint>;
  /** Rows that could not be used: they count as users, and their sign-in is not known. */
  readonly unusable: number;
}

/**
 * Counts the users by paging through `auth.admin.listUsers`. Pages are counted here: the SDK's `nextPage` keeps one
 * digit only. Every user counts once, even when new sign-ups move the pages while they are read.
 */
export async function countUsers(
  client: SupabaseProjectClient,
  context: RequestContext,
  days: readonly string[],
): Promise<UserCount> {
  const seen = new Set<string>();
  const signedIn = new Map(days.map((day) => [day, 0n]));
  let unusable = 0;
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const answer = await client.call(context, 'the list of users', userPage, (sdk) =>
      sdk.auth.admin.listUsers({ page, perPage: PER_PAGE }),
    );
    const rows = answer.users.map((user, index) => user ?? { id: `row ${page}.${index}`, last_sign_in_at: null });
    unusable += answer.users.filter((user) => user === null).length;
    const fresh = rows.filter((user) => !seen.has(user.id));
    if (answer.users.length > 0 && fresh.length === 0) {
      throw new CollectorError('bad_payload', 'page_loop', `Supabase sent the same users again as page ${page}`);
    }
    for (const user of fresh) {
      seen.add(user.id);
      for (const day of days)
        if (isSince(user.last_sign_in_at, monthStart(day))) signedIn.set(day, (signedIn.get(day) ?? 0n) + 1n);
    }
    // A server may cap the page size below what was asked, so a short page alone is no end where a total is told.
    const ended =
      answer.users.length === 0 ||
      (answer.total === undefined ? answer.users.length < PER_PAGE : seen.size >= answer.total);
    if (ended) return { users: BigInt(seen.size), signedIn, unusable };
  }
  throw new CollectorError('bad_payload', 'too_many_pages', `Supabase has more than ${MAX_PAGES} pages of users`, {
    retryable: false,
  });
}

function isSince(time: string | null | undefined, start: string): boolean {
  return time !== null && time !== undefined && Date.parse(time) >= Date.parse(`${start}T00:00:00Z`);
}
