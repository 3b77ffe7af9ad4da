// @vitest-environment jsdom
import '../testing/browser.ts';
import { cleanup, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BILLING_PATHS } from '../../../exporter/src/contract/billing.ts';
import { APP_ID } from '../shared/ids.ts';
import { storedInvoice } from '../testing/billing-rows.ts';
import { refusal, startBillingServer } from '../testing/billing-server.ts';
import { speak } from '../testing/language.ts';
import { InvoicesPage } from './invoices-page.tsx';

beforeEach(() => speak('en-US', APP_ID));
afterEach(() => {
  cleanup();
  sessionStorage.clear();
});

const correctButton = () => screen.findByRole('button', { name: 'Correct Hetzner R-100' });
const box = (label: RegExp) => screen.getByLabelText(label);

describe('the history', () => {
  const path = BILLING_PATHS.correction.replace('{id}', '11');

  it('says that there is nothing yet', async () => {
    await startBillingServer();
    render(<InvoicesPage />);
    await screen.findByText('No invoice has been entered yet.');
  });

  it('corrects: shows old → new, and sends only what changed', async () => {
    const server = await startBillingServer([storedInvoice()]);
    const user = userEvent.setup();
    render(<InvoicesPage />);
    await user.click(await correctButton());
    const form = within(screen.getByTestId('correct-form'));
    const amount = form.getByLabelText(/^Amount without tax/);
    expect(amount).toHaveProperty('value', '25.00');
    await user.clear(amount);
    await user.type(amount, '30.5');
    expect(screen.getByTestId('changes').textContent).toBe('Amount: 25.00 → 30.5');
    await user.click(form.getByRole('button', { name: 'Save the correction' }));
    await waitFor(() => expect(screen.queryByTestId('correct-form')).toBeNull());
    expect(server.sentTo(path).map(({ json }) => json)).toEqual([{ amount: '30.5' }]);
  });

  it('keeps a correction that failed in its dialog', async () => {
    await startBillingServer([storedInvoice()], (request) =>
      request.path === path ? refusal(409, 'Conflict', { detail: 'Somebody corrected it meanwhile.' }) : undefined,
    );
    const user = userEvent.setup();
    render(<InvoicesPage />);
    await user.click(await correctButton());
    const form = within(screen.getByTestId('correct-form'));
    await user.type(form.getByLabelText(/^Notes/), 'typo');
    await user.click(form.getByRole('button', { name: 'Save the correction' }));
    await form.findByText('Somebody corrected it meanwhile.');
    expect(form.getByLabelText(/^Notes/)).toHaveProperty('value', 'typo');
  });

  it('voids with a reason only', async () => {
    const server = await startBillingServer([storedInvoice()]);
    const user = userEvent.setup();
    render(<InvoicesPage />);
    await user.click(await screen.findByRole('button', { name: /^Void / }));
    const form = within(screen.getByTestId('void-form'));
    const confirm = form.getByRole('button', { name: 'Void the invoice' });
    expect(confirm).toHaveProperty('disabled', true);
    await user.type(form.getByLabelText(/^Reason/), ' entered twice ');
    await user.click(confirm);
    await waitFor(() => expect(screen.queryByTestId('void-form')).toBeNull());
    expect(server.sentTo(BILLING_PATHS.void.replace('{id}', '11')).map(({ json }) => json)).toEqual([
      { reason: 'entered twice' },
    ]);
  });

  it('links to the document of an invoice that has one, for the browser and not for the router', async () => {
    await startBillingServer([
      storedInvoice({ hasDocument: true }),
      storedInvoice({ id: '12', seriesId: '12', invoiceNumber: 'R-101' }),
    ]);
    render(<InvoicesPage />);
    const link = await screen.findByRole('link', { name: 'Open document: Hetzner R-100' });
    expect(link.textContent).toBe('Open document');
    expect(link.getAttribute('href')).toBe(`/api/plugin-proxy/${APP_ID}/admin/billing-adjustments/11/document`);
    expect(link.getAttribute('target')).toBe('_self');
    expect(screen.getAllByRole('link')).toHaveLength(1);
  });

  it('opens the versions before', async () => {
    const before = storedInvoice({ current: false });
    const now = storedInvoice({ id: '12', version: 2, action: 'correction', amount: '30.000000', createdBy: 'eve' });
    await startBillingServer([now, before]);
    const user = userEvent.setup();
    render(<InvoicesPage />);
    await screen.findByText('eve');
    expect(screen.queryByText('ada')).toBeNull();
    await user.click(screen.getByRole('button', { name: '2 versions' }));
    expect(screen.getByText('ada')).toBeTruthy();
  });
});

describe('the months', () => {
  it('name the days that lack an invoice, and open the form for them', async () => {
    const day = (month: string, from: string, to: string, waitingMail: string | null = null) => ({
      month,
      provider: 'supabase',
      from,
      to,
      waitingMail,
    });
    await startBillingServer([], ({ path }) =>
      path.startsWith('/metrics/missing-invoices')
        ? {
            body: {
              data: [day('2026-01', '2026-01-09', '2026-01-20'), day('2026-02', '2026-02-01', '2026-03-01', '7')],
            },
          }
        : undefined,
    );
    render(<InvoicesPage />);
    const part = await screen.findByTestId('month-2026-01-supabase');
    expect(part.textContent).toContain('Invoice missing: Jan 9, 2026 – Jan 19, 2026');
    const whole = screen.getByTestId('month-2026-02-supabase');
    expect(within(whole).getByRole('button').textContent).toBe('Invoice missing');
    expect(within(whole).getByRole('link', { name: 'A mail with it waits' }).getAttribute('href')).toMatch(/\/inbox$/);
    expect(within(part).queryByRole('link')).toBeNull();
    await userEvent.setup().click(within(whole).getByRole('button'));
    expect(box(/^Billing date/)).toHaveProperty('value', '2026-02-28');
  });
});
