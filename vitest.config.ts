import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { pluginModules } from './tooling/plugin-modules.ts';
import { SlowFilesFirst } from './tooling/slow-files-first.ts';

export default defineConfig({
  ...pluginModules(join(import.meta.dirname, 'node_modules')),
  test: {
    // For two cores: a third worker would save a minute and make tests of deadlines fail.
    maxWorkers: 2,
    sequence: { sequencer: SlowFilesFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['{exporter,dashboards,provisioning,tooling,e2e,benchmarks}/**/*.test.ts'],
          globalSetup: ['exporter/test/global-setup.ts'],
        },
      },
      {
        extends: true,
        // Without the embedded Postgres of the others.
        test: { name: 'plugin', include: ['grafana-plugin/**/*.test.{ts,tsx}'] },
      },
    ],
  },
});
