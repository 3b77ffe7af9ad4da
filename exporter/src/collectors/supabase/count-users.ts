import type { CollectContext, Warning } from '../contract.ts';
import { CollectorError } from '../errors.ts';
import type { SupabaseProjectClient } from './client.ts';
import type { ActiveUsersMethod } from './data.ts';
import type { DatabaseReading } from './sql.ts';
import { countUsers, type UserCount } from './users.ts';

/** The users by the API, or why they could not be listed: SQL may have them. A refused key ends the run. */
export async function listUsers(
  client: SupabaseProjectClient,
  context: CollectContext,
  days: readonly string[],
): Promise<UserCount | CollectorError> {
  try {
    return await countUsers(client, context, days);
  } catch (error) {
    if (!(error instanceof CollectorError) || context.signal.aborted || error.kind === 'auth' || error.kind === 'bug')
      throw error;
    return error;
  }
}

export interface KnownUsers {
  readonly users: bigint;
  readonly activeUsers: ReadonlyMap<string, bigint>;
  readonly method: ActiveUsersMethod;
  readonly warnings: readonly Warning[];
}

/** Users and active users from the best that could be read. Throws where neither the API nor SQL has them. */
export function usersOf(listed: UserCount | CollectorError, database: DatabaseReading): KnownUsers {
  const exact = database.activeUsers;
  if (listed instanceof CollectorError) {
    if (database.users === undefined || exact === undefined) throw listed;
    return {
      users: database.users,
      activeUsers: exact,
      method: 'sessions',
      warnings: [
        {
          code: 'users_by_sql',
          message: `the users could not be listed and were counted by SQL: ${listed.message}; npm run doctor has the remedy`,
        },
      ],
    };
  }
  return {
    users: listed.users,
    activeUsers: exact ?? listed.signedIn,
    method: exact === undefined ? 'last_sign_in' : 'sessions',
    warnings:
      listed.unusable === 0
        ? []
        : [
            {
              code: 'user_rows_unusable',
              message: 'rows of users could not be used: they count as users, and whether they are active is not known',
              count: listed.unusable,
            },
          ],
  };
}
