import { expect, test } from '@grafana/plugin-e2e';
import { z } from 'zod';
import { exported, money, openBoard, panelOf, toCents, troubleOf } from '../board.ts';
import { answer, lastDays, lastMonths } from '../figures.ts';
import { compareProviders } from '../../exporter/src/contract/vendors.ts';

const BOARD = 'marginboard-business';
const usd = z.string().nullable();
const list = <Row extends z.ZodType>(row: Row) => z.object({ data: z.array(row) });
const summary = z.object({
  revenueUsd: usd,
  llmCostUsd: usd,
  infrastructureCostUsd: usd,
  netMarginUsd: usd,
  lastCompleteDay: z.string(),
  lastSync: z.object({ finishedAt: z.string(), outcome: z.string() }),
});
const trend = list(z.object({ revenueUsd: usd, llmCostUsd: usd, infrastructureCostUsd: usd, netMarginUsd: usd }));
const revenueVsCosts = list(z.object({ day: z.string(), mrrUsd: usd, costUsd: usd, marginUsd: usd }));
const costByUser = list(z.object({ email: z.string(), costUsd: usd }));
const tokenRatios = list(
  z.object({
    model: z.string(),
    promptTokens: z.int(),
    completionTokens: z.int(),
    completionRatio: z.number(),
    costPerThousandTokensUsd: usd,
  }),
);
const errorRates = list(
  z.object({ provider: z.string(), requests: z.int(), successes: z.int(), errors: z.int(), errorRate: z.number() }),
);
const costs = list(
  z.object({
    day: z.string(),
    byProvider: z.array(z.object({ provider: z.string(), title: z.string(), costUsd: z.string() })),
  }),
);
const monthly = list(z.object({ month: z.string(), costUsd: usd }));

test('the eight panels of the Business board show to the cent what the API answers', async ({ page, request }) => {
  test.setTimeout(240_000);
  const trouble = troubleOf(page);
  await openBoard(page, BOARD);

  await test.step('1: four cards, with their trend', async () => {
    const figures = await answer(request, 'summary', summary);
    const last = (await answer(request, 'summary-trend', trend)).data.at(-1);
    const fields = ['revenueUsd', 'llmCostUsd', 'infrastructureCostUsd', 'netMarginUsd'] as const;
    for (const [index, field] of fields.entries()) {
      await expect(panelOf(page, 1 + index)).toContainText(`6 months to ${figures.lastCompleteDay}`);
      expect(figures[field], field).not.toBeNull();
      await expect(panelOf(page, 1 + index)).toContainText(money(figures[field]));
      await expect(panelOf(page, 5 + index)).toContainText(money(last?.[field] ?? null));
    }
  });

  await test.step('2: revenue and costs of 30 days', async () => {
    const { data } = await answer(request, `revenue-vs-costs?${lastDays(30)}`, revenueVsCosts);
    expect(data).toHaveLength(30);
    const [header, ...rows] = await exported(page, 9);
    expect(header).toEqual(['Day', 'MRR', 'Cost', 'Margin']);
    expect(rows.map(([day, ...amounts]) => [day, ...amounts.map(toCents)])).toEqual(
      data.map((row) => [row.day.slice(5), money(row.mrrUsd), money(row.costUsd), money(row.marginUsd)]),
    );
  });

  await test.step('3: the 20 users that cost most', async () => {
    const { data } = await answer(request, `cost-by-user?${lastDays(30)}&limit=20`, costByUser);
    expect(data).toHaveLength(20);
    const [, ...rows] = await exported(page, 10);
    expect(rows.map(([email, cost]) => [email, toCents(cost ?? '')])).toEqual(
      data.map(({ email, costUsd }) => [email, money(costUsd)]),
    );
    for (const { email, costUsd } of data) {
      await expect(panelOf(page, 10)).toContainText(email);
      await expect(panelOf(page, 10)).toContainText(money(costUsd));
    }
  });

  await test.step('4: tokens by model, each ratio and the average', async () => {
    const { data } = await answer(request, `token-ratios?${lastDays(30)}`, tokenRatios);
    const [, ...rows] = await exported(page, 11, { formatted: false });
    expect(rows).toEqual(
      data.map(({ model, promptTokens, completionTokens }) => [model, String(promptTokens), String(completionTokens)]),
    );
    const [, ...ratios] = await exported(page, 12, { formatted: false });
    expect(ratios.map(([model, ratio, cost]) => [model, Number(ratio), cost === '' ? null : Number(cost)])).toEqual(
      data.map(({ model, completionRatio, costPerThousandTokensUsd: cost }) => [
        model,
        completionRatio,
        cost === null ? null : Number(cost),
      ]),
    );
    const total = (field: 'promptTokens' | 'completionTokens'): number =>
      data.reduce((sum, row) => sum + row[field], 0);
    await expect(panelOf(page, 13)).toContainText((total('completionTokens') / total('promptTokens')).toFixed(2));
  });

  await test.step('5: a card of each provider with requests, successes, errors and their rate', async () => {
    const { data } = await answer(request, `error-rates?${lastDays(30)}`, errorRates);
    const shown = await page.locator('[data-viz-panel-key^="panel-14"]').allInnerTexts();
    expect(shown).toHaveLength(data.length);
    const count = (value: number): string => value.toLocaleString('en-US');
    for (const row of data) {
      const card = shown.find((text) => text.startsWith(row.provider))?.split('\n');
      for (const figure of [
        count(row.requests),
        count(row.successes),
        count(row.errors),
        `${(row.errorRate * 100).toFixed(2)}%`,
      ])
        expect(card, row.provider).toContain(figure);
    }
  });

  await test.step('6: infrastructure cost of 7 days', async () => {
    const { data } = await answer(request, `infrastructure-costs?${lastDays(7)}`, costs);
    expect(data).toHaveLength(7);
    const [header, ...rows] = await exported(page, 15);
    // Every vendor under its own name, also those that are known only from invoices.
    const titles = new Map(data.flatMap((row) => row.byProvider.map(({ provider, title }) => [provider, title])));
    const providers = [...titles.keys()].sort(compareProviders);
    expect(providers.length).toBeGreaterThan(3);
    expect(header).toEqual(['Day', ...providers.map((provider) => titles.get(provider))]);
    expect(rows.map(([day, ...amounts]) => [day, ...amounts.map(toCents)])).toEqual(
      data.map((row) => [
        row.day.slice(5),
        ...providers.map((name) => money(row.byProvider.find(({ provider }) => provider === name)?.costUsd ?? null)),
      ]),
    );
  });

  await test.step('7: LLM cost of six months', async () => {
    const { data } = await answer(request, `metrics-monthly-summary?${lastMonths(6)}`, monthly);
    expect(data).toHaveLength(6);
    const [header, ...rows] = await exported(page, 16);
    expect(header?.slice(1)).toEqual(['Closed months', 'Running month (partial)']);
    expect(rows.map(([month, closed, running]) => [month, toCents(closed ?? ''), toCents(running ?? '')])).toEqual(
      data.map(({ month, costUsd }, index) =>
        index === data.length - 1 ? [month, '', money(costUsd)] : [month, money(costUsd), ''],
      ),
    );
  });

  await test.step('8: the last synchronisation', async () => {
    const { lastSync } = await answer(request, 'summary', summary);
    expect(lastSync.outcome).toBe('succeeded');
    await expect(panelOf(page, 17)).toContainText(`${lastSync.finishedAt.slice(0, 16).replace('T', ' ')} UTC`);
    await expect(panelOf(page, 17)).toContainText(/ago|now/);
    await expect(panelOf(page, 17)).toContainText('Succeeded');
  });
  expect(trouble).toEqual([]);
});
