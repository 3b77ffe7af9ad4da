import { join } from 'node:path';
import { expect, test } from '@grafana/plugin-e2e';
import type { Page } from '@playwright/test';
import { z } from 'zod';
import { buildBoard, LANGUAGES } from '../../dashboards/src/build.ts';
import { dashboard, type Dashboard } from '../../dashboards/src/lint.ts';
import type { PanelName } from '../../dashboards/src/texts/panels.ts';
import type { Texts } from '../../dashboards/src/texts/texts.ts';
import { BOARDS, boardUid } from '../../exporter/src/contract/boards.ts';
import { prefer, SCREENSHOTS } from '../app-page.ts';
import { exported, money, openBoard, panelOf, toCents, troubleOf } from '../board.ts';
import { answer, lastDays } from '../figures.ts';
import { cutOn } from '../fit.ts';

/** Lists of what is wrong or waits: nothing is in them where all is well, and they say so in their own words. */
const MAY_BE_EMPTY: readonly PanelName[] = ['alerts', 'missingInvoices', 'mailsWaiting'];

/** As tall as the longest board. */
const NARROW = { width: 1280, height: 4200 };

const summary = z.object({
  revenueUsd: z.string().nullable(),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
});

/** The titles of the panels without a figure. */
async function emptyPanels(page: Page, { panels }: Dashboard, t: Texts): Promise<string[]> {
  const mayBeEmpty = MAY_BE_EMPTY.map((name) => t.panels[name].title);
  const empty: string[] = [];
  for (const { id, title, fieldConfig } of panels) {
    const shown = (await panelOf(page, id).first().textContent()) ?? '';
    const inWords = shown.includes(fieldConfig.defaults.noValue ?? '');
    if (shown.includes('No data') || (inWords && !mayBeEmpty.includes(title))) empty.push(title);
  }
  return empty;
}

for (const t of LANGUAGES) {
  const language = t.language === 'fr' ? 'fr-FR' : 'en-US';
  test(`every board opens without an error, with figures, nothing cut at 1280 px (${language})`, async ({
    page,
    request,
  }) => {
    test.setTimeout(240_000);
    await prefer(request, { language });
    try {
      const trouble = troubleOf(page);
      const { revenueUsd, warnings } = await answer(request, 'summary', summary);
      const invented = warnings.find(({ code }) => code === 'demo_data');
      for (const name of BOARDS) {
        await openBoard(page, boardUid(name, t.language), NARROW);
        await page.screenshot({ path: join(SCREENSHOTS, `board-${name}-${t.language}.png`) });
        expect.soft(await cutOn(page), name).toEqual([]);
        await expect(
          page.getByText(invented === undefined ? t.boards[name].description : t.demonstration),
        ).toBeVisible();
        if (name === 'business') await expect(panelOf(page, 1)).toContainText(money(revenueUsd));
        // A Grafana of one's own may have an exporter without figures.
        if (invented === undefined) continue;
        const board = dashboard.parse(JSON.parse(JSON.stringify(buildBoard(name, t))));
        expect.soft(await emptyPanels(page, board, t), name).toEqual([]);
      }
      expect(trouble).toEqual([]);
    } finally {
      await prefer(request);
    }
  });
}

test('in Explore, where no board says so, the panel itself says that its figures are invented', async ({
  page,
  request,
}) => {
  const { warnings } = await answer(request, 'summary', summary);
  const invented = warnings.find(({ code }) => code === 'demo_data');
  test.skip(invented === undefined, 'These figures are not invented.');
  const pane = {
    datasource: 'marginboard',
    queries: [{ refId: 'A', dataset: 'forecast', range: { kind: 'all' }, datasource: { uid: 'marginboard' } }],
    range: { from: 'now-7d', to: 'now' },
  };
  await page.goto(`/explore?schemaVersion=1&panes=${encodeURIComponent(JSON.stringify({ a: pane }))}`);
  await expect(page.getByText('1 info')).toBeVisible();
});

test('a user and a model of Business lead to the board of their usage', async ({ page, request }) => {
  test.setTimeout(240_000);
  const usd = z.string().nullable();
  const users = z.object({ data: z.array(z.object({ userId: z.string(), email: z.string(), costUsd: usd })) });
  const [USERS, RATIOS, BY_MODEL, BY_USER] = [10, 12, 3, 4];
  const { data } = await answer(request, `cost-by-user?${lastDays(30)}&limit=1`, users);
  const [first] = data;
  test.skip(first === undefined, 'Nobody used a model in the last 30 days.');
  const trouble = troubleOf(page);

  await openBoard(page, 'marginboard-business');
  await panelOf(page, USERS).locator('a[href*=var-user]').first().click();
  await expect(page).toHaveURL(new RegExp(`marginboard-llm.*var-user=${first?.userId ?? ''}`));
  await expect(panelOf(page, BY_USER)).toContainText(first?.email ?? '');
  await page.waitForLoadState('networkidle');
  // The picker's 30 days touch 31 UTC days.
  const chosen = await answer(request, `cost-by-user?${lastDays(31)}&user=${first?.userId ?? ''}`, users);
  const [header = [], ...rows] = await exported(page, BY_USER);
  expect(rows.map((row) => [row[header.indexOf('User')], toCents(row[header.indexOf('Cost')] ?? '')])).toEqual(
    chosen.data.map(({ email, costUsd }) => [email, money(costUsd)]),
  );

  await openBoard(page, 'marginboard-business');
  const model = panelOf(page, RATIOS).locator('a[href*=var-model]').first();
  const name = (await model.textContent()) ?? '';
  await model.click();
  await expect(page).toHaveURL(/marginboard-llm.*var-model=/);
  await page.waitForLoadState('networkidle');
  const [, ...models] = await exported(page, BY_MODEL);
  expect(models.map(([shown]) => shown)).toEqual([name]);
  expect(trouble).toEqual([]);
});
