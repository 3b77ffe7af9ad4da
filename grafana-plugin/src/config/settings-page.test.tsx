// @vitest-environment jsdom
import '../testing/browser.ts';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { PluginType, type AppPluginMeta } from '@grafana/data';
import { AppPlugin } from '@grafana/data';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
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

/** An app in use, with these tokens stored. */
function inUse(...tokens: readonly string[]): AppPlugin<AppOptions> {
  const plugin = app();
  plugin.meta.enabled = true;
  plugin.meta.jsonData = { url: 'http://exporter:9464' };
  plugin.meta.secureJsonFields = Object.fromEntries(tokens.map((name) => [name, true]));
  return plugin;
}

it.each([
  ['one token', ['writeToken'], 200, 200, 'The exporter answers, and the token may read and write.'],
  [
    'one that only reads',
    ['writeToken'],
    200,
    403,
    'The exporter answers, but the token may only read: nothing can be entered on the pages.',
  ],
  ['two tokens', ['writeToken', 'readToken'], 200, 200, 'The exporter answers, and the token may read and write.'],
  [
    'a read token that has expired',
    ['writeToken', 'readToken'],
    401,
    200,
    'The exporter refuses the read token: store another one, or none.',
  ],
  [
    'a read token of role figures',
    ['writeToken', 'readToken'],
    403,
    200,
    'The read token may read figures only: make one of role viewer.',
  ],
  ['a write token that has expired', ['writeToken', 'readToken'], 200, 401, 'The exporter refuses the write token.'],
])('says what is stored: %s', async (_, tokens, reading, writing, said) => {
  await startExporterServer({
    'GET /months': () => (reading === 200 ? listed([]) : refusal(reading, 'no')),
    'GET /admin/tokens': () => (writing === 200 ? listed([]) : refusal(writing, 'no')),
  });
  render(<SettingsPage plugin={inUse(...tokens)} />);
  await screen.findByText(said);
});

it('says that the exporter refuses the only token', async () => {
  await startExporterServer({ 'GET /months': () => refusal(401, 'Unauthorized') });
  render(<SettingsPage plugin={inUse('writeToken')} />);
  await screen.findByText(/refuses the app's token/, { selector: '[role=alert] *' });
});

it('adds, replaces and removes the read token, leaves the write token alone, and checks again, in French too', async () => {
  await speak('fr-FR', APP_ID);
  const server = await startLoopbackServer(({ path }) => (path.endsWith('/settings') ? { body: {} } : listed([])));
  sendTo(server.url);
  const user = userEvent.setup();
  render(<SettingsPage plugin={inUse('writeToken')} />);
  const save = screen.getByRole('button', { name: 'Enregistrer' });
  const readToken = (): HTMLElement => screen.getByLabelText(/^Jeton de lecture/);
  const secrets = (): unknown[] =>
    server
      .sentTo(`/api/plugins/${APP_ID}/settings`)
      .map(({ json }) => z.object({ secureJsonData: z.unknown().optional() }).parse(json).secureJsonData);

  await user.type(readToken(), ' mb_read ');
  await user.click(save);
  await waitFor(() => expect(secrets()).toEqual([{ readToken: 'mb_read' }]));
  await screen.findByText('L’exporteur répond, et le jeton peut lire et écrire.');
  // It is stored now: saving again sends no token.
  expect(readToken()).toHaveProperty('disabled', true);
  await user.click(save);
  await waitFor(() => expect(secrets()).toHaveLength(2));
  expect(secrets()[1]).toBeUndefined();

  await user.click(screen.getAllByRole('button', { name: /Réinitialiser|Reset/ }).at(-1) ?? save);
  await user.click(save);
  await waitFor(() => expect(secrets()).toEqual([{ readToken: 'mb_read' }, undefined, { readToken: '' }]));
});
