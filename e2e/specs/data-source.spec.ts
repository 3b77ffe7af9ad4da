import { createServer, type Server } from 'node:http';
import { expect, test } from '@grafana/plugin-e2e';
import type { APIRequestContext, Page } from '@playwright/test';
import { z } from 'zod';

const TYPE = 'marginboard-business-datasource';
const provisioned = z.object({ url: z.string() });

/** A program on loopback that is not an exporter. */
async function stranger(): Promise<{ server: Server; url: string }> {
  const server = createServer((_request, response) =>
    response.writeHead(404, { 'Content-Type': 'text/html' }).end('<h1>nothing here</h1>'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}` };
}

test.describe('the health check says what is wrong', () => {
  const check = async (
    page: Page,
    request: APIRequestContext,
    url: string,
    token: string,
    message: RegExp,
  ): Promise<void> => {
    const uid = `e2e-${Math.floor(performance.now())}`;
    const made = await request.post('/api/datasources', {
      data: { uid, name: uid, type: TYPE, access: 'proxy', url, secureJsonData: { readToken: token } },
    });
    expect(made.ok()).toBe(true);
    try {
      await page.goto(`/connections/datasources/edit/${uid}`);
      await page.getByRole('button', { name: 'Save & test' }).click();
      await expect(page.getByText(message)).toBeVisible();
    } finally {
      await request.delete(`/api/datasources/uid/${uid}`);
    }
  };

  test('a stopped exporter', async ({ page, request }) => {
    const { server, url } = await stranger();
    await new Promise((resolve) => server.close(resolve));
    await check(page, request, url, 'x', /The exporter cannot be reached/);
  });

  test('another program at the URL', async ({ page, request }) => {
    const { server, url } = await stranger();
    try {
      await check(page, request, url, 'x', /is not a Marginboard exporter/);
    } finally {
      server.close();
    }
  });

  test('a wrong token', async ({ page, request }) => {
    const { url } = provisioned.parse(await (await request.get('/api/datasources/uid/marginboard')).json());
    await check(page, request, url, 'not-a-token', /refuses the read token/);
  });

  test('a URL with a path', async ({ page, request }) => {
    const { url } = provisioned.parse(await (await request.get('/api/datasources/uid/marginboard')).json());
    await check(page, request, `${url}/grafana`, 'x', /is not a Marginboard exporter: give its base address only/);
  });
});

test('Explore shows a dataset, and an error names the query and the field', async ({ page }) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  const explore = (query: object) =>
    `/explore?schemaVersion=1&orgId=1&panes=${encodeURIComponent(JSON.stringify({ a: { datasource: 'marginboard', queries: [{ refId: 'A', datasource: { type: TYPE, uid: 'marginboard' }, ...query }], range: { from: 'now-30d', to: 'now' } } }))}`;
  await page.goto(explore({ dataset: 'infrastructure-costs', range: { kind: 'days', days: 7 } }));
  await expect(page.getByText('Supabase').first()).toBeVisible();
  await expect(page.getByLabel('Dataset')).toBeVisible();
  await page.goto(
    explore({
      dataset: 'infrastructure-costs',
      range: { kind: 'days', days: 7 },
      filters: { provider: 'NOT A PROVIDER' },
    }),
  );
  await expect(page.getByText(/A · Costs by day and provider: .*provider must be a provider/).first()).toBeVisible();
  expect(errors).toEqual([]);
});
