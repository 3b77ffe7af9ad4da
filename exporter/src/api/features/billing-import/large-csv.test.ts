import { expect, it } from 'vitest';
import { apiContext } from '../../../../test/api-context.ts';
import { dataOf, HISTORY, post } from '../../../../test/billing.ts';
import { BILLING_PATHS } from '../../../contract/billing.ts';
import { API_BASE } from '../../../contract/datasets.ts';
import { importPreviewSchema } from '../../../imports/preview-schema.ts';
import { addMonths } from '../../../money/days.ts';
import { formatMicros } from '../../../money/micros.ts';

const context = apiContext();

const ROWS = 10_000;

/** Forty vendors over the months of three years, seven invoices of each; every third has no number. */
function table(): { csv: string; cents: bigint } {
  let cents = 0n;
  const rows = Array.from({ length: ROWS }, (_, index) => {
    const start = addMonths('2023-01-01', Math.floor(index / 40) % 36);
    const amount = BigInt(100 + (index % 977));
    cents += amount;
    const number = index % 3 === 0 ? '' : `N-${index}`;
    const text = formatMicros(amount * 10_000n);
    return `vendor-${index % 40},${number},${start},${addMonths(start, 1)},${text},USD,row ${index}`;
  });
  return { csv: ['provider,invoice_number,period_start,period_end,amount,currency,notes', ...rows].join('\n'), cents };
}

it('10,000 rows: previewed, stored once, and added up to the cent', { timeout: 120_000 }, async () => {
  const { csv, cents } = table();
  const before = process.memoryUsage().rss;
  const started = performance.now();
  const answer = await post(context.api, `${API_BASE}${BILLING_PATHS.import}`, {
    contentBase64: Buffer.from(csv).toString('base64'),
  });
  const preview = importPreviewSchema.parse(answer.json);
  const previewed = performance.now();
  expect(preview.statements).toHaveLength(ROWS);
  expect(new Set(preview.checks.map(({ status }) => status))).toEqual(new Set(['new']));
  const body = { statements: preview.statements };
  const stored = await post(context.api, `${API_BASE}${BILLING_PATHS.importConfirm}`, body);
  const confirmed = performance.now();
  expect(stored.status, stored.text.slice(0, 500)).toBe(201);
  const { rows } = await context.database.pool.query<{ usd: string; count: string }>(
    `SELECT (SELECT sum(amount_usd)::text FROM effective_costs) AS usd,
       (SELECT count(*)::text FROM manual_billing_adjustments) AS count`,
  );
  expect(rows[0]).toEqual({ usd: `${formatMicros(cents * 10_000n)}0000`, count: String(ROWS) });
  expect((await post(context.api, `${API_BASE}${BILLING_PATHS.importConfirm}`, body)).status).toBe(409);
  expect(await dataOf(context.api, `${HISTORY}?limit=1`)).toHaveLength(1);
  const seconds = (from: number, to: number): string => ((to - from) / 1_000).toFixed(1);
  const megabytes = Math.round((process.memoryUsage().rss - before) / 1024 / 1024);
  console.log(
    `CSV of ${ROWS} rows: preview ${seconds(started, previewed)} s, stored ${seconds(previewed, confirmed)} s, ` +
      `memory +${megabytes} MB`,
  );
});
