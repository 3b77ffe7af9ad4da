import { createCollectors } from './collectors/index.ts';
import { demoSamples, fillDemo } from './demo/index.ts';
import { createHandler } from './http-handler.ts';
import { runExporter } from './run-exporter.ts';

await runExporter({
  createCollectors,
  createHandler,
  seed: async ({ pool }, clock, log) => void (await fillDemo(pool, clock, log)),
  sampleSources: [demoSamples],
});
