import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@grafana/plugin-e2e';
import type { APIRequestContext, Page } from '@playwright/test';
import { z } from 'zod';
import { mintToken } from '../../exporter/src/api/auth/mint.ts';
import { REAL, startExporter, type ExporterProcess } from '../../exporter/test/exporter-process.ts';
import { expectAccessible, expectOnPhone, SCREENSHOTS } from '../app-page.ts';
import { troubleOf } from '../board.ts';
import { APP } from '../figures.ts';
import { sessionOf } from '../sign-in.ts';

/** The pages of an organisation whose exporter has nothing, then very much, may only be read, and is gone at last. */

const PAGES = {
  setup: 'setup-page',
  invoices: 'invoices-page',
  inbox: 'inbox-page',
  closing: 'months-page',
  budgets: 'budgets-page',
  prices: 'prices-page',
  customers: 'customers-page',
  rates: 'rates-page',
  access: 'access-page',
} as const;
const LONG = 'very-long-name-'.repeat(12);
const SECRET = randomBytes(32).toString('hex');
const made = z.object({ orgId: z.int() });
const patiently = expect.configure({ timeout: 60_000 });

let exporter: ExporterProcess;
let folder: string;
let orgId: number;
let api: APIRequestContext;

const tokenOf = (role: 'admin' | 'viewer'): Promise<string> =>
  mintToken(SECRET, { role, subject: 'e2e', expiresAt: Math.floor(Date.now() / 1000) + 3_600, roleClaim: 'role' });

async function configure(role: 'admin' | 'viewer'): Promise<void> {
  const data = {
    enabled: true,
    jsonData: { url: exporter.url },
    secureJsonData: { writeToken: await tokenOf(role), readToken: '' },
  };
  expect((await api.post(`/api/plugins/${APP}/settings`, { data })).ok()).toBe(true);
}

/** Goes to a page by Grafana's menu and the keyboard (a tooltip may cover the entry), without loading Grafana again. */
async function visit(page: Page, path: keyof typeof PAGES): Promise<void> {
  await page.locator(`a[href="/a/${APP}/${path}"]`).first().press('Enter');
  await patiently(page.getByTestId(PAGES[path])).toBeVisible();
}
const paths = Object.keys(PAGES).filter((path): path is keyof typeof PAGES => path in PAGES);

test.describe.configure({ timeout: 120_000 });
test.use({ viewport: { width: 1400, height: 1000 } });

test.beforeAll(async ({ playwright, baseURL }) => {
  folder = await mkdtemp(join(tmpdir(), 'marginboard-e2e-'));
  exporter = await startExporter({ DATA_DIR: folder, JWT_SECRET: SECRET, SYNC_SCHEDULE: 'off' }, REAL);
  api = await playwright.request.newContext({
    ...(baseURL === undefined ? {} : { baseURL }),
    storageState: sessionOf('admin'),
  });
  const answer = await api.post('/api/orgs', { data: { name: `in trouble ${Date.now()}` } });
  orgId = made.parse(await answer.json()).orgId;
  await api.post(`/api/user/using/${orgId}`);
  await configure('admin');
});
test.afterAll(async () => {
  await api.post('/api/user/using/1');
  await api.delete(`/api/orgs/${orgId}`);
  await api.dispose();
  await exporter.end('SIGTERM');
  await rm(folder, { recursive: true, force: true });
});

test('without any data every page says so, without an error', async ({ page }) => {
  const trouble = troubleOf(page);
  await page.goto(`/a/${APP}/setup`);
  for (const path of paths) {
    await visit(page, path);
    await page.waitForLoadState('networkidle');
    await expect(page.getByRole('alert').filter({ hasText: /failed|cannot be reached/ })).toHaveCount(0);
    await expectAccessible(page, PAGES[path]);
    await page.screenshot({ path: join(SCREENSHOTS, `empty-${path}.png`), fullPage: true });
  }
  // Grafana 12.3 says this of itself in every organisation but the first.
  expect(trouble.filter((one) => !one.startsWith('Failed to initialize OpenFeature'))).toEqual([]);
});

test('five hundred customers and very long names fit a phone', async ({ page }) => {
  const headers = { Authorization: `Bearer ${await tokenOf('admin')}` };
  const store = async (method: 'put' | 'post', path: string, data: object): Promise<void> => {
    const answer = await api[method](`${exporter.url}/api/v1/admin/${path}`, { headers, data });
    expect(answer.ok(), (await answer.text()).slice(0, 300)).toBe(true);
  };
  const ids = Array.from({ length: 500 }, (_, index) => String(index).padStart(3, '0'));
  for (let at = 0; at < ids.length; at += 100)
    await store('post', 'customer-users/links', {
      links: ids
        .slice(at, at + 100)
        .map((id) => ({ customer: `cus_${id}_${LONG}`, userId: `user-${id}`, validFrom: null, validTo: null })),
      dryRun: false,
    });
  await store('put', 'budgets', { customer: `cus_000_${LONG}`, monthUsd: '900000000.00' });
  await store('post', 'llm-prices', {
    provider: 'acme',
    model: LONG,
    validFrom: '2026-01-01',
    inputUsdPerMillion: '1.125',
    outputUsdPerMillion: '4',
    notes: LONG,
  });
  await page.goto(`/a/${APP}/customers`);
  await page.getByRole('button', { name: 'Show all 500' }).click({ timeout: 60_000 });
  await expect(page.getByTestId('links').getByRole('row')).toHaveCount(501);
  for (const path of ['customers', 'budgets', 'prices'] as const) {
    await page.setViewportSize({ width: 1400, height: 1000 });
    await visit(page, path);
    await page.waitForLoadState('networkidle');
    await expectOnPhone(page, PAGES[path]);
    await page.screenshot({ path: join(SCREENSHOTS, `long-${path}-phone.png`), fullPage: true });
  }
});

test('with a token that only reads, pages show what it may see and keep what it may not store', async ({ page }) => {
  await configure('viewer');
  await page.goto(`/a/${APP}/budgets`);
  const amount = page.getByLabel(/^Budget a month/);
  await amount.fill('1 234,50', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Save budget' }).dblclick();
  await expect(page.getByText('Only administrators may do this, with a token of role admin.')).toBeVisible();
  await expect(amount).toHaveValue('1 234,50');
  await visit(page, 'access');
  await expect(page.getByText('Only administrators may do this, with a token of role admin.').first()).toBeVisible();
  // Back to the form, where the amount still stands.
  await page.goBack();
  await expect(page.getByLabel(/^Budget a month/)).toHaveValue('1 234,50');
  await configure('admin');
});

test('when the exporter goes away, every page says so and offers to try again', async ({ page }) => {
  await page.goto(`/a/${APP}/rates`);
  await page.getByLabel(/^Currency/).fill('chf', { timeout: 60_000 });
  await exporter.end('SIGKILL');
  await page.getByLabel(/^USD for 1 CHF/).fill('1,25');
  await page.getByRole('button', { name: 'Save rate' }).click();
  await expect(page.getByText('The exporter cannot be reached.')).toBeVisible();
  await expect(page.getByLabel(/^USD for 1 CHF/)).toHaveValue('1,25');
  for (const path of paths.filter((one) => one !== 'rates')) {
    await visit(page, path);
    await expect(page.getByText('The exporter cannot be reached.').first()).toBeVisible();
    await expect(page.getByRole('button', { name: 'Try again' }).first()).toBeVisible();
  }
});
