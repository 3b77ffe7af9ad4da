import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emptyBooks, useInvoices } from '../../test/invoices.ts';
import { COST_SOURCES } from '../contract/providers.ts';
import { formatMicros } from '../money/micros.ts';
import { costsByDay } from '../ledger/costs-by-day.ts';
import { replaceLedger } from '../ledger/replace-rows.ts';
import { costsAsBooked } from './as-booked.ts';

const books = useInvoices('2026-03-05T12:00:00Z');
const PERIOD = { from: '2026-03-01', to: '2026-03-03' };

const figure = fc.record({
  provider: fc.constantFrom('supabase', 'digital_ocean', 'acme'),
  component: fc.constantFrom('all', 'apps', 'databases'),
  source: fc.constantFrom(...COST_SOURCES),
  cents: fc.integer({ min: -500, max: 5_000 }),
});

it('knows today what the restated view says, by the same precedence', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(figure, {
        maxLength: 12,
        selector: ({ provider, component, source }) => `${provider} ${component} ${source}`,
      }),
      async (figures) => {
        await emptyBooks(books.pool());
        const usage = figures.filter(({ source }) => source !== 'invoice');
        for (const rows of Map.groupBy(usage, ({ provider, source }) => `${provider} ${source}`).values()) {
          const [first] = rows;
          if (first !== undefined)
            await replaceLedger(
              books.pool(),
              first.provider,
              first.source,
              ['2026-03-01'],
              rows.map(({ component, cents }) => ({
                day: '2026-03-01',
                component,
                amountUsd: formatMicros(BigInt(cents) * 10_000n),
              })),
            );
        }
        for (const { provider, component, cents } of figures.filter(({ source }) => source === 'invoice')) {
          await books.enter({
            provider,
            component,
            periodStart: '2026-03-01',
            periodEnd: '2026-03-03',
            amount: formatMicros(BigInt(cents) * 10_000n),
            kind: cents < 0 ? 'credit' : 'invoice',
          });
        }
        const booked = await costsAsBooked(books.pool(), PERIOD, '2026-03-05');
        expect(booked.rows).toEqual(await costsByDay(books.pool(), PERIOD));
      },
    ),
    { numRuns: 15 },
  );
});

it('forgets corrections and voids of later days, and what providers said of later days', async () => {
  const [row] = (
    await books.enter(
      { provider: 'supabase', periodStart: '2026-03-01', periodEnd: '2026-03-03', amount: '10.00' },
      '2026-03-05T23:59:59Z',
    )
  ).rows;
  const [second] = (await books.service('2026-03-06T00:00:00Z').correct(row?.id ?? '', { amount: '20.00' }, 'test'))
    .rows;
  await books.service('2026-03-07T12:00:00Z').void(second?.id ?? '', 'wrong', 'test');
  await replaceLedger(
    books.pool(),
    'twilio',
    'api_usage',
    ['2026-03-02'],
    [{ day: '2026-03-02', component: 'all', amountUsd: '1.00' }],
  );
  const known = async (asOf: string) =>
    (await costsAsBooked(books.pool(), PERIOD, asOf)).rows.map(({ supabaseUsd, twilioUsd }) => [
      supabaseUsd,
      twilioUsd,
    ]);
  expect(await known('2026-03-01')).toEqual([
    [null, null],
    [null, null],
  ]);
  expect(await known('2026-03-05')).toEqual([
    ['5.00', null],
    ['5.00', '1.00'],
  ]);
  expect(await known('2026-03-06')).toEqual([
    ['10.00', null],
    ['10.00', '1.00'],
  ]);
  expect(await known('2026-03-07')).toEqual([
    [null, null],
    [null, '1.00'],
  ]);
  expect((await costsAsBooked(books.pool(), PERIOD, '2026-03-06')).sources).toEqual(
    expect.arrayContaining([{ source: 'invoice', amount: 20_000_000n }]),
  );
});
