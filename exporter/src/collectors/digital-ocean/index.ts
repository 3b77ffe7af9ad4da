export { createDigitalOceanCollector } from './collector.ts';
export type { DigitalOceanData } from './data.ts';
