import type { Readiness } from '../contract.ts';
import { looksLikePlaceholder } from '../placeholder.ts';

const KEY = /^(sk|rk)_(live|test)_([A-Za-z0-9_]+)$/;
/** Stripe's live keys have far more characters; stripe-mock's customary test key is `sk_test_123`. */
const SHORTEST_LIVE_SECRET = 10;
const REMEDY = 'copy a restricted key (rk_live_…) or secret key (sk_live_…) from https://dashboard.stripe.com/apikeys';

/**
 * Judges STRIPE_SECRET_KEY by its looks, before any SDK or network sees it: a newline in it would look like a network
 * error.
 */
export function stripeReadiness(key: string | undefined, allowTestMode: boolean): Readiness {
  if (key === undefined || key.trim() === '') {
    return {
      outcome: 'skipped',
      reason: 'not_configured',
      message: `STRIPE_SECRET_KEY is not set; to read revenue, ${REMEDY}`,
    };
  }
  if (looksLikePlaceholder(key)) {
    return {
      outcome: 'skipped',
      reason: 'placeholder_key',
      message: `STRIPE_SECRET_KEY holds a placeholder; ${REMEDY}`,
    };
  }
  if (key.startsWith('pk_')) {
    return {
      outcome: 'failed',
      kind: 'auth',
      reason: 'publishable_key',
      message: `STRIPE_SECRET_KEY holds a publishable key (pk_…), which can read nothing; ${REMEDY}`,
    };
  }
  const fault = faultOf(key);
  if (fault !== undefined)
    return {
      outcome: 'failed',
      kind: 'auth',
      reason: 'malformed_key',
      message: `STRIPE_SECRET_KEY ${fault}; ${REMEDY}`,
    };
  if (isTestKey(key) && !allowTestMode) {
    return {
      outcome: 'skipped',
      reason: 'test_mode_refused',
      message:
        'STRIPE_SECRET_KEY is a test-mode key, whose figures are not revenue; use a live key, or set STRIPE_ALLOW_TEST_MODE=true',
    };
  }
  return { outcome: 'ready' };
}

export function isTestKey(key: string): boolean {
  return /^(sk|rk)_test_/.test(key);
}

function faultOf(key: string): string | undefined {
  if (/\s/.test(key)) return 'contains a space or a line break';
  if (key.startsWith('sk_org_')) return 'is a key of an organisation (sk_org_…), which belongs to no single account';
  if (key.startsWith('whsec_')) return 'is a webhook signing secret (whsec_…)';
  const match = KEY.exec(key);
  if (!match)
    return 'is not a Stripe key: one starts with rk_live_ or sk_live_ and has only letters and digits after it';
  const [, , mode, secret = ''] = match;
  return mode === 'live' && secret.length < SHORTEST_LIVE_SECRET
    ? 'is too short, so a part of it is missing'
    : undefined;
}
