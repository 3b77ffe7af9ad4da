import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { emptyBooks, useInvoices } from '../../test/invoices.ts';
import { addDays, daysBetween, daysOf } from '../money/days.ts';
import { formatMicros, microsToCents, parseMicros, sumMicros, type Micros } from '../money/micros.ts';
import { ledgerPlace } from '../ledger/ledger-key.ts';
import { replaceLedger } from '../ledger/replace-rows.ts';
import { invoiceLedgerRows, rewriteInvoiceLedger } from './ledger.ts';
import type { Adjustment } from './invoice.ts';
import { InvoiceRefusal } from './refusal.ts';
import { currentAdjustments } from './store.ts';

const books = useInvoices('2026-06-30T12:00:00Z');
const FROM = '2026-01-01';
const TO = '2026-07-01';
const PROVIDERS = ['supabase', 'acme', 'openai', 'anthropic'] as const;

const period = fc
  .tuple(fc.integer({ min: 0, max: 150 }), fc.integer({ min: 1, max: 30 }))
  .map(([start, length]) => ({ periodStart: addDays(FROM, start), periodEnd: addDays(FROM, start + length) }));
const amount = fc.integer({ min: 0, max: 10_000_00 }).map((cents) => formatMicros(BigInt(cents) * 10_000n));
const entry = fc.record({
  provider: fc.constantFrom(...PROVIDERS),
  component: fc.constantFrom(undefined, undefined, 'backups', 'compute'),
  period,
  amount,
  credit: fc.boolean(),
  additional: fc.boolean(),
  euros: fc.boolean(),
});
type Entry = typeof entry extends fc.Arbitrary<infer Value> ? Value : never;
const step = fc.oneof(
  entry.map((value) => ({ kind: 'entry' as const, value })),
  fc.record({
    kind: fc.constant('correct' as const),
    which: fc.nat(),
    amount,
    period: fc.option(period, { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('void' as const), which: fc.nat() }),
);

function bodyOf(
  { provider, component, period: billed, amount: text, credit, additional, euros }: Entry,
  number?: string,
): object {
  const isCredit = credit && text !== '0.00';
  return {
    provider,
    component,
    ...billed,
    amount: isCredit ? `-${text}` : text,
    kind: isCredit ? 'credit' : 'invoice',
    additional,
    invoiceNumber: number,
    ...(euros && { currency: 'EUR', fxRate: '1.0833' }),
  };
}

/** What is refused is a fine outcome; everything else is a fault. */
async function orRefused<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof InvoiceRefusal) return undefined;
    throw error;
  }
}

async function currentInvoices(): Promise<Adjustment[]> {
  return currentAdjustments(books.pool(), PROVIDERS, FROM, TO);
}

const ledgerRow = z.object({
  day: z.string(),
  provider: z.string(),
  component: z.string(),
  source: z.string(),
  usd: z.string().transform(parseMicros),
});

async function ledger(table = 'component_costs'): Promise<z.output<typeof ledgerRow>[]> {
  const { rows } = await books.pool().query(
    `SELECT day::text AS day, provider, component, source, amount_usd::text AS usd FROM ${table}
       WHERE amount_usd IS NOT NULL ORDER BY 1, 2, 3, 4`,
  );
  return z.array(ledgerRow).parse(rows);
}
const total = (amounts: readonly { readonly usd: Micros }[]): Micros => sumMicros(amounts.map(({ usd }) => usd));

async function estimates(): Promise<void> {
  const days = daysOf(FROM, TO);
  await replaceLedger(
    books.pool(),
    'supabase',
    'estimate',
    days,
    days.map((day) => ({ day, component: 'all', amountUsd: '0.81' })),
  );
  await replaceLedger(
    books.pool(),
    'llm',
    'api_usage',
    days,
    days.flatMap((day) => [
      { day, component: 'openai', amountUsd: '1.01' },
      { day, component: 'mistral', amountUsd: '0.5' },
    ]),
  );
}

async function emptied(): Promise<void> {
  await emptyBooks(books.pool());
  await estimates();
}

it(
  'after any sequence of entries, corrections and voids, the days are the sum of the invoices that count',
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
        await emptied();
        const untouched = JSON.stringify(
          (await ledger()).filter(({ source }) => source !== 'invoice'),
          bigText,
        );
        for (const one of steps) {
          const invoices = await currentInvoices();
          const chosen = one.kind === 'entry' ? undefined : invoices[one.which % Math.max(1, invoices.length)];
          if (one.kind === 'entry') await orRefused(books.enter(bodyOf(one.value)));
          else if (chosen !== undefined && one.kind === 'void') await books.service().void(chosen.id, 'test', 'test');
          else if (chosen !== undefined && one.kind === 'correct')
            await orRefused(
              books
                .service()
                .correct(
                  chosen.id,
                  { amount: chosen.kind === 'credit' ? `-${one.amount}` : one.amount, ...one.period },
                  'test',
                ),
            );
        }
        const invoices = await currentInvoices();
        const rows = await ledger();
        const invoiced = rows.filter(({ source }) => source === 'invoice');
        // Sums, per ledger row and as a whole.
        expect(total(invoiced)).toBe(sumMicros(invoices.map(({ amountUsd }) => parseMicros(amountUsd ?? '0'))));
        const expected = PROVIDERS.flatMap((provider) =>
          invoiceLedgerRows(invoices.filter((one) => one.provider === provider)),
        );
        expect(invoiced.length).toBe(expected.length);
        // Two windows that touch add up to both together, and each is within a cent of its exact share for a single
        // invoice.
        for (const { provider, component, periodStart, periodEnd, amountUsd } of invoices.filter((one) =>
          invoices.every((other) => other === one || other.provider !== one.provider),
        )) {
          const middle = addDays(periodStart, Math.floor(daysBetween(periodStart, periodEnd) / 2));
          const own = invoiced.filter((row) => {
            const place = ledgerPlace(provider, component);
            return row.provider === place.provider && row.component === place.component;
          });
          const window = total(own.filter(({ day }) => day < middle));
          const cents = microsToCents(parseMicros(amountUsd ?? '0'));
          const off =
            microsToCents(window) * BigInt(daysBetween(periodStart, periodEnd)) -
            cents * BigInt(daysBetween(periodStart, middle));
          expect(off < 0n ? -off : off).toBeLessThanOrEqual(BigInt(daysBetween(periodStart, periodEnd)));
        }
        // A day counts its invoices and, where none is for the whole provider, what the whole costs otherwise. The
        // provider has no components but those of its invoices.
        const supabase = (rowsOf: typeof rows, day: string) =>
          rowsOf.filter((row) => row.provider === 'supabase' && row.day === day);
        const countedRows = await ledger('effective_costs');
        for (const day of daysOf(FROM, TO)) {
          const stated = supabase(invoiced, day);
          const whole = stated.some(({ component }) => component === 'all') ? 0n : parseMicros('0.81');
          expect(total(supabase(countedRows, day)), day).toBe(total(stated) + whole);
        }
        // No day counts two sources of one component, and nothing but invoices was touched.
        const counted = await ledger('effective_costs');
        expect(new Set(counted.map(({ day, provider, component }) => `${day} ${provider} ${component}`)).size).toBe(
          counted.length,
        );
        expect(
          JSON.stringify(
            rows.filter(({ source }) => source !== 'invoice'),
            bigText,
          ),
        ).toBe(untouched);
        // The same again changes nothing: neither a sync nor a second rewriting.
        for (const provider of ['supabase', 'acme', 'llm', 'openai', 'anthropic'])
          expect(await rewriteInvoiceLedger(books.pool(), provider, daysOf(FROM, TO))).toBe(0);
        await estimates();
        expect(JSON.stringify(await ledger('effective_costs'), bigText)).toBe(JSON.stringify(counted, bigText));
        // Voiding everything brings back what was there before.
        for (const one of invoices) await books.service().void(one.id, 'test', 'test');
        expect(JSON.stringify(await ledger(), bigText)).toBe(untouched);
      }),
      { numRuns: 12 },
    );
  },
);

it('the order of entry is irrelevant', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc
        .array(entry, { minLength: 2, maxLength: 6 })
        .chain((entries) =>
          fc.tuple(fc.constant(entries), fc.shuffledSubarray([...entries.keys()], { minLength: entries.length })),
        ),
      async ([entries, order]) => {
        const enterAll = async (indices: readonly number[]): Promise<string> => {
          await emptied();
          for (const index of indices) {
            const one = entries[index];
            if (one !== undefined) await books.enter(bodyOf(one, `N-${index}`));
          }
          return JSON.stringify(await ledger('effective_costs'), bigText);
        };
        expect(await enterAll(order)).toBe(await enterAll([...entries.keys()]));
      },
    ),
    { numRuns: 8 },
  );
});

it('an invoice for 31 days over 24 months of history rewrites its days and nothing else', async () => {
  const days = daysOf('2024-07-01', '2026-07-01');
  for (const [provider, source] of [
    ['supabase', 'estimate'],
    ['twilio', 'api_usage'],
  ] as const)
    await replaceLedger(
      books.pool(),
      provider,
      source,
      days,
      days.map((day) => ({ day, component: 'all', amountUsd: '1.00' })),
    );
  for (let month = 0; month < 23; month += 1)
    await books.enter({
      provider: 'supabase',
      periodStart: days[month * 30],
      periodEnd: days[month * 30 + 30],
      amount: '30.00',
    });
  const versions = async (): Promise<Map<string, string>> => {
    const { rows } = await books
      .pool()
      .query<{ key: string; xmin: string }>(
        "SELECT concat_ws(' ', day, provider, component, source) AS key, xmin::text AS xmin FROM component_costs",
      );
    return new Map(rows.map(({ key, xmin }) => [key, xmin]));
  };
  const before = await versions();
  const stored = await books.enter({
    provider: 'supabase',
    periodStart: '2026-03-01',
    periodEnd: '2026-04-01',
    amount: '62.00',
    additional: true,
  });
  const after = await versions();
  const changed = [...after].filter(([key, xmin]) => before.get(key) !== xmin).map(([key]) => key);
  expect(changed.sort()).toEqual(daysOf('2026-03-01', '2026-04-01').map((day) => `${day} supabase all invoice`));
  const again = await books.service().correct(stored.rows[0]?.id ?? '', { notes: 'no other amount' }, 'test');
  expect(again.rows).toHaveLength(1);
  expect(await versions()).toEqual(after);
});

function bigText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
