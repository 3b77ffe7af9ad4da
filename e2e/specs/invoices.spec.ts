import { expect, test } from '@grafana/plugin-e2e';
import { expectAccessible, prefer } from '../app-page.ts';
import { entriesOf, lastMonth, PAGE, totalCents } from '../figures.ts';

const month = lastMonth();
const vendor = `e2e-${Date.now().toString(36)}`;

test('an administrator enters, corrects and voids an invoice, and the figures move by exactly that amount', async ({
  page,
  request,
}) => {
  const errors: string[] = [];
  // A status that some other part of Grafana runs into is not ours; one of ours is recognised by its address.
  page.on(
    'console',
    (message) =>
      message.type() === 'error' &&
      !message.text().startsWith('Failed to load resource') &&
      errors.push(message.text()),
  );
  page.on(
    'response',
    (response) =>
      response.status() >= 400 &&
      response.url().includes('marginboard') &&
      errors.push(`${response.status()} ${response.url()}`),
  );
  page.on('pageerror', (error) => errors.push(error.message));
  test.setTimeout(240_000);
  const before = await totalCents(request, month.from, month.to);

  const board = {
    uid: vendor,
    title: vendor,
    timezone: 'utc',
    panels: [
      {
        id: 1,
        type: 'stat',
        title: 'Counted',
        gridPos: { x: 0, y: 0, w: 12, h: 8 },
        datasource: { type: 'marginboard-business-datasource', uid: 'marginboard' },
        options: { reduceOptions: { calcs: ['sum'] } },
        targets: [
          {
            refId: 'A',
            dataset: 'reconciliation',
            range: { kind: 'months', months: 2 },
            filters: { provider: vendor },
            fields: ['countedUsd'],
          },
        ],
      },
    ],
  };
  expect((await request.post('/api/dashboards/db', { data: { dashboard: board, overwrite: true } })).ok()).toBe(true);
  const boardShows = async (figure: string): Promise<void> => {
    await page.goto(`/d/${vendor}`);
    await expect(page.getByText(figure, { exact: true })).toBeVisible();
  };

  await page.goto(PAGE);
  await page.getByRole('tab', { name: 'Another provider' }).click();
  const form = page.getByTestId('invoice-form');
  await form.getByLabel('Provider').fill(vendor);
  await form.getByLabel('Invoice number').fill('E2E-1');
  await form.getByLabel('First day billed').fill(month.from);
  await form.getByLabel('Last day billed').fill(month.last);
  await form.getByLabel('Amount without tax').fill('123,45');
  await expect(form.getByTestId('effect')).toContainText('$123.45');
  await form.getByRole('button', { name: 'Save' }).dblclick();
  await expect(page.getByTestId('done')).toContainText('$123.45');
  expect(await entriesOf(request, vendor)).toHaveLength(1);
  expect(await totalCents(request, month.from, month.to)).toBe(before + 12_345);
  await expect(page.getByTestId('history')).toContainText(vendor);
  await boardShows('$123.45');

  await page.goto(PAGE);
  await page.getByRole('button', { name: `Correct ${vendor}` }).click();
  const correction = page.getByTestId('correct-form');
  await correction.getByLabel('Amount without tax').fill('100.45');
  await expect(correction.getByTestId('changes')).toContainText('123.45 → 100.45');
  await expect(correction.getByTestId('effect')).toContainText('$100.45');
  await correction.getByRole('button', { name: 'Save the correction' }).click();
  await expect(page.getByTestId('done')).toContainText('$100.45');
  expect(await totalCents(request, month.from, month.to)).toBe(before + 10_045);
  const row = page.getByRole('row').filter({ hasText: vendor });
  await row.getByRole('button', { name: '2 versions' }).click();
  await expect(page.getByTestId('history')).toContainText('Version 1');
  await boardShows('$100.45');

  await page.goto(PAGE);
  await page.getByRole('button', { name: `Void ${vendor}` }).click();
  const dialog = page.getByTestId('void-form');
  await expect(dialog.getByRole('button', { name: 'Void the invoice' })).toBeDisabled();
  await dialog.getByLabel('Reason').fill('Entered by a test');
  await dialog.getByRole('button', { name: 'Void the invoice' }).click();
  await expect(page.getByTestId('done')).toContainText('Voided');
  expect(await totalCents(request, month.from, month.to)).toBe(before);
  await expect(page.getByRole('row').filter({ hasText: vendor })).toContainText('Entered by a test');

  const stored = await entriesOf(request, vendor);
  expect(stored).toHaveLength(3);
  expect(stored.every(({ createdBy }) => createdBy === (process.env['GRAFANA_USER'] ?? 'admin'))).toBe(true);
  await request.delete(`/api/dashboards/uid/${vendor}`);
  expect(errors).toEqual([]);
});

test('a failed request keeps what was typed, and a bad amount is reported at its field', async ({ page }) => {
  await page.goto(PAGE);
  await page.getByRole('tab', { name: 'Another provider' }).click();
  const form = page.getByTestId('invoice-form');
  await form.getByLabel('Provider').fill('e2e-kept');
  await form.getByLabel('Amount without tax').fill('1,234');
  await expect(form).toContainText('Is this thousands or decimals?');
  await form.getByLabel('Amount without tax').fill('-5');
  await expect(form).toContainText('enter it as a credit');
  await form.getByLabel('Amount without tax').fill('5');
  await page.route('**/admin/billing-adjustment', (route) => route.fulfill({ status: 502, body: '' }));
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByRole('alert')).toContainText('What you typed is kept');
  await expect(form.getByLabel('Provider')).toHaveValue('e2e-kept');
  await expect(form.getByLabel('Amount without tax')).toHaveValue('5');
  await page.reload();
  await page.getByRole('tab', { name: 'Another provider' }).click();
  await expect(page.getByTestId('invoice-form').getByLabel('Provider')).toHaveValue('e2e-kept');
});

test('a CSV is previewed, edited and stored only when it is confirmed', async ({ page, request }) => {
  const provider = `${vendor}-csv`;
  await page.goto(PAGE);
  await page.getByRole('tab', { name: 'Import' }).click();
  const csv = `provider,invoice_number,billing_date,period_start,period_end,amount,currency\n${provider},CSV-1,${month.last},${month.from},${month.to},10.00,USD\n`;
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'entries.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  const preview = page.getByTestId('import-preview');
  await expect(preview.getByLabel('Amount without tax')).toHaveValue(/^10(\.00)?$/);
  expect(await entriesOf(request, provider)).toHaveLength(0);
  await preview.getByLabel('Amount without tax').fill('11,50');
  await preview.getByRole('button', { name: 'Store 1 entry' }).click();
  await expect(page.getByTestId('done')).toContainText('$11.50');
  const [stored] = await entriesOf(request, provider);
  await request.post(`/api/plugin-proxy/marginboard-business-app/admin/billing-adjustments/${stored?.id ?? ''}/void`, {
    data: { reason: 'Entered by a test' },
  });
});

test('the page is French for those who chose French', async ({ page, request }) => {
  await prefer(request, { language: 'fr-FR', theme: 'dark' });
  try {
    await page.goto(PAGE);
    await expect(page.getByRole('heading', { name: 'Facturation', exact: true })).toBeVisible();
    await expect(page.getByRole('tab', { name: 'Saisie mensuelle' })).toBeVisible();
    await expect(page.getByLabel('Montant Supabase (USD)')).toBeVisible();
  } finally {
    await prefer(request);
  }
});

for (const theme of ['light', 'dark']) {
  test(`the page has no axe finding in the ${theme} theme`, async ({ page, request }) => {
    test.setTimeout(120_000);
    await prefer(request, { theme });
    await page.goto(PAGE);
    await expect(page.getByTestId('history')).toBeVisible();
    await expect(page.getByTestId('months')).toBeVisible();
    for (const tab of ['Monthly entry', 'Another provider', 'Import']) {
      await page.getByRole('tab', { name: tab }).click();
      await expectAccessible(page, 'invoices-page');
    }
    await page
      .getByRole('button', { name: /^Correct / })
      .first()
      .click();
    await expect(page.getByTestId('correct-form')).toBeVisible();
    await expectAccessible(page, 'correct-form');
  });
}
