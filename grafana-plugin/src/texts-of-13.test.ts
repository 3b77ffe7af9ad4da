import i18next from 'i18next';
import { expect, it } from 'vitest';
import { loadTexts } from './load-texts.ts';
import { text } from './shared/lazy-translations.ts';

// Grafana 13.1 and newer load no `en-US` file of a plugin.
it('is English where Grafana has loaded no texts of the plugin', async () => {
  await i18next.init({ lng: 'en-US', resources: {} });
  await loadTexts();
  expect(text('pages.invoices.title')).toBe('Billing');
  expect(text('month.counts-for', { month: 'March 2026' })).toBe('Counts for March 2026.');
  expect([text('import.confirm', { count: 1 }), text('import.confirm', { count: 2 })]).toEqual([
    'Store 1 entry',
    'Store 2 entries',
  ]);
});
