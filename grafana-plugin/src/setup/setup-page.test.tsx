// @vitest-environment jsdom
import '../testing/browser.ts';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { APP_ID } from '../shared/ids.ts';
import { refusal } from '../testing/billing-server.ts';
import { listed, startExporterServer, type ExporterAnswers } from '../testing/exporter-server.ts';
import { speak } from '../testing/language.ts';
import { SetupPage } from './setup-page.tsx';

beforeEach(() => speak('en-US', APP_ID));
afterEach(cleanup);

const RUN = 'b2457761-284f-468b-93a4-f680bbbc3f88';
const STRIPE = {
  collector: 'stripe',
  enabled: false,
  settingsMessage: 'STRIPE_SECRET_KEY is not set',
  outcome: 'skipped',
  reason: 'not_configured',
  kind: null,
  message: null,
  attempt: 1,
  startedAt: '2026-03-01T08:00:00.000Z',
  finishedAt: '2026-03-01T08:00:01.000Z',
  durationMs: 10,
  upstreamRequests: 0,
  warnings: [],
  lastSuccessAt: null,
  dataDay: null,
  dataAsOf: null,
  nextRunAt: null,
  history: { percent: 64, runsLeft: 2 },
};

const BROKEN = {
  collector: 'twilio',
  state: 'broken',
  reason: 'invalid_key',
  message: null,
  findings: [
    { check: 'account', ok: true, message: 'active', remedy: null },
    { check: 'usage', ok: false, message: 'refused', remedy: 'make a new key' },
  ],
};

function answers(starts: () => ReturnType<ExporterAnswers[string]>): ExporterAnswers {
  let looked = 0;
  return {
    'GET /metrics/sync-status': () => listed([STRIPE]),
    'GET /admin/doctor': () => ({ body: { running: false, startedAt: null, finishedAt: null, data: [] } }),
    'POST /admin/doctor': () => ({
      status: 202,
      body: { running: false, startedAt: null, finishedAt: '2026-03-01T08:00:00.000Z', data: [BROKEN] },
    }),
    'POST /metrics/sync-all': starts,
    [`GET /metrics/sync-runs/${RUN}`]: () => {
      looked += 1;
      return {
        body: {
          runId: RUN,
          outcome: looked < 2 ? null : 'partial',
          startedAt: '2026-03-01T08:00:00.000Z',
          finishedAt: null,
          collectors:
            looked < 2
              ? []
              : [
                  {
                    collector: 'twilio',
                    day: '2026-03-01',
                    outcome: 'failed',
                    reason: 'missing_permission',
                    kind: 'auth',
                    message: 'The key may not read usage.',
                    warnings: [],
                    durationMs: 5,
                  },
                ],
        },
      };
    },
  };
}

it('says what is missing, synchronises once, and shows how each provider ended', async () => {
  const server = await startExporterServer(answers(() => ({ status: 202, body: { runId: RUN, statusUrl: '' } })));
  const user = userEvent.setup();
  render(<SetupPage />);
  await screen.findByText('No provider is configured yet.');
  expect((await screen.findByTestId('collectors-stripe')).textContent).toMatch(
    /skipped: not configured.*STRIPE_SECRET_KEY is not setHistory: 64 % is read, 2 more runs\./,
  );
  await user.dblClick(screen.getByRole('button', { name: 'Synchronise now' }));
  await screen.findByText('Some providers could not be read.', undefined, { timeout: 10_000 });
  expect(screen.getByTestId('sync-run-twilio').textContent).toBe(
    'Twiliofailed: a permission is missingThe key may not read usage.',
  );
  expect(server.sentTo('/metrics/sync-all')).toHaveLength(1);
});

it('follows the run that is under way already', async () => {
  await startExporterServer(answers(() => refusal(409, 'A synchronisation is running already.', { runId: RUN })));
  const user = userEvent.setup();
  render(<SetupPage />);
  await user.click(await screen.findByRole('button', { name: 'Synchronise now' }));
  await screen.findByText('Some providers could not be read.', undefined, { timeout: 10_000 });
});

it('examines the providers, and says what would fail and what to do', async () => {
  const server = await startExporterServer(answers(() => ({ status: 202, body: { runId: RUN, statusUrl: '' } })));
  const user = userEvent.setup();
  render(<SetupPage />);
  await user.click(await screen.findByRole('button', { name: 'Examine the providers' }));
  expect((await screen.findByTestId('doctor-twilio')).textContent).toMatch(
    /^Twiliowould fail.*usage: refusedWhat to do: make a new keyWorks: account\.$/,
  );
  expect(server.sentTo('/admin/doctor').filter(({ method }) => method === 'POST')).toHaveLength(1);
});

it('says that the exporter is gone when a synchronisation is asked for, in whatever words the proxy answers', async () => {
  await startExporterServer(answers(() => ({ status: 502, body: {}, text: '<html>Bad Gateway</html>' })));
  const user = userEvent.setup();
  render(<SetupPage />);
  await user.click(await screen.findByRole('button', { name: 'Synchronise now' }));
  await screen.findByText('The exporter cannot be reached.');
});

it('can examine again after the exporter went away in the middle', async () => {
  let looked = 0;
  const running = { body: { running: true, startedAt: '2026-03-01T08:00:00.000Z', finishedAt: null, data: [] } };
  await startExporterServer({
    ...answers(() => ({ status: 202, body: {} })),
    'GET /admin/doctor': () => {
      looked += 1;
      return looked === 1 ? running : { status: 502, body: {}, text: '' };
    },
  });
  render(<SetupPage />);
  const button = await screen.findByRole('button', { name: 'Examine the providers' });
  await waitFor(() => expect(button).toHaveProperty('disabled', true));
  await screen.findByText('The exporter cannot be reached.', undefined, { timeout: 10_000 });
  expect(button).toHaveProperty('disabled', false);
  expect(screen.queryByText(/is being|under way|Examining/)).toBeNull();
});
