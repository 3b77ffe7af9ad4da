export { fillDemo, isDemo, type DemoOutcome } from './fill.ts';
export { demoSamples } from './samples.ts';
