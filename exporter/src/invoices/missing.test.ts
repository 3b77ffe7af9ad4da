import { expect, it } from 'vitest';
import { useInvoices } from '../../test/invoices.ts';
import { replaceLedger } from '../ledger/replace-rows.ts';
import { daysOf } from '../money/days.ts';
import { missingInvoices, missingInvoiceSamples, stretchText } from './missing.ts';

const books = useInvoices('2026-05-10T12:00:00Z');
const missing = async (request = {}) =>
  (await missingInvoices(books.pool(), { today: '2026-05-10', ...request })).map(
    ({ provider, month }) => `${provider} ${month}`,
  );

it('asks for Supabase and Weaviate from the month in which they first cost something', async () => {
  await replaceLedger(
    books.pool(),
    'weaviate',
    'estimate',
    ['2026-02-20'],
    [{ day: '2026-02-20', component: 'all', amountUsd: '1.60' }],
  );
  await books.enter({ provider: 'supabase', periodStart: '2026-03-15', periodEnd: '2026-04-15', amount: '25.00' });
  expect(await missing()).toEqual(['weaviate 2026-02', 'weaviate 2026-03', 'weaviate 2026-04']);
  await books.enter({ provider: 'weaviate', periodStart: '2026-03-01', periodEnd: '2026-04-01', amount: '45.00' });
  expect(await missing()).toEqual(['weaviate 2026-02', 'weaviate 2026-04']);
  expect(await missing({ from: '2026-03-05', to: '2026-04-02' })).toEqual(['weaviate 2026-04']);
  expect(await missing({ from: '2026-03-05', to: '2026-04-01' })).toEqual([]);
  expect(await missing({ provider: 'supabase' })).toEqual([]);
  expect(await missingInvoiceSamples(books.pool(), '2026-05-10')).toContainEqual({
    name: 'invoice_missing',
    labels: { provider: 'weaviate', month: '2026-04', from: '2026-04-01', to: '2026-05-01' },
    value: 1,
  });
});

it('asks for another vendor only after two invoices in three months, and not for ever', async () => {
  for (const month of ['2025-10', '2025-11', '2025-12'])
    await books.enter({ provider: 'hetzner', periodStart: `${month}-01`, periodEnd: `${month}-28`, amount: '5.00' });
  await books.enter({ provider: 'auditor', periodStart: '2026-01-01', periodEnd: '2026-02-01', amount: '6400.00' });
  expect(await missing()).toEqual(['hetzner 2026-01', 'hetzner 2026-02']);
});

it('asks for nothing that the provider itself tells, nor more than a year back', async () => {
  for (const month of ['2026-01', '2026-02'])
    for (const provider of ['digital_ocean', 'openai'])
      await books.enter({ provider, periodStart: `${month}-01`, periodEnd: `${month}-28`, amount: '5.00' });
  await replaceLedger(
    books.pool(),
    'digital_ocean',
    'api_usage',
    ['2026-03-20'],
    [{ day: '2026-03-20', component: 'apps', amountUsd: '1.60' }],
  );
  await replaceLedger(
    books.pool(),
    'llm',
    'api_usage',
    ['2026-03-20'],
    [{ day: '2026-03-20', component: 'openai', amountUsd: '1.60' }],
  );
  expect(await missing({ to: '2026-04-01' })).toEqual([]);
  await replaceLedger(
    books.pool(),
    'supabase',
    'estimate',
    ['2023-01-01'],
    [{ day: '2023-01-01', component: 'all', amountUsd: '1.00' }],
  );
  expect(await missing({ provider: 'supabase' })).toHaveLength(12);
});

it('a credit is not an invoice, and a void asks again', async () => {
  await books.enter({
    provider: 'supabase',
    periodStart: '2026-04-01',
    periodEnd: '2026-05-01',
    amount: '-5.00',
    kind: 'credit',
  });
  const [row] = (
    await books.enter({ provider: 'supabase', periodStart: '2026-03-01', periodEnd: '2026-05-01', amount: '50.00' })
  ).rows;
  expect(await missing()).toEqual([]);
  const [shorter] = (await books.service().correct(row?.id ?? '', { periodEnd: '2026-04-01' }, 'test')).rows;
  expect(await missing()).toEqual(['supabase 2026-04']);
  await books.service().void(shorter?.id ?? '', 'wrong', 'test');
  expect(await missing()).toEqual([]);
});

it('names the days of a cycle that does not begin on the 1st, the same in the answer, the gauge and the warning', async () => {
  for (const [from, to] of [
    ['2025-12-09', '2026-01-09'],
    ['2026-01-09', '2026-02-09'],
    ['2026-03-09', '2026-04-09'],
  ])
    await books.enter({ provider: 'hetzner', periodStart: from, periodEnd: to, amount: '5.00' });
  const days = { provider: 'hetzner', month: '2026-02', from: '2026-02-09', to: '2026-03-09' };
  const open = { provider: 'hetzner', month: '2026-04', from: '2026-04-09', to: '2026-05-09' };
  expect(await missingInvoices(books.pool(), { today: '2026-05-10' })).toEqual([days, open]);
  expect((await missingInvoiceSamples(books.pool(), '2026-05-10')).map(({ labels }) => labels)).toEqual([days, open]);
  expect(stretchText(days)).toBe('2026-02-09 to 2026-03-08');
  expect(stretchText({ from: '2026-02-01', to: '2026-03-01' })).toBe('2026-02');
});

it('an invoice of one component leaves open what the whole costs otherwise', async () => {
  await books.enter({
    provider: 'supabase',
    component: 'backups',
    periodStart: '2026-04-01',
    periodEnd: '2026-05-01',
    amount: '5.00',
  });
  expect(await missing()).toEqual([]);
  await replaceLedger(
    books.pool(),
    'supabase',
    'fixed',
    daysOf('2026-04-01', '2026-05-01'),
    daysOf('2026-04-01', '2026-05-01').map((day) => ({ day, component: 'all', amountUsd: '20.00' })),
  );
  expect(await missing()).toEqual(['supabase 2026-04']);
  await books.enter({ provider: 'supabase', periodStart: '2026-04-01', periodEnd: '2026-05-01', amount: '600.00' });
  expect(await missing()).toEqual([]);
});
