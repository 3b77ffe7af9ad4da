// @vitest-environment jsdom
import '../testing/browser.ts';
import { cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BILLING_PATHS } from '../../../exporter/src/contract/billing.ts';
import type {
  ImportPreview,
  ProposedStatement,
  ReadDocument,
  StatementCheck,
} from '../../../exporter/src/contract/imports.ts';
import { APP_ID } from '../shared/ids.ts';
import { refusal, startBillingServer } from '../testing/billing-server.ts';
import { speak } from '../testing/language.ts';
import { ImportForm } from './import-form.tsx';

const STATEMENT: ProposedStatement = {
  provider: 'hetzner',
  component: null,
  invoiceNumber: 'R-1',
  line: 0,
  billingDate: '2026-03-31',
  periodStart: '2026-03-01',
  periodEnd: '2026-04-01',
  amount: '25.00',
  currency: 'USD',
  fxRate: null,
  taxAmount: null,
  notes: null,
  kind: 'invoice',
  additional: false,
};
const NEW: StatementCheck = { status: 'new', message: null, problems: [], existing: null, document: null, row: 1 };

const previewOf = (...statements: readonly [ProposedStatement, StatementCheck][]): ImportPreview => ({
  kind: 'csv',
  fileName: 'march.csv',
  documentId: '5',
  documents: [],
  statements: statements.map(([statement]) => statement),
  checks: statements.map(([, check]) => check),
  rowErrors: [],
  warnings: [],
});
const csv = new File(['provider,amount\nhetzner,25\n'], 'march.csv', { type: 'text/csv' });

beforeEach(() => speak('en-US', APP_ID));
afterEach(cleanup);

/** Chooses the file and waits for the values that the exporter read from it. */
async function showPreview(): Promise<ReturnType<typeof userEvent.setup>> {
  const user = userEvent.setup();
  const input = document.querySelector('input[type=file]');
  if (!(input instanceof HTMLInputElement)) throw new Error('there is no file input');
  await user.upload(input, csv);
  await screen.findByTestId('import-preview');
  return user;
}

const QUOTE: ReadDocument = {
  type: 'invoice',
  documentType: 'quote',
  parts: ['file'],
  vendor: null,
  provider: null,
  invoiceNumber: null,
  receiptNumber: null,
  billingDate: null,
  currency: null,
  periodStart: null,
  periodEnd: null,
  subtotal: null,
  tax: null,
  total: { value: '300.00', found: 'page 1: “Total $300.00”', confidence: 'high' },
  amountDue: null,
  amountPaid: null,
  lines: [],
  linesMatchTotal: null,
};

describe('a document that is no cost', () => {
  it.each([
    ['en-US', 'A quote, not an invoice: no cost is proposed.'],
    ['fr-FR', 'Un devis, pas une facture : aucun coût n’est proposé.'],
  ] as const)('is named, and nothing can be stored, in %s', async (language, sentence) => {
    await speak(language, APP_ID);
    await startBillingServer([], ({ path }) =>
      path === BILLING_PATHS.import ? { body: { ...previewOf(), kind: 'pdf', documents: [QUOTE] } } : undefined,
    );
    render(<ImportForm onStored={vi.fn()} />);
    await showPreview();
    expect(screen.getByText(sentence)).toBeTruthy();
    expect(document.querySelector('button[type=submit]')).toHaveProperty('disabled', true);
  });
});

describe('the import', () => {
  it('sends the file as it is, and stores what was edited, without what is stored already', async () => {
    const onStored = vi.fn();
    const server = await startBillingServer([], ({ path }) =>
      path === BILLING_PATHS.import
        ? {
            body: previewOf(
              [
                { ...STATEMENT, invoiceNumber: 'R-0' },
                { ...NEW, status: 'duplicate' },
              ],
              [STATEMENT, NEW],
            ),
          }
        : undefined,
    );
    render(<ImportForm onStored={onStored} />);
    const user = await showPreview();
    expect(
      server
        .sentTo(BILLING_PATHS.import)
        .map(({ text, headers }) => [text, headers['content-type'], headers['x-file-name']]),
    ).toEqual([['provider,amount\nhetzner,25\n', 'text/csv', 'march.csv']]);
    const second = within(screen.getByRole('group', { name: /^Entry 2 of 2/ }));
    await user.clear(second.getByLabelText(/^Amount without tax/));
    await user.type(second.getByLabelText(/^Amount without tax/), '26.5');
    await user.dblClick(screen.getByRole('button', { name: 'Store 1 entry' }));
    await vi.waitFor(() => expect(onStored).toHaveBeenCalledTimes(1));
    expect(server.sentTo(BILLING_PATHS.importConfirm).map(({ json }) => json)).toEqual([
      { statements: [{ ...STATEMENT, amount: '26.5' }], documentId: '5' },
    ]);
  });

  it('keeps what was edited when storing fails, and shows the error at its field', async () => {
    await startBillingServer([], ({ path }) =>
      path === BILLING_PATHS.import
        ? { body: previewOf([STATEMENT, NEW]) }
        : refusal(400, 'Bad request', { errors: [{ field: 'statements.0.provider', message: 'is not known' }] }),
    );
    render(<ImportForm onStored={() => undefined} />);
    const user = await showPreview();
    await user.type(screen.getByLabelText(/^Notes/), 'checked');
    await user.click(screen.getByRole('button', { name: 'Store 1 entry' }));
    await screen.findByText('is not known');
    expect(screen.getByLabelText(/^Notes/)).toHaveProperty('value', 'checked');
  });

  it('does not store while a box that must be filled is empty', async () => {
    await startBillingServer([], () => ({
      body: previewOf([
        { ...STATEMENT, amount: null },
        { ...NEW, status: 'invalid', problems: [{ field: 'amount', message: 'was not found' }] },
      ]),
    }));
    render(<ImportForm onStored={() => undefined} />);
    const user = await showPreview();
    expect(screen.getByText('amount was not found')).toBeTruthy();
    const store = screen.getByRole('button', { name: 'Store 1 entry' });
    expect(store).toHaveProperty('disabled', true);
    await user.type(screen.getByLabelText(/^Amount without tax/), '3');
    expect(store).toHaveProperty('disabled', false);
  });

  it('says that a file has no invoice', async () => {
    await startBillingServer([], () => ({ body: previewOf() }));
    render(<ImportForm onStored={() => undefined} />);
    await showPreview();
    expect(screen.getByText('No invoice was found in this file.')).toBeTruthy();
  });
});
