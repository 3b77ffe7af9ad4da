export { createDigitalOceanCollector, type DigitalOceanData } from './collector.ts';
