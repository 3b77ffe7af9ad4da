import type { MonthlyEstimate } from '../../ledger/monthly-estimate.ts';

/** How active users were counted: exactly by sessions, or by the last sign-in (a lower bound). */
export type ActiveUsersMethod = 'sessions' | 'last_sign_in';

/** What is written for one day: counts of the present state, active users and estimate of that day's month. */
export interface SupabaseDay {
  readonly day: string;
  readonly provisional: boolean;
  readonly activeUsers: bigint;
  /** NULL where the cost is not known. */
  readonly estimate: MonthlyEstimate | null;
}

/** A reading of the project as it is now; NULL is "not known". */
export interface SupabaseData {
  readonly users: bigint;
  readonly activeUsersMethod: ActiveUsersMethod;
  readonly databaseSizeBytes: bigint | null;
  readonly storageBytes: bigint | null;
  readonly storageObjects: bigint | null;
  readonly plan: string | null;
  readonly asOf: Date;
  /** The last complete day, and today as provisional. */
  readonly days: readonly SupabaseDay[];
}
