// @vitest-environment jsdom
import '../testing/browser.ts';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { PluginType, type AppPluginMeta } from '@grafana/data';
import { AppPlugin } from '@grafana/data';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { APP_ID } from '../shared/ids.ts';
import { sendTo } from '../testing/backend.ts';
import { refusal } from '../testing/billing-server.ts';
import { listed, startExporterServer } from '../testing/exporter-server.ts';
import { speak } from '../testing/language.ts';
import { startLoopbackServer } from '../testing/loopback-server.ts';
import type { AppOptions } from './options.ts';
import { SettingsPage } from './settings-page.tsx';

beforeEach(() => speak('en-US', APP_ID));
afterEach(cleanup);

function app(): AppPlugin<AppOptions> {
  const plugin = new AppPlugin<AppOptions>();
  const meta: AppPluginMeta<AppOptions> = {
    id: APP_ID,
    name: 'Marginboard',
    type: PluginType.app,
    module: '',
    baseUrl: '',
    enabled: true,
    info: {
      author: { name: '' },
      description: '',
      links: [],
      logos: { large: '', small: '' },
      screenshots: [],
      updated: '',
      version: '',
    },
  };
  plugin.meta = meta;
  return plugin;
}

it('keeps address and token when Grafana refuses them, and stores them on the next try', async () => {
  const server = await startLoopbackServer(() =>
    server.received.length === 1 ? { status: 500, body: { message: 'database is locked' } } : { body: {} },
  );
  sendTo(server.url);
  const user = userEvent.setup();
  render(<SettingsPage plugin={app()} />);
  const save = screen.getByRole('button', { name: 'Save' });
  const url = screen.getByLabelText(/^URL of the exporter/);
  await user.type(url, 'exporter:9464');
  await screen.findByText('Not a URL: it begins with http:// or https://');
  expect(save).toHaveProperty('disabled', true);
  await user.clear(url);
  await user.type(url, 'http://exporter:9464/');
  await user.type(screen.getByLabelText(/^Write token/), 'mb_secret');
  await user.dblClick(save);
  await screen.findByText('database is locked');
  expect(url).toHaveProperty('value', 'http://exporter:9464');
  expect(screen.getByLabelText(/^Write token/)).toHaveProperty('value', 'mb_secret');
  await user.click(save);
  await screen.findByText('Saved.');
  expect(server.sentTo(`/api/plugins/${APP_ID}/settings`).map(({ json }) => json)).toEqual(
    Array<object>(2).fill({
      enabled: true,
      pinned: true,
      jsonData: { url: 'http://exporter:9464' },
      secureJsonData: { writeToken: 'mb_secret' },
    }),
  );
});

it.each([
  [200, 'The exporter answers, and the token may read and write.'],
  [403, 'The exporter answers, but the token may only read: nothing can be entered on the pages.'],
])('says what the stored token may do (%i for administrators)', async (status, said) => {
  await startExporterServer({
    'GET /metrics/sync-status': () => listed([]),
    'GET /admin/tokens': () => (status === 200 ? listed([]) : refusal(status, 'Forbidden')),
  });
  const plugin = app();
  plugin.meta.enabled = true;
  plugin.meta.secureJsonFields = { writeToken: true };
  render(<SettingsPage plugin={plugin} />);
  await screen.findByText(said);
});

it('says that the exporter refuses the stored token', async () => {
  await startExporterServer({ 'GET /metrics/sync-status': () => refusal(401, 'Unauthorized') });
  const plugin = app();
  plugin.meta.enabled = true;
  plugin.meta.secureJsonFields = { writeToken: true };
  render(<SettingsPage plugin={plugin} />);
  await screen.findByText(/token/i, { selector: '[role=alert] *' });
});
