import { expect, test } from '@grafana/plugin-e2e';
import { z } from 'zod';
import { openBoard, panelOf, troubleOf } from '../board.ts';
import { DATA } from '../figures.ts';

const prices = z.object({
  data: z.array(z.object({ provider: z.string(), model: z.string(), validFrom: z.string() })),
});
const REVENUE_VS_COSTS = 9;

test('contract prices are drawn on the Business board when they are switched on', async ({ page, request }) => {
  test.setTimeout(120_000);
  const { data } = prices.parse(await (await request.get(`${DATA}/admin/llm-prices`)).json());
  const shown = data.find(({ validFrom }) => Date.parse(validFrom) > Date.now() - 29 * 86_400_000);
  test.skip(shown === undefined, 'No contract price began in the last 29 days; the demonstration has one.');
  const trouble = troubleOf(page);
  await openBoard(page, 'marginboard-business');
  const mark = panelOf(page, REVENUE_VS_COSTS).getByTestId('data-testid annotation-marker');
  await expect(mark).toHaveCount(0);
  await page.getByLabel('Contract prices', { exact: true }).check({ force: true });
  await expect(mark).toHaveCount(1);
  await mark.hover();
  await expect(page.getByText(`Contract price: ${shown?.provider ?? ''} ${shown?.model ?? ''}`)).toBeVisible();
  expect(trouble).toEqual([]);
});
