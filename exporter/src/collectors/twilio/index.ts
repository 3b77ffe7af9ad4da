export { createTwilioCollector, type TwilioData } from './collector.ts';
