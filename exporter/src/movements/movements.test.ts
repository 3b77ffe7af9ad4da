import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { anyHistory, part, ratesOf, recordHistory, usdOf, type KnownDay } from '../../test/mrr-history.ts';
import type { MovementFigures, MovementGroup } from '../contract/datasets.ts';
import { nanosToMicros } from '../money/nanos.ts';
import { microsToCents, parseMicros } from '../money/micros.ts';
import type { MrrPart } from '../money/mrr-movements.ts';
import { mrrByPlan } from './by-plan.ts';
import { recordMrrDay } from './record-day.ts';
import { movementsByDay, movementsByMonth } from './movements.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const PERIOD = { from: '2026-01-01', to: '2026-06-01' };
const TODAY = '2026-06-01';
const MOVED = [
  'newUsd',
  'expansionUsd',
  'contractionUsd',
  'churnUsd',
  'reactivationUsd',
  'rateChangeUsd',
  'correctionUsd',
] as const;

const scope = (groupBy: MovementGroup) => ({ groupBy, limit: 100 });
const micros = (text: string | null): bigint => parseMicros(text ?? '0');
const cents = (text: string | null): number => Number(microsToCents(micros(text)));
const moved = (row: MovementFigures): bigint => MOVED.reduce((sum, field) => sum + micros(row[field]), 0n);
/** Within a hundredth of a cent: each figure is rounded to a millionth. */
const near = (a: bigint, b: bigint): boolean => a - b < 100n && b - a < 100n;

const GROUPS: readonly [MovementGroup, (part: MrrPart) => string | null][] = [
  ['none', () => null],
  ['customer', ({ customer }) => customer],
  ['plan', ({ plan }) => plan],
  ['product', ({ product }) => product],
  ['currency', ({ currency }) => currency],
];

describe('for any days, read from Postgres', () => {
  it.each(GROUPS)(
    'by %s: opening + movements = closing, which is the MRR of the day, to the cent',
    async (groupBy, of) => {
      await fc.assert(
        fc.asyncProperty(anyHistory, async (days) => {
          await recordHistory(database.pool, days);
          const rows = await movementsByDay(database.pool, PERIOD, scope(groupBy));
          const byDay = new Map(days.map((day) => [day.day, day]));
          for (const row of rows) {
            const known = byDay.get(row.day);
            if (known === undefined) {
              expect([row.day, row.openingUsd, row.closingUsd, row.newUsd]).toEqual([row.day, null, null, null]);
              continue;
            }
            const part = known.parts.filter((one) => of(one) === row.group);
            expect(cents(row.closingUsd)).toBe(Number(microsToCents(nanosToMicros(usdOf(part, ratesOf(known))))));
            if (row.openingUsd === null) expect(row.day).toBe(days[0]?.day);
            else expect(near(micros(row.openingUsd) + moved(row), micros(row.closingUsd))).toBe(true);
          }
          const shown = new Set(rows.map((row) => `${row.day} ${row.group}`));
          for (const known of days)
            for (const group of new Set(known.parts.map(of))) expect(shown).toContain(`${known.day} ${group}`);
        }),
        { numRuns: 8 },
      );
    },
  );

  it('the line of the rates is what they did to what there was before, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (days) => {
        await recordHistory(database.pool, days);
        const rows = await movementsByDay(database.pool, PERIOD, scope('none'));
        for (const [index, known] of days.entries()) {
          const before = days[index - 1];
          if (before === undefined) continue;
          const row = rows.find(({ day }) => day === known.day);
          const byRates = usdOf(before.parts, ratesOf(known)) - usdOf(before.parts, ratesOf(before));
          expect(near(micros(row?.rateChangeUsd ?? null), nanosToMicros(byRates))).toBe(true);
        }
      }),
      { numRuns: 8 },
    );
  });

  it('rates alone move nothing but their own line', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, fc.integer({ min: 80, max: 120 }), async (days, eur) => {
        const quiet = days.map((day): KnownDay => ({ ...day, parts: days[0]?.parts ?? [] }));
        await recordHistory(
          database.pool,
          quiet.map((day, index) => (index === 0 ? { ...day, eur: `${eur / 100}` } : day)),
        );
        for (const row of await movementsByMonth(database.pool, PERIOD, scope('none'), TODAY))
          expect([
            cents(row.netNewUsd),
            cents(row.correctionUsd),
            row.newCustomers ?? 0,
            row.churnedCustomers ?? 0,
          ]).toEqual([0, 0, 0, 0]);
      }),
      { numRuns: 5 },
    );
  });

  it('the stored sums say what the movements say', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyHistory,
        fc.constantFrom<MovementGroup>('none', 'plan', 'product', 'currency'),
        async (days, groupBy) => {
          await recordHistory(database.pool, days);
          const sorted = (rows: readonly MovementFigures[]): string[] => rows.map((row) => JSON.stringify(row)).sort();
          for (const filter of [{}, groupBy === 'currency' ? { currency: 'EUR' } : { plan: 'a' }]) {
            const one = { ...scope(groupBy), ...filter };
            // Nothing was corrected, so the restated view, which reads the movements, says the same.
            const restated = { ...one, view: 'restated' as const };
            for (const period of [PERIOD, { from: '2026-01-25', to: '2026-03-05' }])
              expect(sorted(await movementsByDay(database.pool, period, one))).toEqual(
                sorted(await movementsByDay(database.pool, period, restated)),
              );
            expect(sorted(await movementsByMonth(database.pool, PERIOD, one, TODAY))).toEqual(
              sorted(await movementsByMonth(database.pool, PERIOD, restated, TODAY)),
            );
          }
        },
      ),
      { numRuns: 10 },
    );
  });

  it('plans have the MRR and the customers of the last known day, and what they had at the start', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (days) => {
        await recordHistory(database.pool, days);
        const period = { from: '2026-02-01', to: '2026-03-05' };
        const opens = days.findLast(({ day }) => day < period.from) ?? days[0];
        const closes = days.findLast(({ day }) => day < period.to);
        const rows = await mrrByPlan(database.pool, period, 100);
        if (closes === undefined || closes.day < period.from || opens === undefined) {
          expect(rows).toEqual([]);
          return;
        }
        const mrrOf = (known: KnownDay, plan: string | null): number =>
          Number(
            microsToCents(
              nanosToMicros(
                usdOf(
                  known.parts.filter((one) => one.plan === plan),
                  ratesOf(known),
                ),
              ),
            ),
          );
        expect(new Set(rows.map(({ plan }) => plan))).toEqual(
          new Set([...opens.parts, ...closes.parts].map(({ plan }) => plan)),
        );
        for (const row of rows) {
          const customers = new Set(
            closes.parts.filter(({ plan }) => plan === row.plan).map(({ customer }) => customer),
          );
          expect([cents(row.openingUsd), cents(row.mrrUsd), row.customers]).toEqual([
            mrrOf(opens, row.plan),
            mrrOf(closes, row.plan),
            customers.size,
          ]);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('a month is the sum of its days', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyHistory,
        fc.constantFrom<MovementGroup>('none', 'customer', 'plan'),
        async (days, groupBy) => {
          await recordHistory(database.pool, days);
          const byDay = await movementsByDay(database.pool, PERIOD, scope(groupBy));
          for (const row of await movementsByMonth(database.pool, PERIOD, scope(groupBy), TODAY)) {
            const ofMonth = byDay.filter(({ day, group }) => day.startsWith(row.month) && group === row.group);
            for (const field of [...MOVED, 'netNewUsd'] as const)
              expect(
                near(
                  micros(row[field]),
                  ofMonth.reduce((sum, one) => sum + micros(one[field]), 0n),
                ),
              ).toBe(true);
            for (const field of ['newCustomers', 'churnedCustomers', 'reactivatedCustomers'] as const)
              expect(row[field] ?? 0).toBe(ofMonth.reduce((sum, one) => sum + (one[field] ?? 0), 0));
            if (row.closingUsd !== null && row.openingUsd !== null)
              expect(near(micros(row.openingUsd) + moved(row), micros(row.closingUsd))).toBe(true);
          }
        },
      ),
      { numRuns: 8 },
    );
  });
});

describe('what is known later', () => {
  it('restates the restated view, and never what was booked', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, fc.integer({ min: 30, max: 60 }), async (days, eur) => {
        await recordHistory(database.pool, days);
        const booked = await movementsByDay(database.pool, PERIOD, scope('none'));
        // A rate for a day long ago, entered when all these days are closed: it holds until the next stored one.
        await database.pool.query(
          `INSERT INTO fx_rates (currency, day, usd_rate) VALUES ('EUR', $1, $2)
           ON CONFLICT (currency, day, source) DO UPDATE SET usd_rate = excluded.usd_rate`,
          [days[0]?.day, `${eur / 100}`],
        );
        expect(await movementsByDay(database.pool, PERIOD, scope('none'))).toEqual(booked);
        const restated = await movementsByDay(database.pool, PERIOD, { ...scope('none'), view: 'restated' });
        const first = restated.find(({ day }) => day === days[0]?.day);
        const atNewRate = usdOf(days[0]?.parts ?? [], new Map([['EUR', `${eur / 100}`]]));
        expect(near(micros(first?.closingUsd ?? null), nanosToMicros(atNewRate))).toBe(true);
        for (const row of restated)
          if (row.openingUsd !== null && row.closingUsd !== null)
            expect(near(micros(row.openingUsd) + moved(row), micros(row.closingUsd))).toBe(true);
      }),
      { numRuns: 8 },
    );
  });

  it('a subscription that could not be read was there all along, in the restated view', async () => {
    await recordHistory(database.pool, []);
    const record = (day: string, parts: readonly MrrPart[], unread: readonly string[] = []) =>
      recordMrrDay(database.pool, { day, parts, unread: new Set(unread), policy: {}, provisional: false });
    await record('2026-02-01', [part('c1', 'a', 100n)]);
    await record('2026-02-02', [], ['sub_c1_a']);
    await record('2026-02-03', [part('c1', 'a', 120n)]);
    const period = { from: '2026-02-02', to: '2026-02-04' };
    const said = async (view: 'as_booked' | 'restated'): Promise<unknown[]> =>
      (await movementsByDay(database.pool, period, { ...scope('none'), view })).map((row) => [
        ...[row.openingUsd, row.expansionUsd, row.churnUsd, row.correctionUsd, row.closingUsd],
      ]);
    expect(await said('as_booked')).toEqual([
      ['100.00', '0.00', '0.00', '-100.00', '0.00'],
      ['0.00', '20.00', '0.00', '100.00', '120.00'],
    ]);
    expect(await said('restated')).toEqual([
      ['100.00', '0.00', '0.00', '0.00', '100.00'],
      ['100.00', '20.00', '0.00', '0.00', '120.00'],
    ]);
  });
});
