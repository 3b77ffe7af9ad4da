import type { MonthlyEstimate } from '../../ledger/monthly-estimate.ts';

/** How active users were counted: exactly by sessions, or by the last sign-in (a lower bound). */
export type ActiveUsersMethod = 'sessions' | 'last_sign_in';

/** What is written for one day: counts of the present state, active users and estimate of that day's month. */
export interface SupabaseDay {
  readonly day: string;
  readonly provisional: boolean;
  /** NULL where it is not known. */
  readonly activeUsers: bigint | null;
  /** NULL where the cost is not known: what is stored stays. */
  readonly estimate: MonthlyEstimate | null;
}

/** A reading of the project as it is now; NULL is "not known". */
export interface SupabaseData {
  readonly users: bigint | null;
  readonly activeUsersMethod: ActiveUsersMethod;
  readonly databaseSizeBytes: bigint | null;
  readonly storageBytes: bigint | null;
  readonly storageObjects: bigint | null;
  readonly plan: string | null;
  readonly asOf: Date;
  /** The last complete day, and today as provisional. */
  readonly days: readonly SupabaseDay[];
}
