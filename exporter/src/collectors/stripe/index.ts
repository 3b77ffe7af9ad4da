export { createStripeCollector, type StripeOptions, type StripeSettings } from './collector.ts';
export type { StripeData } from './data.ts';
