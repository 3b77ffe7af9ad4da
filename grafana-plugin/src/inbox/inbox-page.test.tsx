// @vitest-environment jsdom
import '../testing/browser.ts';
import { cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { INBOX_REASONS, INBOX_STATES, type InboxEntry } from '../../../exporter/src/contract/inbox.ts';
import { APP_ID } from '../shared/ids.ts';
import { startExporterServer } from '../testing/exporter-server.ts';
import { speak } from '../testing/language.ts';
import type { LoopbackServer } from '../testing/loopback-server.ts';
import { text } from '../shared/translations.ts';
import { InboxPage } from './inbox-page.tsx';

afterEach(() => {
  cleanup();
  sessionStorage.clear();
});

const STATEMENT = {
  provider: 'supabase',
  component: null,
  invoiceNumber: 'S-1',
  line: 0,
  billingDate: '2026-10-01',
  periodStart: '2026-10-01',
  periodEnd: '2026-11-01',
  amount: '12.35',
  currency: 'USD',
  fxRate: null,
  taxAmount: null,
  notes: null,
  kind: 'invoice',
  additional: false,
} as const;

function mail(changes: Partial<InboxEntry> = {}): InboxEntry {
  return {
    id: '1',
    source: 'imap',
    state: 'ready',
    reasons: [],
    receivedAt: '2026-10-02T08:00:00.000Z',
    storedAt: '2026-10-02T08:01:00.000Z',
    from: 'billing@supabase.com',
    subject: 'Your October invoice',
    sender: { trusted: true, signed: true, evidence: null },
    statements: [STATEMENT],
    documents: [],
    corrected: [],
    duplicateOf: null,
    hasDocument: true,
    seriesIds: [],
    decidedBy: null,
    decidedAt: null,
    note: null,
    effect: {
      months: [
        {
          month: '2026-10',
          provider: 'supabase',
          beforeUsd: '25.00',
          afterUsd: '37.35',
          totalBeforeUsd: '100.00',
          totalAfterUsd: '112.35',
        },
      ],
      refusal: null,
    },
    ...changes,
  };
}

const UNSURE = mail({
  id: '2',
  state: 'needs_attention',
  subject: 'Invoice A-7',
  reasons: [
    { code: 'unknown_sender', field: null, detail: 'a@b.example' },
    { code: 'field_missing', field: 'provider', detail: 'provider' },
  ],
  statements: [{ ...STATEMENT, provider: null, invoiceNumber: 'A-7' }],
  effect: { months: null, refusal: 'provider must be given' },
});

async function open(
  waiting: readonly InboxEntry[],
  decided: readonly InboxEntry[] = [],
  sources: readonly string[] = ['imap'],
): Promise<LoopbackServer> {
  const server = await startExporterServer({
    'GET /admin/inbox': ({ path }) => ({
      body: { data: path.includes('state=ready') ? waiting : decided, nextCursor: null, sources },
    }),
    'POST /admin/inbox/confirm': () => ({
      body: {
        data: [
          { id: '1', outcome: 'confirmed', message: null },
          { id: '3', outcome: 'refused', message: 'mail 3 is not ready any more' },
        ],
      },
    }),
    'POST /admin/inbox/1/confirm': () => ({ status: 201, body: { data: mail(), entries: [], warnings: [] } }),
    'POST /admin/inbox/2/confirm': () => ({
      status: 400,
      body: {
        type: 'about:blank',
        title: 'Bad Request',
        status: 400,
        errors: [{ field: 'statements.0.provider', message: 'must be a provider' }],
      },
    }),
    'POST /admin/inbox/2/dismiss': () => ({ body: { data: UNSURE } }),
    'POST /admin/inbox/9/undo': () => ({ body: { data: mail() } }),
  });
  render(<InboxPage />);
  return server;
}

const sent = (server: LoopbackServer, path: string) =>
  server.received.filter((one) => one.path === path).map(({ json }) => json);

it('says what a mail would change, and a double click confirms once', async () => {
  await speak('en-US', APP_ID);
  const server = await open([mail()]);
  const user = userEvent.setup();
  const card = within(await screen.findByRole('article', { name: 'Your October invoice' }));
  expect(card.getByText('October 2026, Supabase: from $25.00 to $37.35')).toBeTruthy();
  expect(card.getByText('Supabase · S-1 · $12.35 · Oct 1, 2026 – Oct 31, 2026')).toBeTruthy();
  expect(card.getByRole('link', { name: 'Open the mail: Your October invoice' }).getAttribute('href')).toContain(
    '/admin/inbox/1/document',
  );
  await user.dblClick(card.getByRole('button', { name: 'Confirm: Your October invoice' }));
  await screen.findByText('Confirmed: Your October invoice');
  expect(sent(server, '/admin/inbox/1/confirm')).toEqual([{}]);
});

it('confirms all that are ready by one click, and names what was refused', async () => {
  await speak('en-US', APP_ID);
  const server = await open([mail(), mail({ id: '3', subject: 'Another' }), UNSURE]);
  await userEvent.setup().click(await screen.findByRole('button', { name: 'Confirm 2 that are ready' }));
  await screen.findByText('Another: mail 3 is not ready any more');
  await screen.findByText('Confirmed 1 invoice.');
  expect(sent(server, '/admin/inbox/confirm')).toEqual([{ ids: ['1', '3'] }]);
});

it('says why a mail needs a look, takes corrections, and shows a refusal at its field', async () => {
  await speak('en-US', APP_ID);
  const server = await open([UNSURE]);
  const user = userEvent.setup();
  const card = within(await screen.findByRole('article', { name: 'Invoice A-7' }));
  expect(card.getByText('a@b.example is not one of the trusted senders.')).toBeTruthy();
  expect(card.getByText('Not found: provider.')).toBeTruthy();
  expect(card.getByRole<HTMLButtonElement>('button', { name: 'Confirm: Invoice A-7' }).disabled).toBe(true);
  await user.click(card.getByRole('button', { name: 'Edit: Invoice A-7' }));
  await user.type(card.getByLabelText(/^Provider/), 'acme');
  await user.click(card.getByRole('button', { name: 'Confirm as corrected' }));
  await card.findByText('must be a provider');
  expect(sent(server, '/admin/inbox/2/confirm')).toEqual([
    { statements: [{ ...STATEMENT, provider: 'acme', invoiceNumber: 'A-7' }] },
  ]);
  // What was typed stays.
  expect(card.getByLabelText<HTMLInputElement>(/^Provider/).value).toBe('acme');
});

it('dismisses only with a reason, and takes a decision back', async () => {
  await speak('en-US', APP_ID);
  const done = mail({
    id: '9',
    state: 'confirmed',
    decidedBy: 'ann',
    decidedAt: '2026-10-03T08:00:00.000Z',
    effect: null,
  });
  const server = await open([UNSURE], [done]);
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: 'Dismiss: Invoice A-7' }));
  const dialog = within(await screen.findByRole('dialog'));
  const dismiss = dialog.getByRole<HTMLButtonElement>('button', { name: 'Dismiss' });
  expect(dismiss.disabled).toBe(true);
  await user.type(dialog.getByRole('textbox'), 'not ours');
  await user.click(dismiss);
  await screen.findByText('Dismissed: Invoice A-7');
  expect(sent(server, '/admin/inbox/2/dismiss')).toEqual([{ reason: 'not ours' }]);
  await user.click(await screen.findByRole('button', { name: 'Undo: Your October invoice' }));
  await screen.findByText('Waits again: Your October invoice');
});

it('says what to do where no mail can arrive, in French too', async () => {
  await speak('fr-FR', APP_ID);
  await open([], [], []);
  await screen.findByText('Aucun message ne peut encore arriver');
  await screen.findByText(/INVOICE_IMAP_URL/);
  expect((await screen.findByTestId('inbox-empty')).textContent).toBe("Aucun message n'attend.");
});

it('has words for every state and reason, in both languages', async () => {
  for (const language of ['en-US', 'fr-FR'] as const) {
    await speak(language, APP_ID);
    const keys = [
      ...INBOX_STATES.map((state) => `inbox.states.${state}`),
      ...Object.keys(INBOX_REASONS).map((code) => `inbox.reasons.${code}`),
    ];
    expect(keys.filter((key) => text(key) === key)).toEqual([]);
  }
});
