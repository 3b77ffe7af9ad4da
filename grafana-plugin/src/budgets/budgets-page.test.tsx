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
afterEach(cleanup);

const BUDGET = {
  id: '3',
  provider: 'all',
  monthUsd: '300.00',
  validFrom: '2026-03-01T08:00:00.000Z',
  source: 'api',
  createdBy: 'ada',
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
      'GET /metrics/forecast': () => listed([{ ...FORECAST, monthToDateUsd: null, forecastMonthUsd: null }]),
    }),
  );
  render(<BudgetsPage />);
  await screen.findByText('This month so far: –. Expected by its end: –.');
  expect(screen.getAllByText('No budget is set.')).toHaveLength(2);
});
