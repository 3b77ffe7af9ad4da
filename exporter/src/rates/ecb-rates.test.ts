import { loadFxRates, rateOn } from '../ledger/fx-rates.ts';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { useInvoices } from '../../test/invoices.ts';
import { withTransaction } from '../database/pool.ts';
import { listRates, putRate } from '../ledger/fx-rate-store.ts';
import { ecbRates } from './ecb-rates.ts';
import { ecbRateSamples, tryEcbRates, updateEcbRates } from './update-rates.ts';

const books = useInvoices('2026-04-08T12:00:00Z');

type Day = readonly [day: string, rates: Readonly<Record<string, string>>];

/** The ECB's own shape: single quotes, a default and a prefixed namespace, three levels of Cube. */
function table(days: readonly Day[]): string {
  const cubes = days.map(
    ([day, rates]) =>
      `<Cube time='${day}'>${Object.entries(rates)
        .map(([currency, rate]) => `<Cube currency='${currency}' rate='${rate}'/>`)
        .join('\n')}</Cube>`,
  );
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" ` +
    `xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">\n<gesmes:subject>Reference rates</gesmes:subject>` +
    `<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>\n<Cube>${cubes.join('\n')}</Cube>` +
    '</gesmes:Envelope>'
  );
}

const THURSDAY: Day = ['2026-04-02', { USD: '1.0850', JPY: '163.05', GBP: '0.8423', IDR: '17543.12', XXQ: '1' }];
/** Easter 2026: Good Friday is 3 April, Easter Monday 6 April. */
const TUESDAY: Day = ['2026-04-07', { USD: '1.0900', JPY: '160.00', GBP: '0.8500' }];

let close: (() => void) | undefined;
afterEach(() => close?.());

/** A server with these files; what is not there is 404. */
async function serve(files: Readonly<Record<string, string>>): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const text = files[url];
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'text/xml' }).end(text ?? 'no');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  close = () => server.close();
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}/stats`, asked };
}

const update = (url: string, today = '2026-04-08') =>
  updateEcbRates({
    url,
    today,
    now: new Date(`${today}T12:00:00Z`),
    transaction: (action) => withTransaction(books.pool(), action),
  });
const stored = async () =>
  (await listRates(books.pool(), {})).map(({ currency, day, usdRate, createdBy }) => [
    currency,
    day,
    usdRate,
    createdBy,
  ]);

describe('the table', () => {
  it('is crossed to the dollar exactly, rounded once to sixteen decimals', () => {
    expect(ecbRates(table([THURSDAY]))).toEqual([
      { currency: 'EUR', day: '2026-04-02', usdRate: '1.085' },
      { currency: 'JPY', day: '2026-04-02', usdRate: '0.006654400490647' },
      { currency: 'GBP', day: '2026-04-02', usdRate: '1.2881396177134038' },
      { currency: 'IDR', day: '2026-04-02', usdRate: '0.0000618476074951' },
    ]);
  });

  it.each([
    ['no XML', 'not found'],
    ['a page', '<html><body>moved</body></html>'],
    ['no day', table([])],
    ['a day without a dollar', table([['2026-04-02', { JPY: '160' }]])],
    ['a rate that is no number', table([['2026-04-02', { USD: 'N/A' }]])],
    ['a day that does not exist', table([['2026-02-30', { USD: '1.1' }]])],
    ['a document type', `<!DOCTYPE x [<!ENTITY a "b">]>${table([THURSDAY])}`],
  ])('that is %s is refused', (_name, xml) => {
    expect(() => ecbRates(xml)).toThrow(expect.objectContaining({ name: 'EcbRatesInvalid' }));
  });
});

describe('storing', () => {
  it('takes 90 days first and the daily table afterwards; the last published rate counts over Easter', async () => {
    const { url, asked } = await serve({
      '/stats/eurofxref-hist-90d.xml': table([TUESDAY, THURSDAY]),
      '/stats/eurofxref-daily.xml': table([['2026-04-08', { USD: '1.1', JPY: '150' }]]),
    });
    expect(await update(url)).toBe(7);
    expect(await update(url)).toBe(2);
    expect(asked).toEqual(['/stats/eurofxref-hist-90d.xml', '/stats/eurofxref-daily.xml']);
    for (const [billingDate, amountUsd] of [
      ['2026-04-02', '108.50'],
      ['2026-04-05', '108.50'],
      ['2026-04-06', '108.50'],
      ['2026-04-07', '109.00'],
      ['2026-04-01', null],
    ] as const) {
      const { rows } = await books.enter({
        provider: `p-${billingDate}`,
        billingDate,
        periodStart: '2026-04-01',
        periodEnd: '2026-05-01',
        amount: '100.00',
        currency: 'EUR',
      });
      expect(rows[0]?.amountUsd, billingDate).toBe(amountUsd);
    }
    expect(await ecbRateSamples(books.pool(), '2026-04-08')).toEqual([
      { name: 'fx_rates_day_timestamp_seconds', labels: { source: 'ecb' }, value: Date.parse('2026-04-08') / 1_000 },
    ]);
    expect(await ecbRateSamples(books.pool(), '2026-07-08')).toEqual([]);
  });

  it('converts a hundred million rupiahs to the cent', async () => {
    const { url } = await serve({ '/stats/eurofxref-hist-90d.xml': table([THURSDAY]) });
    await update(url);
    const { rows } = await books.enter({
      provider: 'jakarta-hosting',
      billingDate: '2026-04-02',
      periodStart: '2026-04-01',
      periodEnd: '2026-05-01',
      amount: '100000000.00',
      currency: 'IDR',
    });
    // 100,000,000 × 1.0850 / 17543.12; with eight decimals of the rate it was 6185.00.
    expect(rows[0]).toMatchObject({ amountUsd: '6184.76', fxRate: '0.0000618476074951' });
  });

  it('never restates what stands: an operator wins, before and after', async () => {
    const { url } = await serve({
      '/stats/eurofxref-hist-90d.xml': table([THURSDAY]),
      '/stats/eurofxref-daily.xml': table([['2026-04-02', { USD: '9.9', GBP: '9.9' }]]),
    });
    const operator = { now: new Date('2026-04-02T12:00:00Z'), by: 'ada' };
    await putRate(books.pool(), { currency: 'EUR', day: '2026-04-02', usdRate: '1.5' }, operator);
    await update(url, '2026-04-03');
    await putRate(books.pool(), { currency: 'GBP', day: '2026-04-02', usdRate: '1.3' }, operator);
    await update(url, '2026-04-03');
    // The ECB's rate of the same day stands beside it, and does not count.
    expect((await stored()).filter(([currency]) => currency === 'EUR' || currency === 'GBP')).toEqual([
      ['EUR', '2026-04-02', '1.5', 'ada'],
      ['GBP', '2026-04-02', '1.2881396177134038', 'ecb'],
      ['GBP', '2026-04-02', '1.3', 'ada'],
    ]);
    const rates = await loadFxRates(books.pool(), ['EUR', 'GBP']);
    expect([rateOn(rates, 'EUR', '2026-04-06'), rateOn(rates, 'GBP', '2026-04-06')]).toEqual(['1.5', '1.3']);
  });

  it('stores nothing of an answer that is not understood, and goes on with what stands', async () => {
    const { url } = await serve({ '/stats/eurofxref-hist-90d.xml': table([THURSDAY, ['2026-04-07', { JPY: '1' }]]) });
    await expect(update(url)).rejects.toThrow('no US dollar');
    close?.();
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) });
    await tryEcbRates(
      { url, today: '2026-04-08', now: new Date(), transaction: (action) => withTransaction(books.pool(), action) },
      log,
    );
    expect(lines.join('')).toContain("the ECB's reference rates could not be read");
    expect(await stored()).toEqual([]);
  });
});
