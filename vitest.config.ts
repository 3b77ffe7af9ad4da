import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { pluginModules } from './tooling/plugin-modules.ts';
import { SlowFilesFirst } from './tooling/slow-files-first.ts';

// The exporters, commands and workers that tests start load their code in half the time from here.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, '.cache', 'node');

export default defineConfig({
  ...pluginModules(join(import.meta.dirname, 'node_modules')),
  test: {
    // For two cores: the third worker has them while the others wait for servers and timers.
    maxWorkers: 3,
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
          // The files that a worker runs share its modules: loading them for each file took longer than many a test. What
          // a test changes in the process (environment, working directory) it puts back.
          isolate: false,
        },
      },
      {
        extends: true,
        // Each file with Grafana's language and services of its own, which are module state.
        test: { name: 'plugin', include: ['grafana-plugin/**/*.test.{ts,tsx}'] },
      },
    ],
  },
});
