/**
 * What a collector run can end with. Closed sets: they are stored, alerted on and shown, so a new member is a
 * change of contract. This file must stay free of dependencies.
 */

export const OUTCOMES = ['succeeded', 'skipped', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Why a run did not try at all. A skip raises no alert. */
export const SKIP_REASONS = [
  'not_configured',
  'placeholder_key',
  'disabled',
  'test_mode_refused',
  'upstream_not_ready',
  'locked',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** The coarse kind of a failure: the label `kind` of `marginboard_collector_run_failures_total`. */
export const FAILURE_KINDS = [
  'auth',
  'rate_limited',
  'timeout',
  'network',
  'upstream',
  'bad_payload',
  'storage',
  'shutdown',
  'bug',
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** The finer reason of a failure, for a person: what to mend. */
export const FAILURE_REASONS = [
  'publishable_key',
  'malformed_key',
  'malformed_setting',
  'invalid_key',
  'expired_key',
  'missing_permission',
  'address_refused',
  'account_refused',
  'rate_limited',
  'timeout',
  'network',
  'bad_response',
  'api_error',
  'not_found',
  'too_many_pages',
  'page_loop',
  'lease_lost',
  'storage',
  'shutdown',
  'bug',
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

export type RunReason = SkipReason | FailureReason;

/** The outcome of a whole synchronisation. */
export const SYNC_OUTCOMES = ['succeeded', 'partial', 'failed'] as const;
export type SyncOutcome = (typeof SYNC_OUTCOMES)[number];
