// @vitest-environment jsdom
import './testing/browser.ts';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import type { FunctionComponent } from 'react';
import { afterEach, expect, it } from 'vitest';
import { BudgetsPage } from './budgets/budgets-page.tsx';
import { CustomersPage } from './customers/customers-page.tsx';
import { PricesPage } from './prices/prices-page.tsx';
import { RatesPage } from './rates/rates-page.tsx';
import { APP_ID } from './shared/ids.ts';
import { refusal } from './testing/billing-server.ts';
import { listed, startExporterServer, type ExporterAnswers } from './testing/exporter-server.ts';
import { speak } from './testing/language.ts';

/** What every form of the pages does, with amounts as they are written in French. */

afterEach(() => {
  cleanup();
  sessionStorage.clear();
});

/** What is typed, by a pattern of the beginning of the box's label. */
type Typed = Readonly<Record<string, string>>;

const NOTHING = { customers: [], users: [], ambiguous: [], unlinkedRevenueUsd: '0.00', unlinkedCostUsd: '0.00' };
const EMPTY: ExporterAnswers = {
  'GET /admin/budgets': () => listed([]),
  'GET /admin/budgets/standing': () => listed([]),
  'GET /metrics/forecast': () => listed([]),
  'GET /admin/fx-rates': () => listed([]),
  'GET /metrics/infrastructure-costs': () => listed([]),
  'GET /admin/llm-prices': () => listed([]),
  'GET /metrics/token-ratios': () => listed([]),
  'GET /admin/customer-users': () => listed([]),
  'GET /admin/customer-users/unlinked': () => ({ body: NOTHING }),
  'GET /admin/customer-users/suggestions': () => ({ body: { ...NOTHING, data: [] } }),
};
const FORMS: readonly (readonly [string, FunctionComponent, string, string, Typed, string, object])[] = [
  [
    'a budget',
    BudgetsPage,
    'Enregistrer le budget',
    'PUT /admin/budgets',
    { 'Budget mensuel': '1 234,50', Seuils: '50, 80' },
    'monthUsd',
    { monthUsd: '1234.50', thresholds: [50, 80] },
  ],
  [
    'a rate',
    RatesPage,
    'Enregistrer le taux',
    'PUT /admin/fx-rates',
    { Devise: 'nok', 'USD pour 1': '0,0931' },
    'usdRate',
    { currency: 'NOK', usdRate: '0.0931' },
  ],
  [
    'a price',
    PricesPage,
    'Enregistrer le prix',
    'POST /admin/llm-prices',
    { Fournisseur: 'acme', Modèle: 'acme-large', 'Entrée \\*': '1,125', 'Sortie \\*': '4' },
    'inputUsdPerMillion',
    { provider: 'acme', model: 'acme-large', inputUsdPerMillion: '1.125', outputUsdPerMillion: '4' },
  ],
  [
    'a link',
    CustomersPage,
    'Enregistrer le rattachement',
    'PUT /admin/customer-users',
    { Client: `cus_${'long-'.repeat(30)}`, Utilisateur: 'ada@example.com' },
    'customer',
    { customer: `cus_${'long-'.repeat(30)}`, userId: 'ada@example.com', validFrom: null, validTo: null },
  ],
];

const boxOf = (label: string): HTMLElement => screen.getByLabelText(new RegExp(`^${label}(?![a-z])`));
async function fill(user: UserEvent, typed: Typed): Promise<void> {
  for (const [label, value] of Object.entries(typed)) {
    await user.click(boxOf(label));
    await user.paste(value);
  }
}

it.each(FORMS)(
  'the form of %s stores once for a double click, shows a refusal at its field, and keeps what was typed',
  async (_, Page, save, request, typed, field, sent) => {
    await speak('fr-FR', APP_ID);
    const [method, path = ''] = request.split(' ');
    let asked = 0;
    const server = await startExporterServer({
      ...EMPTY,
      [request]: () => {
        asked += 1;
        return asked === 1
          ? refusal(400, 'The request has invalid fields.', { errors: [{ field, message: 'is not accepted' }] })
          : listed([], { changed: true, notice: '', previousUsdRate: null, closed: [], withdrawn: [] });
      },
    });
    const bodies = (): unknown[] => server.sentTo(path).flatMap((one) => (one.method === method ? [one.json] : []));
    const user = userEvent.setup();
    render(<Page />);
    const button = await screen.findByRole('button', { name: save });
    expect(button).toHaveProperty('disabled', true);
    await fill(user, typed);
    await user.dblClick(button);
    await screen.findByText('is not accepted');
    expect(bodies()).toEqual([expect.objectContaining(sent)]);

    // Away and back again, as by the browser's back button.
    cleanup();
    render(<Page />);
    const again = await screen.findByRole('button', { name: save });
    for (const [label, value] of Object.entries(typed)) expect(boxOf(label)).toHaveProperty('value', value);
    await user.click(again);
    await screen.findByTestId('done');
    await waitFor(() => expect(bodies()).toEqual([expect.objectContaining(sent), expect.objectContaining(sent)]));
    await waitFor(() => expect(again).toHaveProperty('disabled', true));
  },
);

it.each([
  ['a budget', BudgetsPage, { 'Budget mensuel': '0' }],
  ['a rate', RatesPage, { Devise: 'EUR', 'USD pour 1': '-1,08' }],
] as const)('%s that is not above zero is refused in words', async (_, Page, typed) => {
  await speak('fr-FR', APP_ID);
  await startExporterServer(EMPTY);
  render(<Page />);
  await screen.findAllByRole('textbox');
  await fill(userEvent.setup(), typed);
  await screen.findByText('Doit être supérieur à 0.');
});

it('a Grafana without any usage says so, and not that every model has a price', async () => {
  await speak('en-US', APP_ID);
  await startExporterServer(EMPTY);
  render(<PricesPage />);
  await screen.findByText('No LLM usage of the last 30 days is stored.');
  expect(screen.queryByText(/has a price/)).toBeNull();
});
