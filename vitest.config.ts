import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import plugin from './grafana-plugin/package.json' with { type: 'json' };
import { SlowFilesFirst } from './tooling/slow-files-first.ts';

const modules = join(import.meta.dirname, 'node_modules');

export default defineConfig({
  // What the plugin's build inserts.
  define: { PLUGIN_VERSION: JSON.stringify(plugin.version) },
  resolve: {
    // The ES modules of Grafana 12.3 import CommonJS files without their extension, which a bundler resolves and Node does
    // not: tests load the CommonJS builds, and with them the one i18next that those builds share.
    alias: [
      { find: /^@grafana\/(ui|data|runtime|i18n)$/, replacement: join(modules, '@grafana/$1/dist/cjs/index.cjs') },
      { find: /^i18next$/, replacement: join(modules, 'i18next/dist/cjs/i18next.js') },
    ],
  },
  test: {
    include: ['{exporter,dashboards,grafana-plugin,provisioning,tooling,e2e,benchmarks}/**/*.test.{ts,tsx}'],
    globalSetup: ['exporter/test/global-setup.ts'],
    // Two cores: real servers and databases do not get faster by more workers.
    maxWorkers: 2,
    sequence: { sequencer: SlowFilesFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    restoreMocks: true,
  },
});
