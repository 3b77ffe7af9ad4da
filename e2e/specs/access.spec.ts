import { expect, test } from '@grafana/plugin-e2e';
import { z } from 'zod';
import { APP, DATA, PAGE, WRITE } from '../figures.ts';
import { EDITOR, sessionOf, VIEWER } from '../sign-in.ts';

const { EXPORTER_URL, EXPORTER_READ_TOKEN = '', EXPORTER_WRITE_TOKEN = '' } = process.env;
const made = z.object({ orgId: z.int() });
const anonymous = z.object({ data: z.array(z.object({ createdBy: z.null(), notes: z.null(), reason: z.null() })) });
const ENTRY = {
  provider: 'e2e-forbidden',
  periodStart: '2026-01-01',
  periodEnd: '2026-02-01',
  amount: '1.00',
  currency: 'USD',
};

for (const login of [VIEWER, EDITOR]) {
  test.describe(login, () => {
    test.use({ storageState: sessionOf(login) });

    test('reads figures, and is refused by the page, by both proxies and by the settings', async ({
      page,
      request,
    }) => {
      expect((await request.get(`${DATA}/metrics/summary`)).status()).toBe(200);
      // The marks on the boards: what was billed, without who entered it and why.
      const invoices = await request.get(`${DATA}/admin/billing-adjustments?limit=500`);
      expect(anonymous.parse(await invoices.json()).data.length).toBeGreaterThan(0);
      expect((await request.get(`${DATA}/admin/llm-prices`)).status()).toBe(200);
      expect((await request.post(`${WRITE}/admin/billing-adjustment`, { data: ENTRY })).status()).toBe(403);
      expect((await request.get(`${WRITE}/admin/billing-adjustments`)).status()).toBe(403);
      expect(
        (await request.post(`${WRITE}/admin/billing-adjustments/1/void`, { data: { reason: 'no' } })).status(),
      ).toBe(403);
      // The read token may not write, nor is it added to a method that has no route.
      for (const path of ['admin/billing-adjustment', 'metrics/sync-all', 'api/v1/admin/billing-adjustment']) {
        expect([400, 401, 403, 404, 405], path).toContain(
          (await request.post(`${DATA}/${path}`, { data: ENTRY })).status(),
        );
      }
      for (const path of [`/api/plugins/${APP}/settings`, '/api/datasources/uid/marginboard', '/api/datasources']) {
        const answer = await request.get(path);
        const body = await answer.text();
        expect(body, path).not.toMatch(/eyJ[\w-]+\.[\w-]+\./);
      }
      await page.goto(PAGE);
      await expect(page.locator('main, #pageContent, body').first()).toBeVisible();
      await expect(page.getByTestId('monthly-form')).toHaveCount(0);
      await expect(page.getByTestId('history')).toHaveCount(0);
    });
  });
}

test('the app proxy refuses what has no route, and gives no token to the browser', async ({ request }) => {
  expect((await request.get(`${WRITE}/anything`)).status()).toBe(404);
  expect((await request.delete(`${WRITE}/admin/billing-adjustments/1`)).status()).toBe(404);
  expect((await request.put(`${WRITE}/admin/llm-prices`, { data: {} })).status()).toBe(404);
  const settings = await (await request.get(`/api/plugins/${APP}/settings`)).text();
  expect(settings).toMatch(/"readToken":true.*"writeToken":true/);
  expect(settings).not.toMatch(/eyJ[\w-]+\.[\w-]+\./);
});

test('pages read by the read token and write by the other; without a read token the other does both', async ({
  request,
}) => {
  test.skip(EXPORTER_URL === undefined, 'needs the tokens of the exporter');
  const answer = await request.post('/api/orgs', { data: { name: `tokens ${Date.now()}` } });
  const { orgId } = made.parse(await answer.json());
  const headers = { 'X-Grafana-Org-Id': String(orgId) };
  const answeredWith = async (secureJsonData: object): Promise<boolean[]> => {
    const data = { enabled: true, jsonData: { url: EXPORTER_URL }, secureJsonData };
    expect((await request.post(`/api/plugins/${APP}/settings`, { headers, data })).ok()).toBe(true);
    const paths = ['metrics/summary', 'months', 'admin/tokens'];
    return Promise.all(paths.map(async (path) => (await request.get(`${WRITE}/${path}`, { headers })).ok()));
  };
  try {
    const [write, read] = [EXPORTER_WRITE_TOKEN, EXPORTER_READ_TOKEN];
    expect(await answeredWith({ writeToken: write, readToken: 'no token' })).toEqual([false, false, true]);
    expect(await answeredWith({ writeToken: 'no token', readToken: read })).toEqual([true, true, false]);
    expect(await answeredWith({ writeToken: write, readToken: '' })).toEqual([true, true, true]);
  } finally {
    await request.delete(`/api/orgs/${orgId}`);
  }
});
