import { expect, test } from '@grafana/plugin-e2e';
import type { Page } from '@playwright/test';
import { z } from 'zod';
import { exported, money, openBoard, panelOf, toCents, troubleOf } from '../board.ts';
import { answer, lastMonth } from '../figures.ts';

const BOARD = 'marginboard-revenue';
const [MONTHS, BRIDGE, LARGEST, BY_DAY] = [2, 3, 4, 6];
const usd = z.string().nullable();
const list = <Row extends z.ZodType>(row: Row) => z.object({ data: z.array(row) });
const bridge = list(z.object({ step: z.string(), levelUsd: usd, riseUsd: usd, fallUsd: usd }));
const largest = list(z.object({ customer: z.string(), amountUsd: usd }));
const days = list(z.object({ closingUsd: usd }));

/** The last closed month is the bar before the last one; how high it is depends on the figures. */
async function clickLastMonth(page: Page, month: string): Promise<void> {
  const plot = await panelOf(page, MONTHS).locator('.u-over').boundingBox();
  if (plot === null) throw new Error('the chart of months is not drawn');
  for (const height of [0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7]) {
    await page.mouse.move(plot.x + plot.width * (10.5 / 12), plot.y + plot.height * height);
    await page.mouse.down();
    await page.mouse.up();
    await page.waitForTimeout(300);
    if (page.url().includes(`var-month=${month}`)) return;
  }
  throw new Error(`no click on the chart led to ${month}`);
}

test('why MRR moved in a month is a click on the month, and one more down to the customer', async ({
  page,
  request,
}) => {
  test.setTimeout(240_000);
  const trouble = troubleOf(page);
  const { from, to } = lastMonth();
  const month = from.slice(0, 7);
  const moved = await answer(request, `largest-movements?from=${from}&to=${to}&limit=50`, largest);
  test.skip(moved.data.length === 0, 'No customer moved MRR last month; in the demonstration some do.');
  await openBoard(page, BOARD);

  await test.step('the month', async () => {
    await clickLastMonth(page, month);
    await expect(panelOf(page, BRIDGE)).toContainText(month);
    await page.waitForLoadState('networkidle');
    const steps = await answer(request, `mrr-bridge?from=${from}&to=${to}`, bridge);
    const [header = [], ...shown] = await exported(page, BRIDGE);
    const column = (title: string) => shown.map((row) => toCents(row[header.indexOf(title)] ?? ''));
    expect(column('MRR')).toEqual(steps.data.map(({ levelUsd }) => money(levelUsd)));
    expect(column('Up')).toEqual(steps.data.map(({ riseUsd }) => money(riseUsd)));
    expect(column('Down')).toEqual(steps.data.map(({ fallUsd }) => money(fallUsd)));
    for (const { customer } of moved.data.slice(0, 5)) await expect(panelOf(page, LARGEST)).toContainText(customer);
  });

  await test.step('the customer', async () => {
    const customer = moved.data[0]?.customer ?? '';
    await panelOf(page, LARGEST).getByRole('link', { name: customer }).click();
    await expect(page).toHaveURL(new RegExp(`var-customer=${customer}`));
    await expect(page).toHaveURL(new RegExp(`var-month=${month}`));
    await page.waitForLoadState('networkidle');
    const { data } = await answer(request, `mrr-movements?customer=${customer}`, days);
    const [, amount = ''] = (await exported(page, BY_DAY)).at(-1) ?? [];
    expect(toCents(amount)).toBe(money(data.at(-1)?.closingUsd ?? null));
  });
  expect(trouble).toEqual([]);
});
