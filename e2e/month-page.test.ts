import AxeBuilder from '@axe-core/playwright';
import { chromium, type Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, token, type TestApi } from '../exporter/test/api-server.ts';
import { enterOne, post } from '../exporter/test/billing.ts';
import { createTestDatabase, type TestDatabase } from '../exporter/test/database.ts';
import { seedFigures, seedSync } from '../exporter/test/seed-figures.ts';
import { monthPreview } from '../exporter/src/api/features/months/schema.ts';
import { onPath } from '../provisioning/programs.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? onPath(['chromium'], process.env);

let database: TestDatabase;
let api: TestApi;
let browser: Browser;

/** In CI Chromium is there; a missing one is a failure, not a skip. */
describe.skipIf(CHROMIUM === undefined && process.env['CI'] !== 'true')(
  'the page of the month in a real browser',
  () => {
    beforeAll(async () => {
      database = await createTestDatabase();
      await seedFigures(database.pool);
      await seedSync(database.pool, '2026-03-31', '2026-04-01T00:31:00Z');
      api = await startApi(database.url, { env: { NOW: '2026-04-01T08:00:00Z' } });
      browser = await chromium.launch({
        ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
        args: ['--no-sandbox', '--disable-gpu'],
      });
    }, 120_000);
    afterAll(async () => {
      await browser.close();
      await api.close();
      await database.drop();
    });

    it('signs in by the form, has no axe finding in either theme and language, and asks for nothing else', async () => {
      for (const [colorScheme, locale, title] of [
        ['light', 'en-US', 'The month at a glance: March 2026'],
        ['dark', 'fr-FR', 'Le mois en un coup d’œil : mars 2026'],
      ] as const) {
        const context = await browser.newContext({ colorScheme, locale, viewport: { width: 1100, height: 900 } });
        const page = await context.newPage();
        const said: string[] = [];
        const asked: string[] = [];
        page.on('console', (message) => said.push(message.text()));
        await page.goto(`${api.url}/sign-in`);
        expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
        await page.locator('#token').fill(await token({ role: 'viewer' }));
        page.on('request', (request) => asked.push(new URL(request.url()).pathname));
        await page.locator('form[action="/session"] button').click();
        expect(await page.locator('h1').textContent()).toBe(title);
        expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
        // The style is applied: the policy names its hash.
        expect(await page.evaluate("getComputedStyle(document.querySelector('.cards')).display")).toBe('grid');
        expect(asked).toEqual(['/session', '/']);
        expect(said).toEqual([]);
        expect(await context.cookies()).toMatchObject([{ httpOnly: true, sameSite: 'Strict', path: '/' }]);
        await context.close();
      }
    }, 120_000);

    it('has no finding where a month is closed and has changed', async () => {
      const at = '/api/v1/admin/months/2026-03';
      const { sha256 } = monthPreview.parse((await post(api, `${at}/close/preview`, {})).json);
      await post(api, `${at}/close`, { sha256 });
      await enterOne(api, { provider: 'hetzner', periodStart: '2026-03-01', periodEnd: '2026-04-01', amount: '31.00' });
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(`${api.url}/sign-in`);
      await page.locator('#token').fill(await token({ role: 'viewer' }));
      await page.locator('form[action="/session"] button').click();
      expect(await page.locator('code').textContent()).toBe(sha256);
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await context.close();
    }, 120_000);
  },
);
