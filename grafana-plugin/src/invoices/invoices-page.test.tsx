// @vitest-environment jsdom
import '../testing/browser.ts';
import { cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BILLING_PATHS } from '../../../exporter/src/contract/billing.ts';
import { APP_ID } from '../shared/ids.ts';
import { storedInvoice } from '../testing/billing-rows.ts';
import { refusal, startBillingServer } from '../testing/billing-server.ts';
import { sendTo } from '../testing/backend.ts';
import { speak } from '../testing/language.ts';
import { InvoicesPage } from './invoices-page.tsx';

beforeEach(() => speak('en-US', APP_ID));
afterEach(() => {
  cleanup();
  sessionStorage.clear();
});

const save = () => screen.getByRole('button', { name: 'Save' });
const box = (label: RegExp) => screen.getByLabelText(label);

describe('the monthly form', () => {
  it('stores date, both amounts and notes, once for a double click, and empties itself', async () => {
    let open = () => {};
    const after = new Promise<void>((resolve) => (open = resolve));
    const server = await startBillingServer([], ({ path }) =>
      path === BILLING_PATHS.entry
        ? { status: 201, body: { data: [storedInvoice()], warnings: [] }, after }
        : undefined,
    );
    const user = userEvent.setup();
    render(<InvoicesPage />);
    await user.clear(box(/^Billing date/));
    await user.type(box(/^Billing date/), '2026-03-31');
    await user.type(box(/^Supabase amount/), '1 234,56');
    await user.type(box(/^Weaviate amount/), '40');
    await user.type(box(/^Notes/), 'March');
    await user.dblClick(save());
    open();
    await screen.findByText(/^Stored: /);
    expect(server.sentTo(BILLING_PATHS.entry).map(({ json }) => json)).toEqual([
      { billingDate: '2026-03-31', supabaseUsd: '1234.56', weaviateUsd: '40', notes: 'March' },
    ]);
    expect(box(/^Supabase amount/)).toHaveProperty('value', '');
  });

  it('asks in the first five days of a month whether the invoices are for the month before', async () => {
    const server = await startBillingServer();
    const user = userEvent.setup();
    render(<InvoicesPage />);
    const billedOn = async (day: string) => {
      await user.clear(box(/^Billing date/));
      await user.type(box(/^Billing date/), day);
    };
    await billedOn('2026-03-06');
    expect(screen.queryByRole('checkbox')).toBeNull();
    await billedOn('2026-03-05');
    const before = screen.getByRole('checkbox', { name: 'The invoices are for February 2026' });
    expect(screen.getByText('Counts for March 2026.')).toBeTruthy();
    await user.click(before);
    expect(screen.getByText('Counts for February 2026.')).toBeTruthy();
    await user.type(box(/^Supabase amount/), '25');
    await user.click(save());
    await screen.findByText(/^Stored: /);
    expect(server.sentTo(BILLING_PATHS.entry).map(({ json }) => json)).toEqual([
      { billingDate: '2026-03-05', month: '2026-02', supabaseUsd: '25' },
    ]);
  });

  it('keeps what was typed when a request fails, and stores it when it is sent again', async () => {
    const first = refusal(503, 'Service unavailable', { detail: 'The exporter is starting.' });
    const server = await startBillingServer([], ({ path }) =>
      path === BILLING_PATHS.entry && server.sentTo(BILLING_PATHS.entry).length === 1 ? first : undefined,
    );
    const user = userEvent.setup();
    render(<InvoicesPage />);
    await user.type(box(/^Supabase amount/), '25');
    await user.click(save());
    await screen.findByText('The exporter is starting.');
    expect(box(/^Supabase amount/)).toHaveProperty('value', '25');
    cleanup();
    render(<InvoicesPage />);
    expect(box(/^Supabase amount/)).toHaveProperty('value', '25');
    await user.click(save());
    await screen.findByText(/^Stored: /);
    expect(server.sentTo(BILLING_PATHS.entry)).toHaveLength(2);
  });

  it('keeps what was typed when nothing answers', async () => {
    await startBillingServer();
    const user = userEvent.setup();
    render(<InvoicesPage />);
    await user.type(box(/^Weaviate amount/), '40');
    sendTo('http://127.0.0.1:1');
    await user.click(save());
    await screen.findByText('The exporter cannot be reached.');
    expect(box(/^Weaviate amount/)).toHaveProperty('value', '40');
  });

  it('shows the error of the form and of the exporter at the field', async () => {
    const server = await startBillingServer([], ({ path }) =>
      path === BILLING_PATHS.entry
        ? refusal(400, 'Bad request', { errors: [{ field: 'billingDate', message: 'is in the future' }] })
        : undefined,
    );
    const user = userEvent.setup();
    render(<InvoicesPage />);
    await user.type(box(/^Supabase amount/), '1,234');
    await screen.findByText('Is this thousands or decimals? Write 1234 or 1.23.');
    expect(save()).toHaveProperty('disabled', true);
    await user.clear(box(/^Supabase amount/));
    await user.type(box(/^Supabase amount/), '-3');
    await screen.findByText(/^Negative: /);
    expect(server.sentTo(BILLING_PATHS.entry)).toEqual([]);
    await user.clear(box(/^Supabase amount/));
    await user.type(box(/^Supabase amount/), '3');
    await user.click(save());
    await screen.findByText('is in the future');
    expect(box(/^Supabase amount/)).toHaveProperty('value', '3');
  });

  it('shows the effect before anything is stored, and is used by keyboard alone', async () => {
    const server = await startBillingServer();
    const user = userEvent.setup();
    render(<InvoicesPage />);
    box(/^Billing date/).focus();
    await user.tab();
    expect(document.activeElement).toBe(box(/^Supabase amount/));
    await user.keyboard('25');
    await user.tab();
    expect(document.activeElement).toBe(box(/^Weaviate amount/));
    const effect = screen.getByTestId('effect');
    await within(effect).findByText('$125.00');
    expect(server.sentTo(BILLING_PATHS.entry)).toEqual([]);
    await user.keyboard('{Enter}');
    await screen.findByText(/^Stored: /);
    expect(server.sentTo(BILLING_PATHS.entry)).toHaveLength(1);
  });
});

describe('the form of any provider', () => {
  it('stores number, period, currency and rate; the last day is part of the period', async () => {
    const server = await startBillingServer();
    const user = userEvent.setup();
    render(<InvoicesPage />);
    await user.click(screen.getByRole('tab', { name: 'Another provider' }));
    const type = async (label: RegExp, typed: string) => {
      await user.clear(box(label));
      await user.type(box(label), typed);
    };
    await type(/^Provider/, 'hetzner');
    await type(/^Invoice number/, 'R-7');
    await type(/^First day billed/, '2026-03-10');
    await type(/^Last day billed/, '2026-03-01');
    await screen.findByText('The last day is before the first.');
    await type(/^Last day billed/, '2026-04-09');
    await type(/^Billing date/, '2026-04-10');
    await type(/^Currency/, 'eur');
    await type(/^Rate to USD/, '1.08');
    await type(/^Amount without tax/, '19,90');
    await user.click(save());
    await screen.findByText(/^Stored: /);
    expect(server.sentTo(BILLING_PATHS.entry).map(({ json }) => json)).toEqual([
      {
        provider: 'hetzner',
        kind: 'invoice',
        periodStart: '2026-03-10',
        periodEnd: '2026-04-10',
        amount: '19.90',
        currency: 'EUR',
        billingDate: '2026-04-10',
        invoiceNumber: 'R-7',
        fxRate: '1.08',
      },
    ]);
  });

  it('offers to add to what is stored when the exporter answers with a conflict', async () => {
    const server = await startBillingServer([], ({ path, json }) =>
      path === BILLING_PATHS.entry && !JSON.stringify(json).includes('"additional":true')
        ? refusal(409, 'Conflict', { detail: 'Invoice 11 has these days.' })
        : undefined,
    );
    const user = userEvent.setup();
    render(<InvoicesPage />);
    await user.click(screen.getByRole('tab', { name: 'Another provider' }));
    await user.type(box(/^Provider/), 'hetzner');
    await user.type(box(/^Amount without tax/), '5');
    await user.click(save());
    await screen.findByText('Invoice 11 has these days.');
    await user.click(screen.getByRole('checkbox'));
    await user.click(save());
    await screen.findByText(/^Stored: /);
    expect(server.sentTo(BILLING_PATHS.entry).at(-1)?.json).toMatchObject({ amount: '5', additional: true });
  });
});

describe('in French', () => {
  it('has its texts, months and amounts in French', async () => {
    await speak('fr-FR', APP_ID);
    await startBillingServer([storedInvoice({ amount: '1234.500000' })]);
    const user = userEvent.setup();
    render(<InvoicesPage />);
    await user.clear(box(/^Date de facturation/));
    await user.type(box(/^Date de facturation/), '2026-03-31');
    expect(screen.getByText('Compte pour mars 2026.')).toBeTruthy();
    await user.type(box(/^Montant Supabase/), '1,234');
    await screen.findByText('Milliers ou décimales ? Écrivez 1234 ou 1,23.');
    expect((await screen.findByTestId('history')).textContent).toMatch(/1\s234,50\s\$/);
  });
});
