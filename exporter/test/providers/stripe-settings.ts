import type { StripeSettings } from '../../src/collectors/stripe/index.ts';
import { STRIPE_KEY } from './stripe.ts';

/** The collector's settings with their defaults; tests give the address of their server. */
export function stripeSettings(overrides: Partial<StripeSettings> = {}): StripeSettings {
  return {
    STRIPE_SECRET_KEY: STRIPE_KEY,
    STRIPE_USER_METADATA: ['user_id'],
    STRIPE_ALLOW_TEST_MODE: false,
    STRIPE_API_URL: 'http://127.0.0.1:9',
    MRR_COUNT_PAST_DUE: true,
    MRR_COUNT_TRIALING: false,
    MRR_COUNT_PAUSED: false,
    MRR_COUNT_REPEATING_DISCOUNTS: true,
    ...overrides,
  };
}
