import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@grafana/plugin-e2e';
import type { Page } from '@playwright/test';
import { prefer, SCREENSHOTS } from '../app-page.ts';
import { panelOf } from '../board.ts';

/**
 * The screenshots that the plugin shows of itself, of the demonstration's figures. PLUGIN_IMAGES names the folder that
 * they are written to: grafana-plugin/src/img to renew the committed ones.
 */
const FOLDER = process.env['PLUGIN_IMAGES'] ?? join(SCREENSHOTS, 'plugin');
/** A first page waits until Grafana has loaded all of its parts. */
const patiently = expect.configure({ timeout: 60_000 });
const PAGES: readonly { readonly name: string; readonly path: string; ready(page: Page): Promise<void> }[] = [
  {
    name: 'business',
    path: '/d/marginboard-business?kiosk',
    ready: async (page) => {
      await patiently(panelOf(page, 1).first()).toContainText(/\d/);
    },
  },
  {
    name: 'costs',
    path: '/d/marginboard-costs?kiosk',
    ready: async (page) => {
      await patiently(panelOf(page, 1).first()).toContainText('DigitalOcean');
    },
  },
  {
    name: 'billing',
    path: '/a/marginboard-business-app/invoices',
    ready: async (page) => {
      await patiently(page.getByTestId('history')).toBeVisible();
    },
  },
  {
    name: 'setup',
    path: '/a/marginboard-business-app/setup',
    ready: async (page) => {
      await patiently(page.getByTestId('collectors')).toBeVisible();
    },
  },
];

test.use({ viewport: { width: 1280, height: 800 } });

test.beforeEach(async ({ request }) => {
  await prefer(request);
});

/** The page once nothing of it moves: charts are drawn a while after their figures have come. */
async function settled(page: Page): Promise<Buffer> {
  let before: Buffer = Buffer.alloc(0);
  for (let attempt = 0; attempt < 20; attempt += 1) {
    await page.waitForTimeout(2_000);
    const image = await page.screenshot({ animations: 'disabled', caret: 'hide' });
    if (image.equals(before)) return image;
    before = image;
  }
  throw new Error('the page does not come to rest');
}

for (const { name, path, ready } of PAGES) {
  test(`the plugin's screenshot of ${name}`, async ({ page }) => {
    test.setTimeout(150_000);
    await page.goto(path);
    await ready(page);
    await page.waitForLoadState('networkidle');
    await expect(page.getByLabel('Panel loading bar')).toHaveCount(0);
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(join(FOLDER, `${name}.png`), await settled(page));
  });
}
