import { createCollectors } from './collectors/index.ts';
import { demoSamples, fillDemo } from './demo/index.ts';
import { createHandler } from './http-handler.ts';
import { runExporter } from './run-exporter.ts';

await runExporter({
  createCollectors,
  createHandler,
  seed: async ({ pool }, clock, log) => {
    await fillDemo(pool, clock, log);
  },
  // Asked on every refresh, also without DEMO: figures stay invented after the switch is gone.
  sampleSources: [demoSamples],
});
