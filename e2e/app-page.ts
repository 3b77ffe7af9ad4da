import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type APIRequestContext, type Page } from '@playwright/test';

export const SCREENSHOTS = join(import.meta.dirname, '..', '.cache', 'e2e', 'screenshots');

/** How Grafana looks to the person signed in: English and light unless stated. */
export async function prefer(
  request: APIRequestContext,
  { language = 'en-US', theme = 'light' }: { readonly language?: string; readonly theme?: string } = {},
): Promise<void> {
  await request.put('/api/user/preferences', { data: { language, theme, timezone: 'utc' } });
}

/** No axe finding in this part of the page. */
export async function expectAccessible(page: Page, testId: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).include(`[data-testid=${testId}]`).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))])).toEqual([]);
}

/** Nothing of this part lies beyond the right edge of a phone's screen. */
export async function expectOnPhone(page: Page, testId: string): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 });
  const box = await page.getByTestId(testId).boundingBox();
  expect((box?.x ?? 0) + (box?.width ?? Infinity)).toBeLessThanOrEqual(390);
}
