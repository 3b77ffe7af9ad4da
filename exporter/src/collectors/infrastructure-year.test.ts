import { expect, it } from 'vitest';
import { serveDigitalOcean, type FakeAccount, type FakePoint } from '../../test/providers/digital-ocean.ts';
import { DO_TOKEN } from '../../test/providers/digital-ocean.ts';
import { QUICK_RETRY } from '../../test/providers/context.ts';
import { serveTwilio, TWILIO_SID, TWILIO_TOKEN, type FakeTwilioAccount } from '../../test/providers/twilio.ts';
import { useRunner } from '../../test/runner-fixture.ts';
import { createClock } from '../database/clock.ts';
import { putRate } from '../ledger/fx-rate-store.ts';
import { addDays, addMonths, dayOf, daysBetween, daysOf, monthStart, nextMonthStart } from '../money/days.ts';
import { createDigitalOceanCollector } from './digital-ocean/index.ts';
import { createTwilioCollector } from './twilio/index.ts';

const { database, runnerOf, rows } = useRunner();

const HISTORY = '2024-06-01';
const START = '2025-01-01';
const DAYS = 365;
const COMPONENTS = ['1-DO-DROP-0109', '1-DB-PG-1', '1-AP-BASIC'];

/** What DigitalOcean charges for a day, in cents by product. */
const centsOf = (day: string) => COMPONENTS.map((_, index) => 40 + ((daysBetween(HISTORY, day) * (7 + index)) % 60));
const dayCents = (day: string) => centsOf(day).reduce((sum, cents) => sum + cents, 0);
const monthCents = (from: string, to: string) => daysOf(from, to).reduce((sum, day) => sum + dayCents(day), 0);
const text = (cents: number) => (cents / 100).toFixed(2);

/** The invoice of a month: three percent above its usage, and in May with a credit. */
const invoiceCents = (month: string) =>
  Math.round(monthCents(month, nextMonthStart(month)) * 1.03) - (month === '2025-05-01' ? 500 : 0);
/** June's is credited once more, weeks after it was issued. */
const LATE_CREDIT = { month: '2025-06-01', from: '2025-07-25', cents: -750 };

/** What DigitalOcean shows at `now`. */
function showDigitalOcean(account: FakeAccount, now: Date): void {
  const today = dayOf(now);
  const newest = addDays(today, now.getUTCHours() < 6 ? -2 : -1);
  account.points = daysOf(addDays(today, -230), addDays(newest, 1))
    .filter((day) => day >= HISTORY)
    .flatMap((day): FakePoint[] =>
      // Young days are restated upwards for five days.
      centsOf(day).map((cents, index) => ({
        day,
        amount: text(daysBetween(day, today) < 6 ? Math.floor(cents * 0.9) : cents),
        sku: COMPONENTS[index] ?? '',
      })),
    );
  const isNotReset = today === monthStart(today) && now.getUTCHours() < 2;
  const month = isNotReset ? addMonths(today, -1) : monthStart(today);
  const share = (now.getTime() - Date.parse(`${today}T00:00:00Z`)) / 86_400_000;
  const running = isNotReset ? 0 : Math.floor(dayCents(today) * share);
  account.balance = { usage: text(monthCents(month, today) + running), at: now.toISOString() };
  account.invoices = Array.from({ length: 8 }, (_, index) => addMonths(monthStart(today), -1 - index))
    .filter((one) => one >= HISTORY && today >= addDays(nextMonthStart(one), 2))
    .map((one) => ({
      uuid: one,
      period: one.slice(0, 7),
      products: text(invoiceCents(one)),
      amount: text(invoiceCents(one)),
    }));
  if (today >= LATE_CREDIT.from)
    account.invoices.push({
      uuid: 'late',
      period: '2025-06',
      products: '0.00',
      credits: text(LATE_CREDIT.cents),
      amount: text(LATE_CREDIT.cents),
    });
}

function showTwilio(account: FakeTwilioAccount, now: Date): void {
  const today = dayOf(now);
  account.usage = daysOf(addDays(today, -230), addDays(today, 1)).map((day) => ({
    category: 'totalprice',
    day,
    price: text(dayCents(day)),
    unit: 'eur',
    asOf: now.toISOString(),
  }));
}

it(
  'a year of days: closed months equal their invoices, nothing is negative, doubled or lost',
  { timeout: 240_000 },
  async () => {
    const doAccount: FakeAccount = {
      points: [],
      balance: { usage: '0.00', at: '' },
      invoices: [],
      preview: [],
      apps: 1,
      databases: 1,
      registries: [],
      pageSize: 200,
    };
    const twilioAccount: FakeTwilioAccount = { usage: [], messages: [], pageSize: 1000, unknownCategories: [] };
    const [digitalOcean, twilio] = await Promise.all([serveDigitalOcean(doAccount), serveTwilio(twilioAccount)]);
    const collectors = [
      createDigitalOceanCollector({
        DO_API_TOKEN: DO_TOKEN,
        DO_ACCOUNT_URN: undefined,
        DO_REGISTRY_GC_CHECK: false,
        DO_API_URL: digitalOcean.url,
      }),
      createTwilioCollector({
        TWILIO_ACCOUNT_SID: TWILIO_SID,
        TWILIO_AUTH_TOKEN: TWILIO_TOKEN,
        TWILIO_FROM_NUMBER: undefined,
        TWILIO_API_URL: twilio.url,
      }),
    ];
    let runs = 0;
    try {
      for (let index = 0; index < DAYS; index += 1) {
        const day = addDays(START, index);
        // The exporter is off for eleven days in June.
        if (index >= 150 && index <= 160) continue;
        const now = new Date(`${day}T${String((index * 5 + 1) % 24).padStart(2, '0')}:20:00Z`);
        showDigitalOcean(doAccount, now);
        showTwilio(twilioAccount, now);
        digitalOcean.clear();
        // The first evening and five days in February without the right to read insights; two days on which nothing answers.
        if (index < 1 || (index >= 40 && index <= 44)) doAccount.forbidden = /insights/;
        else delete doAccount.forbidden;
        if (index === 100 || index === 101) digitalOcean.faultAlways(/./, { status: 503, json: {} });
        // The rate of the first month is entered at its end.
        if (index === 31)
          await putRate(database().pool, { currency: 'EUR', day: HISTORY, usdRate: '1.25' }, { now, by: 'test' });
        const runner = runnerOf(collectors, {
          clock: createClock({ now: now.toISOString(), db: database().pool }),
          retry: { ...QUICK_RETRY, tries: 2 },
        });
        await runner.run({ trigger: 'api', requestedBy: 'test' });
        runs += 1;
      }
    } finally {
      await Promise.all([digitalOcean.close(), twilio.close()]);
    }

    const months = await rows(
      `SELECT to_char(day, 'YYYY-MM-01') AS month, (sum(amount_usd) * 100)::int AS cents, count(DISTINCT day)::int AS days,
       min(source) AS worst, count(DISTINCT component)::int AS components
     FROM effective_costs WHERE provider = 'digital_ocean' AND day >= '2024-08-01' AND day < '2025-12-01'
     GROUP BY 1 ORDER BY 1`,
    );
    expect(months).toEqual(
      Array.from({ length: 16 }, (_, index) => addMonths('2024-08-01', index)).map((month) => ({
        month,
        cents: invoiceCents(month) + (month === LATE_CREDIT.month ? LATE_CREDIT.cents : 0),
        days: daysBetween(month, nextMonthStart(month)),
        worst: 'api_invoice',
        components: 5,
      })),
    );
    expect(await rows('SELECT day::text FROM effective_costs WHERE amount_usd < 0')).toEqual([]);
    expect(await rows(`SELECT DISTINCT day::text FROM component_costs WHERE provisional ORDER BY 1`)).toEqual([
      { day: addDays(START, DAYS - 1) },
    ]);
    // Twilio: every day since the first window, in USD at the one rate, the first month's too.
    const window = addDays(START, -181);
    expect(
      await rows(
        `SELECT count(*)::int AS days, (sum(amount_usd) * 100)::numeric(18, 2)::text AS usd FROM effective_costs
       WHERE provider = 'twilio' AND amount_usd IS NOT NULL`,
      ),
    ).toEqual([
      {
        days: daysBetween(window, addDays(START, DAYS)),
        usd: (monthCents(window, addDays(START, DAYS)) * 1.25).toFixed(2),
      },
    ]);
    // Nine reads of DigitalOcean and four of Twilio, and what backfill and two days of outage add.
    expect(digitalOcean.requests.length / runs).toBeLessThan(9.6);
    expect(twilio.requests.length / runs).toBeLessThan(4.1);
  },
);
