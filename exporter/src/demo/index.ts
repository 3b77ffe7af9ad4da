export { fillDemo, type DemoOutcome } from './fill.ts';
export { demoSamples, isDemo } from './label.ts';
