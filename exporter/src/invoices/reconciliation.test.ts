import { expect, it } from 'vitest';
import { useInvoices } from '../../test/invoices.ts';
import type { CostSource } from '../contract/providers.ts';
import { daysOf } from '../money/days.ts';
import { replaceLedger } from '../ledger/replace-rows.ts';
import { reconciliation, reconciliationSamples } from './reconciliation.ts';

const books = useInvoices('2026-04-10T12:00:00Z');
const MARCH = daysOf('2026-03-01', '2026-04-01');

async function ledger(
  provider: string,
  source: CostSource,
  amountUsd: string,
  days = MARCH,
  component = 'all',
): Promise<void> {
  await replaceLedger(
    books.pool(),
    provider,
    source,
    days,
    days.map((day) => ({ day, component, amountUsd })),
  );
}
const march = (provider?: string) => reconciliation(books.pool(), { from: '2026-03-10', to: '2026-03-11', provider });
const enter = (provider: string, amount: string, more = {}) =>
  books.enter({ provider, amount, periodStart: '2026-03-01', periodEnd: '2026-04-01', ...more });

it('puts the sources side by side and says which counts', async () => {
  await enter('digital_ocean', '320.00');
  await ledger('digital_ocean', 'api_usage', '10.00');
  await ledger('digital_ocean', 'estimate', '9.00');
  expect(await march()).toEqual([
    {
      provider: 'digital_ocean',
      month: '2026-03',
      countedUsd: '320.00',
      source: 'invoice',
      invoiceUsd: '320.00',
      providerInvoiceUsd: null,
      usageUsd: '310.00',
      usageDays: 31,
      daysInMonth: 31,
      fixedUsd: null,
      estimateUsd: '279.00',
      driftUsd: '10.00',
      driftRatio: 0.03125,
      drifts: true,
    },
  ]);
  expect(await reconciliationSamples(books.pool(), '2026-04-10')).toEqual([
    { name: 'cost_reconciliation_delta_usd', labels: { provider: 'digital_ocean' }, value: 10 },
  ]);
});

it('C09: shows the fixed price beside the invoice that replaces it', async () => {
  await enter('supabase', '655.25');
  await ledger('supabase', 'fixed', '19.354839');
  expect(await march()).toMatchObject([
    { countedUsd: '655.25', source: 'invoice', fixedUsd: '600.000009', drifts: true },
  ]);
});

it('takes 1 % as the same, from either side', async () => {
  await ledger('twilio', 'api_usage', '10.00');
  await enter('twilio', '313.13');
  expect(await march()).toMatchObject([{ driftUsd: '3.13', drifts: false }]);
  await ledger('weaviate', 'api_usage', '10.00');
  await enter('weaviate', '300.00');
  expect(await march('weaviate')).toMatchObject([{ driftUsd: '-10.00', driftRatio: -0.033333, drifts: true }]);
});

it('does not compare what does not cover the whole month, nor an estimate', async () => {
  await enter('digital_ocean', '320.00');
  await ledger('digital_ocean', 'api_usage', '10.00', MARCH.slice(1));
  await enter('weaviate', '100.00');
  await ledger('weaviate', 'estimate', '1.00');
  expect(await march()).toMatchObject([
    { usageDays: 30, usageUsd: '300.00', driftUsd: null, drifts: false },
    { provider: 'weaviate', driftUsd: null },
  ]);
  expect(await reconciliationSamples(books.pool(), '2026-04-10')).toEqual([]);
});

it('compares an invoice of one component with that component only, and a $0 invoice with everything', async () => {
  await enter('openai', '62.00');
  await ledger('llm', 'api_usage', '1.00', MARCH, 'openai');
  await replaceLedger(
    books.pool(),
    'llm',
    'api_usage',
    MARCH,
    MARCH.flatMap((day) => [
      { day, component: 'openai', amountUsd: '1.00' },
      { day, component: 'anthropic', amountUsd: '5.00' },
    ]),
  );
  expect(await march('llm')).toMatchObject([
    { countedUsd: '217.00', source: 'mixed', driftUsd: '31.00', drifts: true },
  ]);
  await enter('twilio', '0');
  await ledger('twilio', 'api_usage', '1.00');
  expect(await march('twilio')).toMatchObject([{ driftUsd: '-31.00', driftRatio: null, drifts: true }]);
});

it('has a sample exactly where a drift is told, with its value', async () => {
  await enter('supabase', '655.25');
  await ledger('supabase', 'fixed', '20.00');
  await ledger('digital_ocean', 'api_invoice', '10.00');
  await ledger('digital_ocean', 'api_usage', '10.00');
  await ledger('twilio', 'api_usage', '1.00');
  await enter('hetzner', '5.00');
  await enter('openai', '62.00');
  await ledger('llm', 'api_usage', '1.00', MARCH, 'openai');
  const told = (await march()).flatMap(({ provider, driftUsd }) => (driftUsd === null ? [] : [[provider, driftUsd]]));
  expect(told).toEqual([
    ['digital_ocean', '0.00'],
    ['llm', '31.00'],
    ['supabase', '35.25'],
  ]);
  expect(
    (await reconciliationSamples(books.pool(), '2026-04-10')).map(({ labels, value }) => [
      labels['provider'],
      value.toFixed(2),
    ]),
  ).toEqual(told);
});
