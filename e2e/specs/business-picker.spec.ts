import { expect, test } from '@grafana/plugin-e2e';
import { z } from 'zod';
import { exported, money, openBoard, panelOf, toCents, troubleOf } from '../board.ts';
import { answer, lastDays, lastMonth, pastMonth } from '../figures.ts';

const usd = z.string().nullable();
const figures = { revenueUsd: usd, llmCostUsd: usd, infrastructureCostUsd: usd, netMarginUsd: usd };
const FIELDS = ['revenueUsd', 'llmCostUsd', 'infrastructureCostUsd', 'netMarginUsd'] as const;
const list = <Row extends z.ZodType>(row: Row) => z.object({ data: z.array(row) });

/** As a card writes an amount: the sign behind the currency. */
const onCard = (amount: string | null): string => money(amount).replace('-$', '$-');

const { from, to, last: lastDay } = pastMonth(3);
const month = from.slice(0, 7);

test('a month chosen in the time picker is what every panel of Business shows, and says', async ({ page, request }) => {
  test.setTimeout(180_000);
  const trouble = troubleOf(page);
  // As the board opens first: variables and titles have to follow the picker from there.
  await openBoard(page, 'marginboard-business');
  await expect(panelOf(page, 15)).toContainText('Infrastructure cost, 7 days');
  await openBoard(page, `marginboard-business?from=${from}T00:00:00.000Z&to=${lastDay}T23:59:59.999Z`);
  const days = `from=${from}&to=${to}`;

  const totals = await answer(request, `summary?${days}`, z.object(figures));
  const trend = (await answer(request, `summary-trend?${days}`, list(z.object(figures)))).data.at(-1);
  for (const [index, field] of FIELDS.entries()) {
    expect(totals[field], field).not.toBeNull();
    await expect(panelOf(page, 1 + index)).toContainText(`${from} to ${lastDay}`);
    await expect(panelOf(page, 1 + index)).toContainText(onCard(totals[field]));
    await expect(panelOf(page, 5 + index)).toContainText(`, ${month}`);
    await expect(panelOf(page, 5 + index)).toContainText(onCard(trend?.[field] ?? null));
  }

  for (const [panel, title] of [
    [9, `Revenue vs costs, ${month}`],
    [10, `Top 20 users by LLM cost, ${month}`],
    [11, `Token efficiency by model, ${month}`],
    [15, `Infrastructure cost, ${month}`],
    [16, `LLM cost by month, ${month}`],
  ] as const)
    await expect(panelOf(page, panel)).toContainText(title);

  const byDay = list(z.object({ day: z.string(), mrrUsd: usd, costUsd: usd, marginUsd: usd }));
  const { data: daily } = await answer(request, `revenue-vs-costs?${days}`, byDay);
  const [, ...lines] = await exported(page, 9);
  expect(lines.map(([day, ...amounts]) => [day, ...amounts.map(toCents)])).toEqual(
    daily.map((row) => [row.day.slice(5), money(row.mrrUsd), money(row.costUsd), money(row.marginUsd)]),
  );

  const users = list(z.object({ email: z.string(), costUsd: usd }));
  const { data: top } = await answer(request, `cost-by-user?${days}&limit=20`, users);
  const [, ...bars] = await exported(page, 10);
  expect(bars.map(([email, cost]) => [email, toCents(cost ?? '')])).toEqual(
    top.map(({ email, costUsd }) => [email, money(costUsd)]),
  );

  const [, ...week] = await exported(page, 15);
  expect(week.map(([day]) => day)).toEqual(daily.map(({ day }) => day.slice(5)));

  const monthly = list(z.object({ month: z.string(), costUsd: usd }));
  const { data: months } = await answer(request, `metrics-monthly-summary?${days}`, monthly);
  expect(months).toHaveLength(1);
  const [, ...closed] = await exported(page, 16);
  expect(closed.map(([name, cost]) => [name, toCents(cost ?? '')])).toEqual(
    months.map(({ costUsd }) => [month, money(costUsd)]),
  );
  expect(trouble).toEqual([]);
});

test('"Previous month" is that month also where months are drawn', async ({ page, request }) => {
  await openBoard(page, 'marginboard-business?from=now-1M/M&to=now-1M/M');
  const previous = lastMonth();
  await expect(panelOf(page, 16)).toContainText(`LLM cost by month, ${previous.from.slice(0, 7)}`);
  const monthly = list(z.object({ month: z.string(), costUsd: usd }));
  const { data } = await answer(request, `metrics-monthly-summary?from=${previous.from}&to=${previous.to}`, monthly);
  const [, ...rows] = await exported(page, 16);
  expect(rows.map(([name, cost]) => [name, toCents(cost ?? '')])).toEqual(
    data.map((row) => [row.month, money(row.costUsd)]),
  );
});

test('the margin by customer and the totals of Margins follow the picker from 30 days', async ({ page, request }) => {
  const byCustomer = list(z.object({ revenueUsd: usd, llmCostUsd: usd, marginUsd: usd }));
  for (const [address, days, totals, shown] of [
    ['', lastDays(30), '', '30 days'],
    [
      `?from=${from}T00:00:00.000Z&to=${lastDay}T23:59:59.999Z`,
      `from=${from}&to=${to}`,
      `from=${from}&to=${to}`,
      month,
    ],
  ] as const) {
    await openBoard(page, `marginboard-margins${address}`);
    await expect(panelOf(page, 1)).toContainText(`Margin, ${shown}`);
    await expect(panelOf(page, 3)).toContainText(`Margin by customer, ${shown}`);
    const trend = (await answer(request, `summary-trend?${totals}`, list(z.object(figures)))).data.at(-1);
    for (const field of FIELDS) await expect(panelOf(page, 1)).toContainText(onCard(trend?.[field] ?? null));
    const { data } = await answer(request, `margin-by-customer?${days}&limit=100`, byCustomer);
    const [header = [], ...rows] = await exported(page, 3);
    const columns = ['Revenue', 'LLM', 'Margin'].map((title) => header.indexOf(title));
    const cell = (text = ''): string => toCents(text === '–' ? '' : text);
    expect(rows.map((row) => columns.map((index) => cell(row[index])))).toEqual(
      data.map((row) => [row.revenueUsd, row.llmCostUsd, row.marginUsd].map(money)),
    );
  }
});
