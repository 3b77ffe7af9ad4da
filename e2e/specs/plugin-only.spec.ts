import { expect, test } from '@grafana/plugin-e2e';
import { z } from 'zod';
import { BOARD_LANGUAGES, BOARDS } from '../../exporter/src/contract/boards.ts';
import { panelOf } from '../board.ts';

const made = z.object({ orgId: z.int() });
const { EXPORTER_URL, EXPORTER_READ_TOKEN = '', EXPORTER_WRITE_TOKEN = '' } = process.env;

/** Each page here is loaded for the first time. */
const patiently = expect.configure({ timeout: 60_000 });

/** A Grafana with the plugin and nothing provisioned: an organisation of its own, until the spec ends. */
test('only the plugin: connected by hand, its boards are imported and show figures', async ({ page, request }) => {
  test.skip(EXPORTER_URL === undefined, 'needs the tokens of the exporter');
  test.setTimeout(240_000);
  const name = `plugin only ${Date.now()}`;
  const { orgId } = made.parse(await (await request.post('/api/orgs', { data: { name } })).json());
  try {
    expect((await request.post(`/api/user/using/${orgId}`)).ok()).toBe(true);

    await page.goto('/plugins/marginboard-business-app?page=configuration');
    await page.getByLabel(/^URL of the exporter/).fill(EXPORTER_URL ?? '');
    await page.getByLabel(/^Write token/).fill(EXPORTER_WRITE_TOKEN);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    // The page loads again to show the app in the menu.
    await patiently(page.getByText('may read and write')).toBeVisible();

    const uid = `own-${orgId}`;
    const data = {
      uid,
      name: 'Figures',
      type: 'marginboard-business-datasource',
      access: 'proxy',
      url: EXPORTER_URL,
      secureJsonData: { readToken: EXPORTER_READ_TOKEN },
    };
    expect((await request.post('/api/datasources', { data })).ok()).toBe(true);
    await page.goto(`/connections/datasources/edit/${uid}/dashboards`);
    for (const board of ['Business', 'Coûts et provenance']) {
      const row = page.getByRole('row').filter({ hasText: board }).first();
      await row.getByRole('button', { name: 'Import' }).click();
      await patiently(row.getByRole('button', { name: 'Re-import' })).toBeVisible();
    }
    await expect(page.getByRole('row')).toHaveCount(BOARDS.length * BOARD_LANGUAGES.length);

    await page.goto('/d/marginboard-business');
    await patiently(page.getByText('Figures').first()).toBeVisible();
    const card = panelOf(page, 1).first();
    await patiently(card).toContainText(/\$\d/);
    await expect(page.getByRole('link', { name: 'Costs and provenance' }).first()).toHaveAttribute(
      'href',
      new RegExp(`var-datasource=${uid}`),
    );
    await page.goto('/d/marginboard-costs-fr');
    await patiently(panelOf(page, 1).first()).toContainText('DigitalOcean');
  } finally {
    await request.post('/api/user/using/1');
    await request.delete(`/api/orgs/${orgId}`);
  }
});

test('where the boards are provisioned, an import does not make a second one', async ({ request }) => {
  const board = { pluginId: 'marginboard-business-datasource', path: 'dashboards/en/business.json' };
  const refused = await request.post('/api/dashboards/import', { data: { ...board, overwrite: true, inputs: [] } });
  expect(refused.status()).toBe(400);
  const found = z.array(z.object({ uid: z.string() }));
  const boards = found.parse(await (await request.get('/api/search?query=Business&type=dash-db')).json());
  expect(boards.filter(({ uid }) => uid === 'marginboard-business')).toHaveLength(1);
});
