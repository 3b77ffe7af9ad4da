import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { movementsOf, rateOf, type MrrDay, type MrrMovement, type MrrPart, type Rates } from './mrr-movements.ts';
import { nanosInUsd, parseNanos, type Nanos } from './nanos.ts';

const NO_RATES: Rates = new Map();

/** "c1 price_a 100" or "c1 price_a 100 EUR": one part, its subscription named after customer and price. */
function part(text: string): MrrPart {
  const [customer = '', plan = '', amount = '', currency = 'USD'] = text.split(' ');
  return {
    customer,
    plan,
    currency,
    subscription: `sub_${customer}_${plan}`,
    product: `prod_${plan}`,
    amount: parseNanos(amount),
  };
}

function day(fields: Partial<MrrDay>): MrrDay {
  return {
    before: [],
    unreadBefore: [],
    ratesBefore: NO_RATES,
    after: [],
    unread: new Set(),
    rates: NO_RATES,
    known: new Set(),
    otherSettings: false,
    ...fields,
  };
}

/** "churn c1 price_a -100 (-1)": kind and reason, customer, plan, amount, customers. */
const said = ({ kind, reason, customer, plan, amount, customers }: MrrMovement): string =>
  `${reason === '' ? kind : `${kind}/${reason}`} ${customer} ${plan} ${Number(amount) / 1e9} (${customers})`;

describe('what moved', () => {
  it.each<[string, string[], string[], string[], Partial<MrrDay>?]>([
    ['a first subscription is new', [], ['c1 a 100'], ['new c1 a 100 (1)']],
    ['two at once are one new customer', [], ['c1 a 100', 'c1 b 20'], ['new c1 a 100 (1)', 'new c1 b 20 (0)']],
    [
      'who had MRR before is a reactivation',
      [],
      ['c1 a 100'],
      ['reactivation c1 a 100 (1)'],
      { known: new Set(['c1']) },
    ],
    ['a further subscription is an expansion', ['c1 a 100'], ['c1 a 100', 'c1 b 20'], ['expansion c1 b 20 (0)']],
    ['a higher price is an expansion', ['c1 a 100'], ['c1 a 150'], ['expansion c1 a 50 (0)']],
    [
      'one of two subscriptions ended: a contraction',
      ['c1 a 100', 'c1 b 20'],
      ['c1 a 100'],
      ['contraction c1 b -20 (0)'],
    ],
    ['the last one ended: churn', ['c1 a 100', 'c1 b 20'], [], ['churn c1 a -100 (-1)', 'churn c1 b -20 (0)']],
    [
      'a switch to a dearer plan is an expansion by the difference',
      ['c1 a 100'],
      ['c1 b 150'],
      ['expansion c1 a -100 (0)', 'expansion c1 b 150 (0)'],
    ],
    [
      'a switch to a cheaper plan is a contraction by the difference',
      ['c1 b 150'],
      ['c1 a 100'],
      ['contraction c1 b -150 (0)', 'contraction c1 a 100 (0)'],
    ],
    ['nothing happened', ['c1 a 100'], ['c1 a 100'], []],
    [
      'a subscription that could not be read is no churn',
      ['c1 a 100'],
      [],
      ['correction/unread c1 a -100 (0)'],
      { unread: new Set(['sub_c1_a']) },
    ],
    ['still not read: nothing more', [], [], [], { unread: new Set(['sub_c1_a']), unreadBefore: [part('c1 a 100')] }],
    [
      'read again, at another price: only the difference is a movement',
      [],
      ['c1 a 120'],
      ['expansion c1 a 20 (0)', 'correction/read_again c1 a 100 (0)'],
      { unreadBefore: [part('c1 a 100')], known: new Set(['c1']) },
    ],
    [
      'ended while it could not be read: churn',
      [],
      [],
      ['churn c1 a -100 (-1)', 'correction/read_again c1 a 100 (0)'],
      { unreadBefore: [part('c1 a 100')], known: new Set(['c1']) },
    ],
    [
      'other settings count otherwise: no movement of anybody',
      ['c1 a 100'],
      ['c1 a 100', 'c2 a 30'],
      ['correction/settings c2 a 30 (1)'],
      { otherSettings: true },
    ],
    [
      'another currency at the same worth and more: an expansion',
      ['c1 a 100 EUR'],
      ['c1 a 120 USD'],
      ['expansion c1 a -100 (0)', 'expansion c1 a 120 (0)'],
      { rates: new Map([['EUR', '1.1']]), ratesBefore: new Map([['EUR', '0.9']]) },
    ],
  ])('%s', (_name, before, after, expected, fields) => {
    const found = movementsOf(day({ before: before.map(part), after: after.map(part), ...fields }));
    expect(found.map(said)).toEqual(expected);
  });

  it('the first known day has an opening and no movement', () => {
    const found = movementsOf(day({ before: undefined, after: [part('c1 a 100'), part('c1 b 20')] }));
    expect(found.map(said)).toEqual(['opening c1 a 100 (1)', 'opening c1 b 20 (0)']);
  });

  it('the first rate of a currency is a correction by what there was before', () => {
    const found = movementsOf(
      day({ before: [part('c1 a 100 EUR')], after: [part('c1 a 130 EUR')], rates: new Map([['EUR', '1.1']]) }),
    );
    expect(found.map((one) => [said(one), one.amountUsd])).toEqual([
      ['expansion c1 a 30 (0)', parseNanos('33')],
      ['correction/rate_found c1 a 0 (0)', parseNanos('110')],
    ]);
  });

  it('a total of unknown plan that is known by plan now is neither a loss nor a gain', () => {
    const total: MrrPart = { ...part('c1 x 100'), plan: '', product: '', subscription: '', currency: '' };
    const found = movementsOf(day({ before: [total], after: [part('c1 a 100 EUR')], rates: new Map([['EUR', '1']]) }));
    expect(found.map(said)).toEqual(['correction/plan_known c1  -100 (0)', 'correction/plan_known c1 a 100 (0)']);
  });
});

const anyPart = fc
  .record({
    customer: fc.constantFrom('c1', 'c2', 'c3'),
    plan: fc.constantFrom('a', 'b'),
    currency: fc.constantFrom('USD', 'EUR', 'CHF'),
    amount: fc.bigInt(0n, 400_000_000_000n),
  })
  .map(({ customer, plan, currency, amount }): MrrPart => ({
    customer,
    plan,
    currency,
    amount,
    subscription: `sub_${customer}_${plan}_${currency}`,
    product: 'prod',
  }));
const anyRates = fc.record({ EUR: fc.integer({ min: 50, max: 150 }), CHF: fc.integer({ min: 50, max: 150 }) }).map(
  ({ EUR, CHF }): Rates =>
    new Map([
      ['EUR', `${EUR / 100}`],
      ['CHF', `${CHF / 100}`],
    ]),
);
interface PlayedDay {
  readonly parts: readonly MrrPart[];
  readonly unread: readonly string[];
  readonly rates: Rates;
  readonly otherSettings: boolean;
}
const anyDay: fc.Arbitrary<PlayedDay> = fc.record({
  parts: fc.uniqueArray(anyPart, { selector: ({ subscription }) => subscription, maxLength: 8 }),
  unread: fc.uniqueArray(fc.constantFrom('sub_c1_a_USD', 'sub_c2_b_EUR', 'sub_c3_a_CHF'), { maxLength: 2 }),
  rates: anyRates,
  otherSettings: fc.boolean(),
});

/** Days in a row as the recorder gives them: what cannot be read is not counted, and remembered until it is back. */
function play(days: readonly PlayedDay[]): { day: MrrDay; movements: MrrMovement[] }[] {
  const known = new Set<string>();
  let before: MrrPart[] | undefined;
  let out: MrrPart[] = [];
  let ratesBefore: Rates = NO_RATES;
  return days.map(({ parts, unread, rates, otherSettings }) => {
    const names = new Set(unread);
    const after = parts.filter(({ subscription, amount }) => !names.has(subscription) && amount > 0n);
    const input: MrrDay = {
      before,
      unreadBefore: out,
      ratesBefore,
      after,
      unread: names,
      rates,
      known: new Set(known),
      otherSettings: otherSettings && before !== undefined,
    };
    const movements = movementsOf(input);
    out = [...out, ...(before ?? [])].filter(({ subscription }) => names.has(subscription));
    for (const { customer } of after) known.add(customer);
    [before, ratesBefore] = [after, rates];
    return { day: input, movements };
  });
}

const total = (parts: readonly { amount: Nanos }[]): Nanos => parts.reduce((sum, { amount }) => sum + amount, 0n);

describe('for any days in a row', () => {
  const anyDays = fc.array(anyDay, { minLength: 1, maxLength: 6 });

  it('opening + movements = closing, for each customer, plan and currency', () => {
    fc.assert(
      fc.property(anyDays, (days) => {
        const rows: MrrMovement[] = [];
        for (const { day: input, movements } of play(days)) {
          rows.push(...movements);
          for (const field of ['customer', 'plan', 'currency', 'subscription'] as const)
            for (const name of new Set([...rows, ...input.after].map((one) => one[field])))
              expect(total(rows.filter((one) => one[field] === name))).toBe(
                total(input.after.filter((one) => one[field] === name)),
              );
        }
      }),
      { numRuns: 200 },
    );
  });

  it('in USD, what is left over is exactly what the rates did to the amounts of the day before', () => {
    fc.assert(
      fc.property(anyDays, (days) => {
        for (const { day: input, movements } of play(days)) {
          if (input.before === undefined) continue;
          const usd = (parts: readonly MrrPart[], rates: Rates): Nanos =>
            parts.reduce((sum, { amount, currency }) => sum + nanosInUsd(amount, rateOf(rates, currency) ?? '0'), 0n);
          const moved = movements.reduce((sum, { amountUsd }) => sum + (amountUsd ?? 0n), 0n);
          const leftOver = usd(input.after, input.rates) - usd(input.before, input.ratesBefore) - moved;
          const byRates = usd(input.before, input.rates) - usd(input.before, input.ratesBefore);
          // A nano for each rounded part.
          expect(leftOver - byRates).toBeLessThanOrEqual(30n);
          expect(leftOver - byRates).toBeGreaterThanOrEqual(-30n);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('a rate moves nobody: the kinds and native amounts are the same at any other rate', () => {
    fc.assert(
      fc.property(anyDays, anyRates, (days, others) => {
        const single = days.map((one) => ({
          ...one,
          // A customer with several currencies is compared in USD, where the rate of the day decides.
          parts: one.parts.filter(
            ({ customer, currency }) => ({ c1: 'USD', c2: 'EUR', c3: 'CHF' })[customer] === currency,
          ),
        }));
        const atOthers = single.map((one) => ({ ...one, rates: others }));
        expect(play(atOthers).map(({ movements }) => movements.map(said))).toEqual(
          play(single).map(({ movements }) => movements.map(said)),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('customers who began less those who ceased are those who have MRR or could not be read', () => {
    fc.assert(
      fc.property(anyDays, (days) => {
        let customers = 0;
        let out: MrrPart[] = [];
        for (const { day: input, movements } of play(days)) {
          customers += movements.reduce((sum, one) => sum + one.customers, 0);
          out = [...out, ...(input.before ?? [])].filter(({ subscription }) => input.unread.has(subscription));
          expect(customers).toBe(new Set([...input.after, ...out].map(({ customer }) => customer)).size);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('a movement has the sign of its kind for each customer, and one kind a day', () => {
    fc.assert(
      fc.property(anyDays, (days) => {
        for (const { movements } of play(days)) {
          const moved = movements.filter(({ kind }) => kind !== 'correction' && kind !== 'opening');
          for (const rows of Map.groupBy(moved, ({ customer }) => customer).values()) {
            expect(new Set(rows.map(({ kind }) => kind)).size).toBe(1);
            const isLoss = rows[0]?.kind === 'churn' || rows[0]?.kind === 'contraction';
            const sum = rows.reduce((usd, { amountUsd }) => usd + (amountUsd ?? 0n), 0n);
            expect(isLoss ? -sum : sum).toBeGreaterThanOrEqual(0n);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
