import { z } from 'zod';
import { API_BASE } from '../../../exporter/src/contract/datasets.ts';
import { addMonths, monthStart } from '../../../exporter/src/money/days.ts';
import { formatMicros, parseMicros, type Micros } from '../../../exporter/src/money/micros.ts';
import { CannotMeasure, type Bench } from '../harness/bench.ts';
import { runExporter, untilReady } from '../harness/exporter.ts';
import { createClient, ok, type Client } from '../harness/http.ts';
import { expectSame, timingOf } from '../harness/measure.ts';
import type { History } from '../workload/history.ts';

const ROUNDS = { small: 6, full: 20 } as const;
const AMOUNT = '31.00';

/**
 * An invoice saved over 24 months of history: until every figure that it touches is right, in the API and in /metrics.
 */
export const p9Entry: Bench = {
  ids: ['P9'],
  async run({ options, history, say }) {
    const made = await history();
    const exporter = await runExporter({ DATABASE_URL: made.database.url });
    const [admin, pages] = [
      createClient(exporter.url, { token: await exporter.token('admin') }),
      createClient(exporter.url),
    ];
    try {
      await untilReady(exporter.url);
      const saved: number[] = [];
      const right: number[] = [];
      for (let round = 0; round < ROUNDS[options.size]; round += 1) {
        const { savedMs, rightMs } = await enter(admin, pages, made, `bench-vendor-${round}`);
        saved.push(savedMs);
        right.push(rightMs);
      }
      const [save, all] = [timingOf(saved), timingOf(right)];
      say(`P9: saved after ${save.p50.toFixed(0)} ms, right everywhere after ${all.p50.toFixed(0)} ms`);
      return [
        {
          id: 'P9',
          what: 'invoice saved → right in API and /metrics',
          against: '–',
          unit: 'ms p95',
          product: all.p95,
          target: { atMost: 1_000 },
          note:
            `the answer to the entry alone p50 ${save.p50.toFixed(0)} ms; ` +
            `the first read after it was right in each of ${all.count} rounds`,
        },
      ];
    } finally {
      admin.close();
      pages.close();
      await exporter.stop();
    }
  },
};

/** A month's invoice of a vendor of its own; every figure must have moved by it on the first reading. */
async function enter(
  admin: Client,
  pages: Client,
  { lastDay }: History,
  provider: string,
): Promise<{ savedMs: number; rightMs: number }> {
  // The last month whose days are all in the past.
  const periodEnd = monthStart(lastDay);
  const periodStart = addMonths(periodEnd, -1);
  const range = `from=${periodStart}&to=${periodEnd}`;
  const [costs, summary] = [
    `${API_BASE}/metrics/infrastructure-costs?${range}`,
    `${API_BASE}/metrics/summary?${range}`,
  ];
  const before = {
    total: totalOf(await ok(admin.get(costs))),
    infrastructure: infrastructureOf(await ok(admin.get(summary))),
  };
  const start = performance.now();
  const reply = await admin.post(`${API_BASE}/admin/billing-adjustment`, {
    provider,
    invoiceNumber: `${provider}-1`,
    periodStart,
    periodEnd,
    amount: AMOUNT,
    currency: 'USD',
  });
  const savedMs = performance.now() - start;
  if (reply.status === 404) throw new CannotMeasure('this build has no invoice API yet');
  if (reply.status !== 201) throw new Error(`the entry answered ${reply.status}: ${reply.body.slice(0, 300)}`);
  const [days, cards, page] = [
    await ok(admin.get(costs)),
    await ok(admin.get(summary)),
    await ok(pages.get('/metrics')),
  ];
  const rightMs = performance.now() - start;
  expectSame('the total of the month', formatMicros(totalOf(days)), formatMicros(before.total + parseMicros(AMOUNT)));
  expectSame(
    'the infrastructure cost of the cards',
    formatMicros(infrastructureOf(cards)),
    formatMicros(before.infrastructure + parseMicros(AMOUNT)),
  );
  expectSame('the vendor in /metrics', page.includes(`cost_previous_month_usd{provider="${provider}"} 31\n`), true);
  return { savedMs, rightMs };
}

const dayList = z.object({ data: z.array(z.object({ totalUsd: z.string().nullable() })) });
const cardAnswer = z.object({ infrastructureCostUsd: z.string().nullable() });

function totalOf(body: string): Micros {
  return dayList.parse(JSON.parse(body)).data.reduce((sum, { totalUsd }) => sum + parseMicros(totalUsd ?? '0'), 0n);
}

function infrastructureOf(body: string): Micros {
  return parseMicros(cardAnswer.parse(JSON.parse(body)).infrastructureCostUsd ?? '0');
}
