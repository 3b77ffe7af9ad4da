import { join } from 'node:path';
import { defineConfig } from '@playwright/test';

const CACHE = join(import.meta.dirname, '..', '.cache', 'e2e');

export default defineConfig({
  testDir: join(import.meta.dirname, 'specs'),
  testMatch: '*.spec.ts',
  outputDir: join(CACHE, 'results'),
  globalSetup: join(import.meta.dirname, 'global-setup.ts'),
  // One Grafana, one ledger: the specs change the same figures.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    baseURL: process.env['GRAFANA_URL'] ?? 'http://127.0.0.1:3000',
    storageState: join(CACHE, 'admin.json'),
    viewport: { width: 1400, height: 1000 },
    timezoneId: 'UTC',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
