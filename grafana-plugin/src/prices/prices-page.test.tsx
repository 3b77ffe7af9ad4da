// @vitest-environment jsdom
import '../testing/browser.ts';
import { cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { APP_ID } from '../shared/ids.ts';
import { isRecord } from '../shared/problem.ts';
import { listed, startExporterServer, type ExporterAnswers } from '../testing/exporter-server.ts';
import { speak } from '../testing/language.ts';
import { PricesPage } from './prices-page.tsx';

beforeEach(() => speak('en-US', APP_ID));
afterEach(() => {
  cleanup();
  sessionStorage.clear();
});

const PRICE = {
  id: '7',
  provider: 'openai',
  model: 'gpt-4o',
  validFrom: '2026-01-01',
  validTo: null,
  inputUsdPerMillion: '2.50',
  outputUsdPerMillion: '10.00',
  cacheReadUsdPerMillion: null,
  cacheWriteUsdPerMillion: null,
  notes: null,
  replaces: null,
  createdBy: 'ada',
  createdAt: '2026-01-02T08:00:00.000Z',
  withdrawnBy: null,
  withdrawnAt: null,
};
const EFFECT = {
  from: '2026-03-01',
  to: '2026-04-01',
  rows: 1200,
  users: 3,
  costBeforeUsd: null,
  costAfterUsd: '12.50',
  unpricedTokensBefore: 5_000_000,
  unpricedTokensAfter: 0,
  days: ['2026-03-01', '2026-03-02'],
  data: [],
  stillUnpriced: [],
  warnings: [{ code: 'price_by_context', message: '19.4 % of the cost is of models with two prices' }],
};
const answers: ExporterAnswers = {
  'GET /admin/llm-prices': () => listed([PRICE]),
  'GET /metrics/token-ratios': () =>
    listed([
      { provider: 'openai', model: 'gpt-4o', promptTokens: 9, completionTokens: 1, costUsd: '0.01' },
      { provider: 'acme', model: 'acme-large', promptTokens: 4_000_000, completionTokens: 1_000_000, costUsd: null },
    ]),
  'POST /admin/llm-prices': () => listed([PRICE], { closed: [], withdrawn: [] }),
  'POST /admin/llm-prices/reprice': ({ json }) => ({
    body: { ...EFFECT, applied: isRecord(json) && json['apply'] === true },
  }),
};

it('leads from a model without a price to its price, then previews the re-pricing and stores it', async () => {
  const server = await startExporterServer(answers);
  const user = userEvent.setup();
  render(<PricesPage />);
  const unpriced = await screen.findByTestId('unpriced');
  expect(unpriced.textContent).toMatch(/acmeacme-large5,000,000/);
  expect(unpriced.textContent).not.toMatch(/gpt-4o/);
  await user.click(within(unpriced).getByRole('button', { name: 'Set a price' }));
  expect(screen.getByLabelText(/^Model \*/)).toHaveProperty('value', 'acme-large');
  await user.type(screen.getByLabelText(/^Input \*/), '1.125');
  await user.type(screen.getByLabelText(/^Output \*/), '4');
  await user.click(screen.getByRole('button', { name: 'Save price' }));
  await screen.findByText(/^Stored: acme acme-large\./);
  expect(server.sentTo('/admin/llm-prices').find(({ method }) => method === 'POST')?.json).toMatchObject({
    provider: 'acme',
    model: 'acme-large',
    inputUsdPerMillion: '1.125',
    outputUsdPerMillion: '4',
    cacheReadUsdPerMillion: null,
    replaces: null,
  });
  await user.click(screen.getByRole('button', { name: 'Preview' }));
  await screen.findByText('1,200 rows on 2 days change: – becomes $12.50.');
  const applied = () =>
    server.sentTo('/admin/llm-prices/reprice').filter(({ json }) => isRecord(json) && json['apply'] === true);
  expect(applied()).toEqual([]);
  await user.click(screen.getByRole('button', { name: 'Store these costs' }));
  await screen.findByText('Stored: 1,200 rows have the cost $12.50 now.');
  expect(applied()).toHaveLength(1);
});

it('replaces a wrong price instead of editing it, and refuses a negative one', async () => {
  await startExporterServer(answers);
  const user = userEvent.setup();
  render(<PricesPage />);
  await user.click(within(await screen.findByTestId('prices-7')).getByRole('button', { name: 'Correct' }));
  await screen.findByText('Replaces the price 7, which then no longer counts.');
  const input = screen.getByLabelText(/^Input \*/);
  expect(input).toHaveProperty('value', '2.50');
  await user.clear(input);
  await user.type(input, '-2');
  await screen.findByText('Must not be negative.');
  expect(screen.getByRole('button', { name: 'Save price' })).toHaveProperty('disabled', true);
});
