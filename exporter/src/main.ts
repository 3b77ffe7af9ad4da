import { createCollectors } from './collectors/index.ts';
import { demoSamples } from './demo/label.ts';
import { createHandler } from './app/http-handler.ts';
import { missingInvoiceSamples } from './invoices/missing.ts';
import { ecbRateSamples } from './rates/update-rates.ts';
import { inboxSamples } from './inbox/samples.ts';
import { movementSamples } from './movements/samples.ts';
import { openMonthSamples } from './months/open-months.ts';
import { reconciliationSamples } from './invoices/reconciliation.ts';
import { runExporter } from './app/run-exporter.ts';

await runExporter({
  createCollectors,
  createHandler,
  seed: async ({ pool }, clock, log) => {
    // The generator is large, and asked for once in a database's life.
    const { fillDemo } = await import('./demo/fill.ts');
    await fillDemo(pool, clock, log);
  },
  // Asked on every refresh, also without DEMO: figures stay invented after the switch is gone.
  sampleSources: [
    demoSamples,
    missingInvoiceSamples,
    reconciliationSamples,
    ecbRateSamples,
    movementSamples,
    openMonthSamples,
    inboxSamples,
  ],
});
