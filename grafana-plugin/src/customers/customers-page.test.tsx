// @vitest-environment jsdom
import '../testing/browser.ts';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { APP_ID } from '../shared/ids.ts';
import { listed, startExporterServer, type ExporterAnswers } from '../testing/exporter-server.ts';
import { speak } from '../testing/language.ts';
import { CustomersPage } from './customers-page.tsx';

beforeEach(() => speak('en-US', APP_ID));
afterEach(() => {
  cleanup();
  sessionStorage.clear();
});

const LINK = {
  customer: 'cus_old',
  userId: 'user-1',
  validFrom: null,
  validTo: null,
  createdBy: 'ada',
  createdAt: '2026-03-01T08:00:00.000Z',
};
const answers: ExporterAnswers = {
  'GET /admin/customer-users': () => listed([LINK]),
  'GET /admin/customer-users/unlinked': () => ({
    body: {
      from: '2026-03-01',
      to: '2026-04-01',
      customers: [{ customer: 'cus_new', revenueUsd: '90.00' }],
      users: [{ userId: 'user-2', costUsd: null, unpricedTokens: 700 }],
    },
  }),
  'PUT /admin/customer-users': () => listed([], { changed: true }),
};

it('links a user from a day on, and says before which link it cuts', async () => {
  const server = await startExporterServer(answers);
  const user = userEvent.setup();
  render(<CustomersPage />);
  await user.click(await screen.findByRole('button', { name: 'Link cus_new' }));
  await user.type(screen.getByLabelText(/^User \*/), 'user-1');
  fireEvent.change(screen.getByLabelText(/^First day/), { target: { value: '2026-03-10' } });
  fireEvent.change(screen.getByLabelText(/^Last day/), { target: { value: '2026-03-31' } });
  expect(screen.getByTestId('link-effect').textContent).toBe(
    'The link to cus_old (since ever – until further notice) is cut on these days.',
  );
  await user.click(screen.getByRole('button', { name: 'Save link' }));
  await screen.findByText('Stored: user-1 belongs to cus_new.');
  expect(server.received.find(({ method }) => method === 'PUT')?.json).toEqual({
    customer: 'cus_new',
    userId: 'user-1',
    validFrom: '2026-03-10',
    validTo: '2026-04-01',
  });
});

it('shows the first fifty links, and all of them when asked', async () => {
  const links = Array.from({ length: 60 }, (_, index) => ({ ...LINK, userId: `user-${index}` }));
  await startExporterServer({ ...answers, 'GET /admin/customer-users': () => listed(links) });
  const user = userEvent.setup();
  render(<CustomersPage />);
  await screen.findByTestId('links-user-49-ever');
  expect(screen.queryByTestId('links-user-50-ever')).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Show all 60' }));
  await screen.findByTestId('links-user-59-ever');
});

it('shows an unknown cost as unknown beside its tokens', async () => {
  await startExporterServer(answers);
  render(<CustomersPage />);
  const row = await screen.findByTestId('unlinked-users-user-2');
  expect(
    within(row)
      .getAllByRole('cell')
      .map((cell) => cell.textContent),
  ).toEqual(['user-2', '–', '700', 'Link']);
});
