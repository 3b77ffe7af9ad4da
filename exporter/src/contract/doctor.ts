import type { CollectorName } from './providers.ts';

/** What the next run would do with each provider, found out by asking the providers. Free of dependencies. */

export const DOCTOR_PATH = '/admin/doctor';

/** `ok` would run, `warning` would run with something missing, `skipped` would not try, `broken` would fail. */
export const PROVIDER_STATES = ['ok', 'warning', 'skipped', 'broken'] as const;
export type ProviderState = (typeof PROVIDER_STATES)[number];

export interface DoctorFinding {
  /** What was looked at, such as `STRIPE_SECRET_KEY` or `read subscriptions`. */
  readonly check: string;
  readonly ok: boolean | 'warning';
  readonly message: string;
  /** What to do about it; null where nothing is wrong. */
  readonly remedy: string | null;
}

export interface DoctorRow {
  readonly collector: CollectorName;
  readonly state: ProviderState;
  /** The reason of the skip or failure that a run would end with. */
  readonly reason: string | null;
  readonly message: string | null;
  readonly findings: readonly DoctorFinding[];
}

export interface DoctorAnswer {
  readonly running: boolean;
  readonly startedAt: string | null;
  /** Of the examination that `data` is from; null before the first one ends. */
  readonly finishedAt: string | null;
  readonly data: readonly DoctorRow[];
}
