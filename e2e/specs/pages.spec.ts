import { join } from 'node:path';
import { expect, test } from '@grafana/plugin-e2e';
import { expectAccessible, expectOnPhone, prefer, SCREENSHOTS } from '../app-page.ts';
import { troubleOf } from '../board.ts';

const addressOf = (path: string): string => `/a/marginboard-business-app/${path}`;

/** The pages of an administrator, and what shows that their figures have come. */
const PAGES = [
  { path: 'setup', ready: 'collectors', english: 'Synchronise now', french: 'Synchroniser maintenant' },
  { path: 'budgets', ready: 'standing', english: 'Save budget', french: 'Enregistrer le budget' },
  { path: 'prices', ready: 'price-form', english: 'Save price', french: 'Enregistrer le prix' },
  { path: 'customers', ready: 'link-form', english: 'Save link', french: 'Enregistrer le rattachement' },
  { path: 'rates', ready: 'rate-form', english: 'Save rate', french: 'Enregistrer le taux' },
  { path: 'access', ready: 'tokens', english: 'Older entries', french: 'Entrées plus anciennes' },
  { path: 'closing', page: 'months-page', ready: 'months', english: /^Close /, french: /^Clôturer|^Clore/ },
] as const;

test.afterEach(async ({ request }) => {
  await prefer(request);
});

for (const { path, ready, english, french, ...more } of PAGES) {
  const name = 'page' in more ? more.page : `${path}-page`;
  test(`${path}: no error, no axe finding in either theme, readable on a phone, French`, async ({ page, request }) => {
    test.setTimeout(180_000);
    const trouble = troubleOf(page);
    for (const [theme, language] of [
      ['light', 'en-US'],
      ['dark', 'fr-FR'],
    ] as const) {
      await prefer(request, { language, theme });
      await page.goto(addressOf(path));
      await expect(page.getByTestId(ready).first()).toBeVisible();
      if (path !== 'access') {
        const button = page.getByRole('button', { name: language === 'en-US' ? english : french });
        await expect(button.first()).toBeVisible();
      }
      await expectAccessible(page, name);
      await page.screenshot({ path: join(SCREENSHOTS, `${path}-${theme}.png`), fullPage: true });
    }
    await expectOnPhone(page, name);
    await page.screenshot({ path: join(SCREENSHOTS, `${path}-phone.png`) });
    expect(trouble).toEqual([]);
  });
}

test('a whole month without a terminal: synchronise, budget, price, link, rate', async ({ page }) => {
  test.setTimeout(240_000);
  const trouble = troubleOf(page);
  const unique = Date.now().toString(36);

  await page.goto(addressOf('setup'));
  await page.getByRole('button', { name: 'Synchronise now' }).click();
  await expect(page.getByTestId('sync-run-stripe')).toContainText('not configured', { timeout: 60_000 });

  await page.goto(addressOf('budgets'));
  await page.getByLabel(/^Budget a month/).fill('1 234,50');
  await page.getByRole('button', { name: 'Save budget' }).click();
  await expect(page.getByTestId('budgets-all')).toContainText('$1,234.50');
  await page.getByLabel(/^Budget a month/).fill('1500');
  await page.getByLabel(/^Thresholds/).fill('50, 80');
  await page.getByRole('button', { name: 'Save budget' }).click();
  await expect(page.getByTestId('budgets-all')).toContainText('80 %:');

  await page.goto(addressOf('prices'));
  await page.getByLabel(/^Provider \*/).fill('acme');
  await page.getByLabel(/^Model \*/).fill(`model-${unique}`);
  await page.getByLabel(/^Input \*/).fill('1.125');
  await page.getByLabel(/^Output \*/).fill('4');
  await page.getByRole('button', { name: 'Save price' }).click();
  await expect(page.getByTestId('done')).toContainText(`Stored: acme model-${unique}`);
  await page.getByRole('button', { name: 'Preview' }).click();
  await expect(page.getByTestId('repricing')).toContainText(/Nothing changes|rows on/);

  await page.goto(addressOf('customers'));
  await page.getByLabel(/^Customer \*/).fill(`cus_${unique}`);
  await page.getByLabel(/^User \*/).fill(`user-${unique}`);
  await page.getByRole('button', { name: 'Save link' }).click();
  await expect(page.getByTestId('done')).toContainText(`cus_${unique}`);
  await page
    .getByRole('button', { name: /^Show all/ })
    .last()
    .click();
  await expect(page.getByTestId('links')).toContainText(`cus_${unique}`);
  // The demonstration has customers with the e-mail of a user that no customer pays for.
  const suggestions = page.getByTestId('suggestions').getByRole('row');
  const before = await suggestions.count();
  await page.getByTestId('suggestions').getByRole('checkbox').first().check({ force: true });
  await page.getByRole('button', { name: 'Preview one link' }).click();
  await expect(page.getByTestId('links-preview')).toContainText('Cost without a customer');
  await page.getByRole('button', { name: 'Link 1' }).click();
  await expect(page.getByTestId('done')).toContainText('Stored: one link.');
  await expect(suggestions).toHaveCount(before - 1);

  await page.goto(addressOf('rates'));
  await page.getByLabel(/^Currency/).fill('nok');
  await page.getByLabel(/^USD for 1 NOK/).fill('0,0931');
  await page.getByRole('button', { name: 'Save rate' }).click();
  await expect(page.getByTestId('rates')).toContainText('0.0931');

  await page.goto(addressOf('access'));
  await expect(page.getByTestId('audit')).toContainText('PUT /admin/fx-rates');
  expect(trouble).toEqual([]);
});

test('a month is closed after its preview, and nothing has changed since', async ({ page }) => {
  test.setTimeout(180_000);
  const trouble = troubleOf(page);
  await page.goto(addressOf('closing'));
  const close = page.getByRole('button', { name: /^Close \w+ \d{4}$/ });
  await close.last().click();
  await expect(page.getByTestId('preview')).toBeVisible();
  await page.screenshot({ path: join(SCREENSHOTS, 'closing-preview.png'), fullPage: true });
  const name = (await page.getByTestId('months-page').getByRole('heading').first().textContent()) ?? '';
  const month = /\w+ \d{4}/.exec(name)?.[0] ?? '';
  await page
    .getByRole('button', { name: `Close ${month}`, exact: true })
    .first()
    .click();
  await expect(page.getByTestId('done')).toContainText(`${month} is closed.`);
  await page.getByRole('button', { name: `What has changed since ${month} was closed` }).click();
  await expect(page.getByTestId('months-page')).toContainText(/Nothing|No /);
  await page.screenshot({ path: join(SCREENSHOTS, 'closing-changes.png'), fullPage: true });
  expect(trouble).toEqual([]);
});
