import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{exporter,dashboards,grafana-plugin,provisioning,tooling,e2e,benchmarks}/**/*.test.{ts,tsx}'],
    globalSetup: ['exporter/test/global-setup.ts'],
    // Two cores: real servers and databases do not get faster by more workers.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    restoreMocks: true,
  },
});
