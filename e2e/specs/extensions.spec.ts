import { expect, test } from '@grafana/plugin-e2e';

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
