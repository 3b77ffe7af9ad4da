import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Used from its copy in `.cache/newest-grafana`, whose packages are those of the newest Grafana.
const modules = join(import.meta.dirname, 'node_modules');

export default defineConfig({
  resolve: {
    // As in the configuration of all tests: CommonJS builds, which Node can load.
    alias: [
      { find: /^@grafana\/(ui|data|runtime|i18n)$/, replacement: join(modules, '@grafana/$1/dist/cjs/index.cjs') },
      { find: /^i18next$/, replacement: join(modules, 'i18next/dist/cjs/i18next.js') },
    ],
  },
  test: {
    include: ['grafana-plugin/**/*.test.{ts,tsx}'],
    globalSetup: ['exporter/test/global-setup.ts'],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    restoreMocks: true,
  },
});
