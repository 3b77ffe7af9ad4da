import type { SampleSource } from '../metrics/index.ts';
import { isDemo } from './fill.ts';

/** The label of `/metrics`: present only while the figures are invented. */
export const demoSamples: SampleSource = async (db) => ((await isDemo(db)) ? [{ name: 'demo_data', labels: { kind: 'figures' }, value: 1 }] : []);
