// @vitest-environment jsdom
import '../testing/browser.ts';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { APP_ID } from '../shared/ids.ts';
import { listed, startExporterServer, type ExporterAnswers } from '../testing/exporter-server.ts';
import { speak } from '../testing/language.ts';
import { RatesPage } from './rates-page.tsx';

afterEach(() => {
  cleanup();
  sessionStorage.clear();
});

const RATE = {
  currency: 'EUR',
  day: '2026-03-01',
  usdRate: '1.07',
  createdBy: 'ecb',
  createdAt: '2026-03-01T16:00:00.000Z',
};
const answers: ExporterAnswers = {
  'GET /admin/fx-rates': () => listed([RATE]),
  'GET /metrics/infrastructure-costs': () =>
    listed([], { warnings: [{ code: 'unconverted_currency', message: 'Hetzner: 3 days in CHF are not converted.' }] }),
  'PUT /admin/fx-rates': () =>
    listed([{ ...RATE, usdRate: '1.085' }], { previousUsdRate: '1.07', notice: 'Stored amounts keep their rate.' }),
};

it('names what has no rate, shows what a rate replaces before it is stored, and says what it does not change', async () => {
  await speak('en-US', APP_ID);
  const server = await startExporterServer(answers);
  const user = userEvent.setup();
  render(<RatesPage />);
  await screen.findByText('Hetzner: 3 days in CHF are not converted.');
  await user.type(screen.getByLabelText(/^Currency/), 'eur');
  fireEvent.change(screen.getByLabelText(/^First day/), { target: { value: '2026-03-15' } });
  await user.type(screen.getByLabelText(/^USD for 1 EUR/), '1,085');
  await screen.findByText('1 EUR = 1.085 USD from Mar 15, 2026. So far 1.07 counts there, stored for Mar 1, 2026.');
  await user.click(screen.getByRole('button', { name: 'Save rate' }));
  await screen.findByText('Stored: 1 EUR = 1.085 USD from Mar 15, 2026.');
  expect(server.received.find(({ method }) => method === 'PUT')?.json).toEqual({
    currency: 'EUR',
    day: '2026-03-15',
    usdRate: '1.085',
  });
});

it('is French for those who chose French, and does not send what is no currency', async () => {
  await speak('fr-FR', APP_ID);
  await startExporterServer(answers);
  const user = userEvent.setup();
  render(<RatesPage />);
  await user.type(await screen.findByLabelText(/^Devise/), 'euro');
  await user.type(screen.getByLabelText(/^USD pour 1/), '1,08');
  expect(screen.getByRole('button', { name: 'Enregistrer le taux' })).toHaveProperty('disabled', true);
});
