export { fillDemo, isDemo, type DemoOutcome } from './fill.ts';
