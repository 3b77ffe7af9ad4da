// @vitest-environment jsdom
import '../testing/browser.ts';
import { cleanup, fireEvent, render, screen, waitForElementToBeRemoved, within } from '@testing-library/react';
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
  name: 'cus_old',
  email: null,
  userId: 'user-1',
  validFrom: null,
  validTo: null,
  createdBy: 'ada',
  createdAt: '2026-03-01T08:00:00.000Z',
};
const suggestion = (userId: string, customer: string, name: string) => ({
  ...{ userId, userEmail: `${userId}@example.com`, customer, name, email: `${userId}@example.com` },
  ...{ reasons: ['metadata', 'email'], llmCostUsd: '7.00', unpricedTokens: 0, revenueUsd: '49.00' },
});
const SUGGESTIONS = {
  ...{ from: '2026-03-01', to: '2026-04-01', unlinkedRevenueUsd: '90.00', unlinkedCostUsd: null },
  data: [suggestion('ada', 'cus_1', 'Ada Ltd'), suggestion('bob', 'cus_2', 'Bob Inc')],
  ambiguous: [{ userIds: ['carl'], customers: ['cus_3', 'cus_4'], reasons: ['email'] }],
};
const EFFECT = {
  ...{ changed: 2, from: '2026-03-01', to: '2026-04-01' },
  data: [
    {
      ...{ kind: 'customer', customer: 'cus_1', name: 'Ada Ltd', revenueBeforeUsd: null, revenueAfterUsd: '49.00' },
      ...{ llmCostBeforeUsd: null, llmCostAfterUsd: '7.00', marginBeforeUsd: null, marginAfterUsd: '42.00' },
    },
  ],
};
const isDryRun = (json: unknown): boolean => JSON.stringify(json).includes('"dryRun":true');
const answers: ExporterAnswers = {
  'GET /admin/customer-users': () => listed([LINK]),
  'GET /admin/customer-users/unlinked': () => ({
    body: {
      from: '2026-03-01',
      to: '2026-04-01',
      customers: [{ customer: 'cus_new', name: 'New Inc', email: 'a@new.example.com', revenueUsd: '90.00' }],
      users: [{ userId: 'user-2', costUsd: null, unpricedTokens: 700 }],
    },
  }),
  'GET /admin/customer-users/suggestions': () => ({ body: SUGGESTIONS }),
  'POST /admin/customer-users/links': ({ json }) => ({ body: { ...EFFECT, applied: !isDryRun(json) } }),
  'POST /admin/customer-users/rejections': () => ({ body: { rejected: 1 } }),
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

it('links the selected suggestions from a day on, only after their preview', async () => {
  const server = await startExporterServer(answers);
  const user = userEvent.setup();
  render(<CustomersPage />);
  await screen.findByText(/^Not linked in the last 30 days: \$90\.00 of revenue without a user, – of LLM cost/);
  expect(screen.getByTestId('ambiguous').textContent).toBe('Several match carl: cus_3, cus_4. Choose below.');
  expect(screen.queryByRole('button', { name: /^Link 2/ })).toBeNull();
  await user.click(screen.getByRole('checkbox', { name: 'Select all' }));
  fireEvent.change(screen.getByLabelText(/^Valid from/), { target: { value: '2026-03-10' } });
  await user.click(screen.getByRole('button', { name: 'Preview 2 links' }));
  const effect = await screen.findByTestId('links-preview-cus_1');
  expect(effect.textContent).toBe('Ada Ltd–$7.00–$42.00');
  await user.dblClick(screen.getByRole('button', { name: 'Link 2' }));
  await screen.findByText('Stored: 2 links.');
  const link = { validFrom: '2026-03-10', validTo: null };
  const sent = [
    { userId: 'ada', customer: 'cus_1', ...link },
    { userId: 'bob', customer: 'cus_2', ...link },
  ];
  expect(server.received.filter(({ method }) => method === 'POST').map(({ json }) => json)).toEqual([
    { links: sent, dryRun: true },
    { links: sent, dryRun: false },
  ]);
});

it('selects nothing and shows no preview once the selected suggestions are stored', async () => {
  const rows = [...SUGGESTIONS.data, suggestion('dan', 'cus_5', 'Dan SA')];
  let stored = 0;
  await startExporterServer({
    ...answers,
    'GET /admin/customer-users/suggestions': () => ({ body: { ...SUGGESTIONS, data: rows.slice(stored) } }),
    'POST /admin/customer-users/links': ({ json }) => {
      stored = isDryRun(json) ? 0 : 1;
      return { body: { ...EFFECT, changed: 1, applied: stored === 1 } };
    },
  });
  const user = userEvent.setup();
  render(<CustomersPage />);
  await user.click(await screen.findByRole('checkbox', { name: /Ada Ltd$/ }));
  await user.click(screen.getByRole('button', { name: 'Preview one link' }));
  await user.click(await screen.findByRole('button', { name: 'Link 1' }));
  await screen.findByText('Stored: one link.');
  await waitForElementToBeRemoved(() => screen.queryByRole('checkbox', { name: /Ada Ltd$/ }));
  expect(screen.queryByTestId('links-preview-cus_1')).toBeNull();
  await user.click(screen.getByRole('checkbox', { name: /Bob Inc$/ }));
  expect(screen.getByRole('checkbox', { name: 'Select all' })).toHaveProperty('checked', false);
});

it('rejects a suggestion, and asks for a new preview when the selection changes', async () => {
  const server = await startExporterServer(answers);
  const user = userEvent.setup();
  render(<CustomersPage />);
  const bob = await screen.findByRole('checkbox', { name: 'Select the link of bob@example.com to Bob Inc' });
  await user.click(bob);
  await user.click(screen.getByRole('button', { name: 'Preview one link' }));
  await screen.findByRole('button', { name: 'Link 1' });
  await user.click(screen.getByRole('checkbox', { name: /Ada Ltd$/ }));
  expect(screen.queryByRole('button', { name: /^Link \d/ })).toBeNull();
  await user.click(screen.getByRole('checkbox', { name: /Ada Ltd$/ }));
  await user.click(screen.getByRole('button', { name: 'Reject 1' }));
  await screen.findByText('Rejected: 1. They are not suggested again.');
  expect(server.received.find(({ path }) => path.endsWith('/rejections'))?.json).toEqual({
    links: [{ userId: 'bob', customer: 'cus_2' }],
  });
});

it('says in words that nothing is suggested', async () => {
  await startExporterServer({
    ...answers,
    'GET /admin/customer-users/suggestions': () => ({ body: { ...SUGGESTIONS, data: [], ambiguous: [] } }),
  });
  render(<CustomersPage />);
  await screen.findByText('Nothing is suggested.');
});
