import { join } from 'node:path';
import { expect, test } from '@grafana/plugin-e2e';
import { z } from 'zod';
import { APP, DATA, PAGE, WRITE } from '../figures.ts';
import { EDITOR, VIEWER } from '../sign-in.ts';

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
    test.use({ storageState: join(import.meta.dirname, '..', '..', '.cache', 'e2e', `${login}.json`) });

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
  expect(settings).toContain('"writeToken":true');
  expect(settings).not.toMatch(/eyJ[\w-]+\.[\w-]+\./);
});
