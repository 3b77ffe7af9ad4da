import { join } from 'node:path';
import { expect, test } from '@grafana/plugin-e2e';
import type { Locator, Page } from '@playwright/test';
import { SCREENSHOTS } from '../app-page.ts';
import { sessionOf, VIEWER } from '../sign-in.ts';

test("a panel's menu explains its figure and opens the billing page", async ({ page }) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto('/d/marginboard-business');
  const panel = page
    .locator('section')
    .filter({ hasText: /Infrastructure/ })
    .first();
  await expect(panel).toBeVisible();
  await panel.hover();
  await panel.getByRole('button', { name: /^Menu for panel/ }).click();
  await page.getByRole('menuitem', { name: 'Extensions' }).hover();
  await expect(page.getByRole('menuitem', { name: 'Enter invoice' })).toBeVisible();
  await page.getByRole('menuitem', { name: 'Explain this figure' }).click();
  await expect(page).toHaveURL(/\/explore\?.*cost-sources/);
  await expect(page.getByLabel('Dataset').first()).toBeVisible();
  expect(errors).toEqual([]);
});

test('the command palette opens the billing page for an administrator, and offers it to no one else', async ({
  page,
  browser,
}) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto('/');
  const found = await searchPalette(page, 'Enter invoice');
  await expect(found).toBeVisible();
  await page.screenshot({ path: join(SCREENSHOTS, 'command-palette.png') });
  await found.click();
  await expect(page).toHaveURL(/\/a\/marginboard-business-app\/invoices/);
  await expect(page.getByTestId('monthly-form')).toBeVisible();
  expect(errors).toEqual([]);

  const viewer = await browser.newContext({ storageState: sessionOf(VIEWER) });
  try {
    const theirs = await viewer.newPage();
    await theirs.goto('/');
    await expect(await searchPalette(theirs, 'Enter invoice')).toHaveCount(0);
  } finally {
    await viewer.close();
  }
});

/** The entry of this name in Grafana's command palette, once it has searched. */
async function searchPalette(page: Page, name: string): Promise<Locator> {
  await page
    .getByRole('button', { name: /^Search/ })
    .first()
    .click();
  const palette = page.getByRole('dialog');
  await palette.getByRole('combobox').or(palette.getByRole('textbox')).first().fill(name);
  await page.waitForLoadState('networkidle');
  return palette.getByRole('option', { name: new RegExp(name) });
}
