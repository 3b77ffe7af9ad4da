import { readFile } from 'node:fs/promises';
import { expect, type Locator, type Page } from '@playwright/test';

/** What goes wrong in the browser from now on. A status that another part of Grafana runs into is not ours. */
export function troubleOf(page: Page): string[] {
  const trouble: string[] = [];
  page.on(
    'console',
    (message) =>
      message.type() === 'error' &&
      !message.text().startsWith('Failed to load resource') &&
      trouble.push(message.text()),
  );
  page.on('pageerror', (error) => trouble.push(error.message));
  page.on(
    'response',
    (response) =>
      response.status() >= 400 &&
      /\/(proxy|plugin-proxy|plugins|public\/plugins)\/.*marginboard/.test(response.url()) &&
      trouble.push(`${response.status()} ${response.url()}`),
  );
  return trouble;
}

export const panelOf = (page: Page, key: number | string): Locator =>
  page.locator(`[data-viz-panel-key="panel-${key}"]`);

/** Opens a board in a window so tall that every panel is drawn, and waits until none of them loads. */
export async function openBoard(page: Page, uid: string, window = { width: 1400, height: 3200 }): Promise<void> {
  await page.setViewportSize(window);
  await page.goto(`/d/${uid}`);
  await expect(page.locator('[data-viz-panel-key]').nth(3)).toBeVisible();
  await page.waitForLoadState('networkidle');
  await expect(page.getByLabel('Panel loading bar')).toHaveCount(0);
  await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
}

const CELL = /(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g;

/** What Grafana exports of a panel (Inspect → Data → Download CSV), header first: every value as the panel writes it, or as the number that it is. */
export async function exported(
  page: Page,
  id: number,
  options: { readonly formatted: boolean } = { formatted: true },
): Promise<string[][]> {
  await panelOf(page, id).first().hover();
  await page.keyboard.press('i');
  const drawer = page.getByRole('dialog', { name: /Inspect: / });
  await expect(drawer).toBeVisible();
  if (!options.formatted) {
    await drawer.getByText('Data options').click();
    await drawer.getByRole('switch', { name: 'Formatted data' }).uncheck({ force: true });
  }
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    drawer.getByRole('button', { name: 'Download CSV' }).click(),
  ]);
  const csv = await readFile(await file.path(), 'utf8');
  await drawer.getByRole('button', { name: 'Close' }).first().click();
  await expect(drawer).toHaveCount(0);
  return csv
    .replace(/^\uFEFF/, '')
    .trim()
    .split(/\r?\n/)
    .map((line) => [...line.matchAll(CELL)].map((match) => match[1] ?? match[2] ?? ''));
}

/** An amount of the API to the cent, as the boards write it; '' where there is none. */
export function money(usd: string | null): string {
  return usd === null ? '' : new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' }).format(Number(usd));
}

/** A written amount to the cent: small ones are written with more decimals. */
export const toCents = (written: string): string => (written === '' ? '' : money(written.replaceAll(/[$,]/g, '')));
