import { renderMetricsDoc } from '../metrics/metrics-doc.ts';
import { environmentExample, settingsTable } from './settings-doc.ts';

/** Every file that is generated from the sources: path from the repository's root → content. A test compares them. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    '.env.example': environmentExample(),
    'docs/settings.md': settingsTable(),
    'docs/metrics.md': renderMetricsDoc(),
  };
}
