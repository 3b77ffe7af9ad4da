import { describe, expect, it } from 'vitest';
import { examples, loadSpec, specExists, violations } from '../../../test/openapi.ts';
import { MESSAGE_BODY } from '../../../test/providers/twilio.ts';
import { putRate } from '../../ledger/fx-rate-store.ts';
import { messagesPage, usagePage } from './schema.ts';

import { account, database, metrics, run, server, useTwilio } from '../../../test/providers/twilio-runs.ts';

const SPEC = 'twilio/twilio_api_v2010.trimmed.json';
const NUMBER = '+15551234567';

useTwilio();

describe('usage by day', () => {
  it('is the total price alone, with the messages of the three outbound channels', async () => {
    const { warnings, samples } = await run();
    expect(warnings).toEqual([]);
    expect(await metrics()).toEqual([
      {
        day: '2026-03-13',
        messages: 7,
        channels: { sms: 0, mms: 0, whatsapp: 7 },
        sent: null,
        usd: '0.0525',
        native: '0.0525',
        currency: 'USD',
        provisional: false,
      },
      {
        day: '2026-03-14',
        messages: 85,
        channels: { sms: 80, mms: 5, whatsapp: 0 },
        sent: null,
        usd: '1.3035',
        native: '1.3035',
        currency: 'USD',
        provisional: false,
      },
      {
        day: '2026-03-15',
        messages: 0,
        channels: { sms: 0, mms: 0, whatsapp: 0 },
        sent: null,
        usd: '0.0075',
        native: '0.0075',
        currency: 'USD',
        provisional: true,
      },
    ]);
    const { rows } = await database.pool.query(
      'SELECT day::text, component, source, trim_scale(amount_usd)::text AS usd FROM component_costs ORDER BY day',
    );
    expect(rows).toEqual(
      ['0.0525', '1.3035', '0.0075'].map((usd, index) => ({
        day: `2026-03-${13 + index}`,
        component: 'all',
        source: 'api_usage',
        usd,
      })),
    );
    expect(samples).toEqual(
      [
        ['sms', 80],
        ['mms', 5],
        ['whatsapp', 0],
      ].map(([channel, value]) => ({ name: 'messages_day', labels: { provider: 'twilio', channel }, value })),
    );
    expect(server.requests[0]?.query).toMatchObject({
      Category: 'totalprice',
      StartDate: '2026-03-12',
      EndDate: '2026-03-15',
      IncludeSubaccounts: 'true',
      PageSize: '1000',
    });
  });

  it('row 25: a restated day is changed in place, and a replay writes nothing', async () => {
    await run();
    expect((await run()).rows).toBe(0);
    account.usage[1] = { category: 'totalprice', day: '2026-03-14', price: '-0.25' };
    await run();
    expect((await metrics())[1]).toMatchObject({ usd: '-0.25', messages: 85 });
  });

  it('a day that Twilio has not reported is unknown, not free', async () => {
    account.usage = account.usage.filter(({ day }) => day === '2026-03-13');
    expect(await run()).toMatchObject({ warnings: ['day_not_ready'], samples: [] });
    expect(await metrics()).toHaveLength(1);
    account.usage = [];
    await database.pool.query('TRUNCATE twilio_metrics, component_costs');
    await run();
    expect(await metrics()).toEqual([]);
  });

  it('row 29: another currency is kept as it is, and converted only by a stored rate', async () => {
    account.usage = [
      { category: 'totalprice', day: '2026-03-13', price: '100', unit: 'jpy' },
      { category: 'totalprice', day: '2026-03-14', price: '10.00', unit: 'jpy' },
    ];
    await database.pool.query("INSERT INTO fx_rates (currency, day, usd_rate) VALUES ('JPY', '2026-03-14', 0.0065)");
    expect((await run()).warnings).toEqual(['unconverted_currency']);
    expect(await metrics()).toMatchObject([
      { usd: null, native: '100', currency: 'JPY' },
      { usd: '0.065', native: '10', currency: 'JPY' },
    ]);
    const { rows } = await database.pool.query(
      `SELECT trim_scale(amount_usd)::text AS usd, trim_scale(amount_native)::text AS native, currency,
        trim_scale(fx_rate)::text AS rate FROM component_costs ORDER BY day`,
    );
    expect(rows).toEqual([
      { usd: null, native: '100', currency: 'JPY', rate: null },
      { usd: '0.065', native: '10', currency: 'JPY', rate: '0.0065' },
    ]);
  });

  it('a rate that is stored later converts the past, once: a later one restates nothing', async () => {
    account.usage = Array.from({ length: 30 }, (_, index) => ({
      category: 'totalprice',
      day: `2026-02-${String(index + 1).padStart(2, '0')}`,
      price: '10.00',
      unit: 'eur',
    })).slice(0, 28);
    await run({}, '2026-03-01T00:30:00Z', 28);
    const converted = async () =>
      (
        await database.pool.query(
          `SELECT count(*)::int AS days, trim_scale(sum(amount_usd))::text AS usd, trim_scale(max(fx_rate))::text AS rate
           FROM component_costs WHERE amount_usd IS NOT NULL`,
        )
      ).rows[0];
    expect(await converted()).toEqual({ days: 0, usd: null, rate: null });
    const put = (day: string, usdRate: string) =>
      putRate(database.pool, { currency: 'EUR', day, usdRate }, { now: new Date('2026-03-01T08:00:00Z'), by: 'test' });
    await put('2026-01-01', '1.10');
    expect(await converted()).toEqual({ days: 28, usd: '308', rate: '1.1' });
    await put('2026-02-01', '2');
    await run({}, '2026-03-01T12:30:00Z', 28);
    expect(await converted()).toEqual({ days: 28, usd: '308', rate: '1.1' });
    const { rows } = await database.pool.query('SELECT count(*)::int AS days FROM twilio_metrics WHERE cost_usd = 11');
    expect(rows).toEqual([{ days: 28 }]);
  });

  it('what one run cannot read does not take away what an earlier one knew', async () => {
    await run({ TWILIO_FROM_NUMBER: NUMBER });
    const before = await metrics();
    server.faultAlways(/Messages/, { status: 429, json: {} });
    account.unknownCategories = ['sms-outbound'];
    account.usage = account.usage.map((record) =>
      record.category === 'totalprice' && record.day === '2026-03-13' ? { ...record, price: 'NaN' } : record,
    );
    await run({ TWILIO_FROM_NUMBER: NUMBER });
    expect(await metrics()).toEqual(before);
  });

  it('a channel that this account does not know is a warning, and the sum unknown', async () => {
    account.unknownCategories = ['channels-whatsapp-outbound'];
    const { warnings } = await run();
    expect(warnings).toEqual(['part_unavailable']);
    expect((await metrics())[1]).toMatchObject({ messages: null, channels: { sms: 80, mms: 5 }, usd: '1.3035' });
  });
});

describe('messages from one number', () => {
  it('row 10: are counted by day over all pages, and their text is nowhere', async () => {
    account.messages = [
      ...Array.from({ length: 2500 }, () => ({ from: NUMBER, sent: '2026-03-14T11:00:00Z' })),
      { from: NUMBER, sent: '2026-03-13T23:59:59Z' },
      { from: NUMBER, sent: null },
      { from: '+15550000000', sent: '2026-03-14T11:00:00Z' },
    ];
    const { run: at } = await run({ TWILIO_FROM_NUMBER: NUMBER });
    expect(await metrics()).toMatchObject([{ sent: 1 }, { sent: 2500 }, { sent: 0 }]);
    expect(
      at.logged() + JSON.stringify((await database.pool.query('SELECT * FROM twilio_metrics')).rows),
    ).not.toContain(MESSAGE_BODY);
  });

  it('that cannot be read are a warning', async () => {
    server.faultAlways(/Messages/, { status: 403, json: { code: 20003, message: 'Permission denied' } });
    expect((await run({ TWILIO_FROM_NUMBER: NUMBER })).warnings).toEqual(['missing_permission']);
    expect((await metrics())[1]).toMatchObject({ sent: null, usd: '1.3035' });
  });
});

describe.skipIf(!specExists(SPEC))('the contract', () => {
  it('allows every request that is sent', async () => {
    account.pageSize = 2;
    account.messages = Array.from({ length: 5 }, () => ({ from: NUMBER, sent: '2026-03-14T11:00:00Z' }));
    await run({ TWILIO_FROM_NUMBER: NUMBER });
    const spec = loadSpec(SPEC);
    expect(server.requests.length).toBeGreaterThan(6);
    expect(server.requests.flatMap((request) => violations(spec, request))).toEqual([]);
  });

  it.each([
    ['/2010-04-01/Accounts/{AccountSid}/Usage/Records/Daily.json', usagePage],
    ['/2010-04-01/Accounts/{AccountSid}/Messages.json', messagesPage],
  ] as const)('parses every example answer of %s', (path, shape) => {
    const answers = examples(loadSpec(SPEC), path);
    expect(answers.length).toBeGreaterThan(1);
    for (const answer of answers) expect(shape.safeParse(answer).error).toBeUndefined();
    expect(
      JSON.stringify(
        answers.map((answer) => shape.parse(answer)),
        (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
      ),
    ).not.toContain('look mom');
  });
});
