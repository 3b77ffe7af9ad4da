export { createTwilioCollector } from './collector.ts';
export type { TwilioData } from './data.ts';
