import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { pluginModules } from '../../tooling/plugin-modules.ts';

// Used from its copy in `.cache/newest-grafana`, which is as deep below the project and has the newest packages.
export default defineConfig({
  ...pluginModules(join(import.meta.dirname, 'node_modules')),
  test: {
    include: ['grafana-plugin/**/*.test.{ts,tsx}'],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    restoreMocks: true,
  },
});
