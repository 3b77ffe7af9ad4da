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
import { money, openBoard, panelOf, troubleOf } from '../board.ts';
import { answer } from '../figures.ts';
import { cutOn } from '../fit.ts';

/** Lists of what is wrong or waits: nothing is in them where all is well, and they say so in their own words. */
const MAY_BE_EMPTY: readonly PanelName[] = ['alerts', 'missingInvoices', 'mailsWaiting'];

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
        await openBoard(page, boardUid(name, t.language), 1280);
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
