// @vitest-environment jsdom
import '../testing/browser.ts';
import { cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { APP_ID } from '../shared/ids.ts';
import { listed, startExporterServer, type ExporterAnswers } from '../testing/exporter-server.ts';
import { speak } from '../testing/language.ts';
import { refusal } from '../testing/billing-server.ts';
import { BudgetsPage } from './budgets-page.tsx';

beforeEach(() => speak('en-US', APP_ID));
afterEach(() => {
  cleanup();
  sessionStorage.clear();
});

const BUDGET = {
  id: '3',
  provider: 'all',
  customer: null,
  userId: null,
  monthUsd: '300.00',
  thresholds: [100],
  validFrom: '2026-03-01T08:00:00.000Z',
  source: 'api',
  createdBy: 'ada',
};
const STANDING = {
  ...{ provider: 'all', customer: null, userId: null, name: null, monthUsd: '300.00' },
  ...{ spentUsd: '210.00', isAtLeast: false, forecastMonthUsd: '420.00' },
  thresholds: [{ percent: 100, amountUsd: '300.00', passedOn: '2026-03-22', state: 'expected' }],
};
const CUSTOMER = {
  ...STANDING,
  ...{ provider: null, customer: 'cus_1', name: 'Ada Ltd', monthUsd: '50.00', spentUsd: '45.00', isAtLeast: true },
  thresholds: [
    { percent: 80, amountUsd: '40.00', passedOn: '2026-03-11', state: 'passed' },
    { percent: 100, amountUsd: '50.00', passedOn: null, state: 'unknown' },
  ],
};
const FORECAST = {
  provider: 'all',
  monthToDateUsd: '210.00',
  runRateMonthUsd: '420.00',
  forecastMonthUsd: '420.00',
  budgetMonthUsd: '300.00',
  budgetPassedOn: '2026-03-22',
};

const answers = (changes: ExporterAnswers = {}): ExporterAnswers => ({
  'GET /admin/budgets': () => listed([BUDGET]),
  'GET /admin/budgets/standing': () => listed([STANDING, CUSTOMER]),
  'GET /metrics/forecast': () => listed([FORECAST]),
  'PUT /admin/budgets': () => listed([BUDGET]),
  ...changes,
});

it('shows where the month stands, warns before a budget is saved that the month will pass it, and stores it once', async () => {
  const server = await startExporterServer(answers());
  const user = userEvent.setup();
  render(<BudgetsPage />);
  const row = await screen.findByTestId('budgets-all');
  expect(row.textContent).toMatch(/All costs\$300\.00\$210\.00\$420\.00expected to pass on Mar 22, 2026/);
  await user.type(screen.getByLabelText(/^Budget a month/), '250,00');
  expect(screen.getByTestId('standing').textContent).toBe(
    'This month so far: $210.00. Expected by its end: $420.00.This month is expected to pass $250.00.',
  );
  await user.dblClick(screen.getByRole('button', { name: 'Save budget' }));
  await screen.findByText('Stored: All costs, $250.00 a month.');
  expect(server.received.filter(({ method }) => method === 'PUT').map(({ json }) => json)).toEqual([
    { provider: 'all', monthUsd: '250.00' },
  ]);
});

it('takes a budget away only after it is confirmed', async () => {
  const server = await startExporterServer(answers());
  const user = userEvent.setup();
  render(<BudgetsPage />);
  const row = await screen.findByTestId('budgets-all');
  await user.click(within(row).getAllByRole('button', { name: 'Take away' })[0] ?? row);
  expect(server.received.some(({ method }) => method === 'PUT')).toBe(false);
  for (const button of within(row).getAllByRole('button', { name: 'Take away' })) await user.click(button);
  await screen.findByText('Taken away: All costs.');
  expect(server.received.find(({ method }) => method === 'PUT')?.json).toEqual({ provider: 'all', monthUsd: null });
});

it('keeps what was typed when the exporter refuses it, and says which field', async () => {
  await startExporterServer(
    answers({
      'PUT /admin/budgets': () =>
        refusal(400, 'The request has invalid fields.', { errors: [{ field: 'monthUsd', message: 'is too large' }] }),
    }),
  );
  const user = userEvent.setup();
  render(<BudgetsPage />);
  const amount = await screen.findByLabelText(/^Budget a month/);
  await user.type(amount, '999999999');
  await user.click(screen.getByRole('button', { name: 'Save budget' }));
  await screen.findByText('is too large');
  expect(amount).toHaveProperty('value', '999999999');
});

it('shows an unknown cost as unknown, and an empty list in words', async () => {
  await startExporterServer(
    answers({
      'GET /admin/budgets': () => listed([]),
      'GET /admin/budgets/standing': () => listed([]),
      'GET /metrics/forecast': () => listed([{ ...FORECAST, monthToDateUsd: null, forecastMonthUsd: null }]),
    }),
  );
  render(<BudgetsPage />);
  await screen.findByText('This month so far: –. Expected by its end: –.');
  expect(screen.getAllByText('No budget is set.')).toHaveLength(2);
});

it('shows each threshold with its day, a partly unknown cost as the least, and names the customer', async () => {
  await startExporterServer(answers());
  render(<BudgetsPage />);
  const row = await screen.findByTestId('budgets-customer:cus_1');
  expect(row.textContent).toMatch(
    /^Customer Ada Ltd\$50\.00at least \$45\.00\$420\.0080 %: passed on Mar 11, 2026100 %: cost unknown/,
  );
});

it('stores thresholds, refuses what is not a percent, and carries a customer into the form', async () => {
  const server = await startExporterServer(answers());
  const user = userEvent.setup();
  render(<BudgetsPage />);
  const row = await screen.findByTestId('budgets-customer:cus_1');
  await user.click(within(row).getByRole('button', { name: 'Change' }));
  await user.type(screen.getByLabelText(/^Budget a month/), '60');
  const thresholds = screen.getByLabelText(/^Thresholds/);
  await user.type(thresholds, 'half');
  await screen.findByText('Whole percents, such as 50, 80.');
  expect(screen.getByRole('button', { name: 'Save budget' })).toHaveProperty('disabled', true);
  await user.clear(thresholds);
  await user.type(thresholds, '50, 80');
  await user.click(screen.getByRole('button', { name: 'Save budget' }));
  await screen.findByText('Stored: Customer cus_1, $60.00 a month.');
  // The budget that is entered next has thresholds of its own.
  expect(screen.getByLabelText(/^Thresholds/)).toHaveProperty('value', '');
  expect(server.received.find(({ method }) => method === 'PUT')?.json).toEqual({
    customer: 'cus_1',
    monthUsd: '60',
    thresholds: [50, 80],
  });
});
