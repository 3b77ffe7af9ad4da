// @vitest-environment jsdom
import '../testing/browser.ts';
import { cleanup, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { APP_ID } from '../shared/ids.ts';
import { refusal } from '../testing/billing-server.ts';
import { listed, startExporterServer, type ExporterAnswers } from '../testing/exporter-server.ts';
import { speak } from '../testing/language.ts';
import { MonthsPage } from './months-page.tsx';

afterEach(() => {
  cleanup();
  sessionStorage.clear();
});

const SHA256 = 'ab'.repeat(32);
const STATEMENT = {
  figures: {
    revenueUsd: '150.00',
    llmCostUsd: '42.00',
    infrastructureCostUsd: '66.50',
    paymentFeesUsd: '7.50',
    netMarginUsd: null,
  },
  complete: true,
  to: '2026-04-01',
  missingInvoices: [{ provider: 'weaviate', month: '2026-03', from: '2026-03-01', to: '2026-04-01' }],
  warnings: [{ code: 'unpriced_tokens', message: '1400 LLM tokens have no known price.' }],
};
const CHANGE = {
  figure: 'infrastructure',
  key: 'invoice:7',
  cause: 'invoice_entered',
  provider: 'hetzner',
  component: 'all',
  invoiceNumber: 'H-1',
  beforeUsd: null,
  afterUsd: '31.00',
  differenceUsd: '31.00',
  at: '2026-05-02T10:00:00.000Z',
  by: 'Ann',
  reason: null,
};
const month = (name: string, state: string) => ({ month: name, state, version: null, sha256: null, at: null });
const answers: ExporterAnswers = {
  'GET /months': () => listed([month('2026-04', 'running'), month('2026-03', 'open'), month('2026-02', 'closed')]),
  'POST /admin/months/2026-03/close/preview': () => ({
    body: { month: '2026-03', sha256: SHA256, statement: STATEMENT },
  }),
  'POST /admin/months/2026-03/close': () => ({ body: { month: '2026-03', version: 1, sha256: SHA256 } }),
  'GET /months/2026-02/changes': () => ({
    body: {
      month: '2026-02',
      figures: [{ figure: 'infrastructure', beforeUsd: '66.50', afterUsd: '97.50', differenceUsd: '31.00' }],
      changes: [CHANGE],
    },
  }),
  'POST /admin/months/2026-02/reopen': () => ({ body: { month: '2026-02', version: 2, sha256: null } }),
};

it('shows what would be frozen with what is missing, and closes exactly that', async () => {
  await speak('en-US', APP_ID);
  const server = await startExporterServer(answers);
  const user = userEvent.setup();
  render(<MonthsPage />);
  expect(screen.queryByRole('button', { name: 'Close April 2026' })).toBeNull();
  await user.click(await screen.findByRole('button', { name: 'Close March 2026' }));
  await screen.findByText('No invoice of Weaviate for March 2026.');
  await screen.findByText('1400 LLM tokens have no known price.');
  // What is not known is no amount.
  expect((await screen.findByTestId('preview-margin')).textContent).toBe('Net margin–');
  const [, button] = await screen.findAllByRole('button', { name: 'Close March 2026' }).then((all) => all.toReversed());
  await user.click(button ?? document.body);
  await screen.findByText('March 2026 is closed.');
  expect(server.received.find(({ path }) => path === '/admin/months/2026-03/close')?.json).toEqual({ sha256: SHA256 });
});

it('names what has changed since, and opens a month again only with a reason, in French too', async () => {
  await speak('fr-FR', APP_ID);
  const server = await startExporterServer(answers);
  const user = userEvent.setup();
  render(<MonthsPage />);
  await user.click(await screen.findByRole('button', { name: 'Ce qui a changé depuis la clôture de février 2026' }));
  const row = await screen.findByTestId('changes-invoice:7');
  expect(row.textContent).toMatch(/^InfrastructureFacture saisieHetzner, H-131,00\s\$Ann, /);
  await user.click(screen.getByRole('button', { name: 'Rouvrir février 2026' }));
  expect(screen.getByRole('button', { name: 'Rouvrir' })).toHaveProperty('disabled', true);
  await user.type(screen.getByRole('textbox'), 'trop tôt');
  await user.click(screen.getByRole('button', { name: 'Rouvrir' }));
  await screen.findByText('février 2026 est rouvert.');
  expect(server.received.find(({ path }) => path === '/admin/months/2026-02/reopen')?.json).toEqual({
    reason: 'trop tôt',
  });
});

it('closes once for a double click, and asks to look again where the figures moved meanwhile, in French', async () => {
  await speak('fr-FR', APP_ID);
  const server = await startExporterServer({
    ...answers,
    'POST /admin/months/2026-03/close': () => refusal(409, 'The figures have changed since the preview.'),
  });
  const user = userEvent.setup();
  render(<MonthsPage />);
  await user.click(await screen.findByRole('button', { name: /^Clore mars 2026|^Clôturer mars 2026/ }));
  await screen.findByTestId('preview');
  const buttons = within(screen.getByTestId('months-page')).getAllByRole('button', { name: /mars 2026$/ });
  await user.dblClick(buttons[0] ?? document.body);
  await screen.findByText('The figures have changed since the preview.');
  expect(server.sentTo('/admin/months/2026-03/close')).toHaveLength(1);
  await user.click(screen.getByRole('button', { name: 'Regarder à nouveau' }));
  await waitFor(() => expect(server.sentTo('/admin/months/2026-03/close/preview')).toHaveLength(2));
});
