// @vitest-environment jsdom
import '../testing/browser.ts';
import { cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { APP_ID } from '../shared/ids.ts';
import { refusal } from '../testing/billing-server.ts';
import { listed, startExporterServer, type ExporterAnswers } from '../testing/exporter-server.ts';
import { speak } from '../testing/language.ts';
import { AccessPage } from './access-page.tsx';

beforeEach(() => speak('en-US', APP_ID));
afterEach(cleanup);

const TOKEN = {
  id: '0b0e8f7e-6e9e-4f7a-9a3f-0f8d2f3c4b5a',
  name: 'grafana',
  role: 'viewer',
  createdAt: null,
  expiresAt: '2099-01-01T00:00:00.000Z',
  lastUsedAt: null,
  revokedAt: null,
  revokedBy: null,
};
const ENTRY = {
  id: '12',
  at: '2026-03-01T08:00:00.000Z',
  subject: null,
  role: null,
  tokenId: null,
  method: 'PUT',
  route: '/admin/budgets',
  target: null,
  status: 401,
};

it('revokes a token after a confirmation, and shows who was refused', async () => {
  const answers: ExporterAnswers = {
    'GET /admin/tokens': () => listed([TOKEN]),
    'GET /admin/audit-log': ({ path }) =>
      path.includes('cursor=12')
        ? listed([{ ...ENTRY, id: '11', subject: 'ada' }])
        : listed([ENTRY], { nextCursor: '12' }),
    [`POST /admin/tokens/${TOKEN.id}/revoke`]: () => listed([{ ...TOKEN, revokedAt: '2026-03-02T08:00:00.000Z' }]),
  };
  const server = await startExporterServer(answers);
  const user = userEvent.setup();
  render(<AccessPage />);
  const row = await screen.findByTestId(`tokens-${TOKEN.id}`);
  expect(await screen.findByTestId('audit-12')).toHaveProperty(
    'textContent',
    expect.stringMatching(/nobody \(no valid token\)–PUT \/admin\/budgets–401$/),
  );
  await user.click(screen.getByRole('button', { name: 'Older entries' }));
  expect((await screen.findByTestId('audit-11')).textContent).toMatch(/ada/);
  for (const button of within(row).getAllByRole('button', { name: 'Revoke' }).slice(0, 1)) await user.click(button);
  expect(server.received.some(({ method }) => method === 'POST')).toBe(false);
  for (const button of within(row).getAllByRole('button', { name: 'Revoke' })) await user.click(button);
  await screen.findByText('Revoked: grafana. It is refused from now on.');
  expect(server.received.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

it('keeps the token in the list when the exporter does not revoke it, in French', async () => {
  await speak('fr-FR', APP_ID);
  await startExporterServer({
    'GET /admin/tokens': () => listed([TOKEN]),
    'GET /admin/audit-log': () => listed([]),
    [`POST /admin/tokens/${TOKEN.id}/revoke`]: () => refusal(403, 'Forbidden'),
  });
  const user = userEvent.setup();
  render(<AccessPage />);
  const row = await screen.findByTestId(`tokens-${TOKEN.id}`);
  await user.click(within(row).getAllByRole('button', { name: 'Révoquer' })[0] ?? row);
  await user.click(within(row).getAllByRole('button', { name: 'Révoquer' }).at(-1) ?? row);
  await screen.findByText(/administrateurs/, { selector: '[role=alert] *' });
  expect(screen.getByTestId(`tokens-${TOKEN.id}`).textContent).toMatch(/grafana/);
  expect(screen.queryByText(/Révoqué/)).toBeNull();
});
