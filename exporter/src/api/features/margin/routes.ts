import type { z } from 'zod';
import { createPseudonyms, standInFor } from '../../shared/pseudonym.ts';
import { DATASETS, READERS } from '../../../contract/datasets.ts';
import { addDays, addMonths, daysBetween } from '../../../money/days.ts';
import type { ApiDeps } from '../../deps.ts';
import type { Route } from '../../http/route.ts';
import { completePartOf, totalWarnings, unknownCosts } from '../../shared/margin-parts.ts';
import { envelopeOf, readProvenance, withProvenance } from '../../shared/provenance.ts';
import { usdText } from '../../../money/format.ts';
import { monthsPeriodOf, periodOf, type Period } from '../../shared/period.ts';
import type { ReadContext, Reads } from '../../reads/cached-reads.ts';
import { customerMargins, customerTotals } from '../../../customers/margins.ts';
import { netMargin } from '../../../margin/net-margin.ts';
import { periodTotals, revenueByDay } from '../../../margin/totals.ts';
import { customerQuery, marginByCustomer, marginQuery, revenueVsCosts, summary, summaryTrend } from './schema.ts';
import { trailingTotals } from '../../../margin/trend.ts';

const SUMMARY_MONTHS = 6;
const SERIES_DAYS = 30;
const EARLIEST_DAY = '0001-01-01';
const common = { tag: 'Margin', roles: READERS } as const;

export function marginRoutes(deps: Pick<ApiDeps, 'collectors' | 'jwtSecret'>, reads: Reads): Route[] {
  const pseudonyms = createPseudonyms(deps.jwtSecret);
  const completePart = (period: Period, context: ReadContext): Promise<Period> => completePartOf(deps, period, context);

  /**
   * On the 1st the running month has no complete day yet: the months are counted back from that of the last complete
   * day.
   */
  async function monthsUpToComplete(asked: Period, context: ReadContext): Promise<Period> {
    const { to } = await completePart({ from: EARLIEST_DAY, to: asked.to }, context);
    return to === EARLIEST_DAY ? asked : { from: addMonths(addDays(to, -1), 1 - SUMMARY_MONTHS), to: asked.to };
  }

  /** The days that end a trailing total of `days` days; none where no day is complete. */
  async function trendPeriod(
    query: z.output<typeof marginQuery>,
    context: ReadContext,
  ): Promise<{ readonly period: Period; readonly days: number }> {
    const { today } = context;
    const end = query.to ?? addDays(today, 1);
    const { from, to } = await completePart(
      query.from === undefined ? { from: EARLIEST_DAY, to: end } : periodOf(query, today, SERIES_DAYS),
      context,
    );
    if (to === from) return { period: { from: today, to: today }, days: SERIES_DAYS };
    const days = query.from === undefined ? SERIES_DAYS : daysBetween(from, to);
    return { period: { from: addDays(to, -days - 1), to }, days };
  }

  return [
    reads.route({
      ...common,
      path: DATASETS.summary.path,
      operationId: 'summary',
      summary: 'Revenue, LLM cost, infrastructure cost and net margin',
      description:
        `Ends with the last day that is complete for every enabled source. Without \`from\`: ` +
        `${SUMMARY_MONTHS} calendar months, up to that of the last complete day. \`revenue=cash\` takes ` +
        'charges − refunds − disputes instead of recognised revenue.',
      query: marginQuery,
      answers: { 200: { description: 'The figures of the four cards.', schema: summary } },
      async read({ query, context }) {
        const asked = monthsPeriodOf(query, context.today, SUMMARY_MONTHS);
        const basis = query.revenue ?? 'recognised';
        const period = await completePart(
          query.from === undefined ? await monthsUpToComplete(asked, context) : asked,
          context,
        );
        const provenance = await readProvenance(deps, context, { ...period, revenue: true });
        const totals = await periodTotals(context.db, { ...period, costs: provenance.facts.costs }, basis, asked.to);
        const unknown = unknownCosts(provenance);
        const { margin, ratio } = netMargin({
          ...totals,
          unknownCosts: unknown.length > 0 || totals.days_unconverted > 0,
        });
        return {
          revenueBasis: basis,
          revenueUsd: usdText(totals.revenue),
          llmCostUsd: usdText(totals.llm),
          infrastructureCostUsd: usdText(totals.infrastructure),
          paymentFeesUsd: usdText(totals.fees),
          netMarginUsd: usdText(margin),
          netMarginRatio: ratio,
          mrrUsd: usdText(totals.mrr),
          lastSync: provenance.lastSync,
          ...envelopeOf(period, provenance, totalWarnings(totals, period)),
        };
      },
    }),
    reads.route({
      ...common,
      path: DATASETS['summary-trend'].path,
      operationId: 'summaryTrend',
      summary: "The summary's four figures as trailing totals",
      description:
        'One row for each complete day of the period and one for the day before it: the totals of as many days as the ' +
        'period has complete ones, ending with that day. The last row is the period, the first one the period before. ' +
        `Without \`from\`: the last ${SERIES_DAYS} complete days.`,
      query: marginQuery,
      answers: { 200: { description: 'One row a day.', schema: summaryTrend } },
      async read({ query, context }) {
        const { period, days } = await trendPeriod(query, context);
        const { rows: data, provenance } = await withProvenance(deps, context, { ...period, revenue: true }, () =>
          trailingTotals(context.db, period, query.revenue ?? 'recognised', days),
        );
        return { data, ...envelopeOf(period, provenance) };
      },
    }),
    reads.route({
      ...common,
      path: DATASETS['revenue-vs-costs'].path,
      operationId: 'revenueVsCosts',
      summary: 'MRR, revenue, total cost and margin per day',
      description:
        `Every day of the period has a row. The cost is LLM + infrastructure + payment fees. Without \`from\` ` +
        `and \`to\`: the last ${SERIES_DAYS} days, today included.`,
      query: marginQuery,
      answers: { 200: { description: 'One row a day.', schema: revenueVsCosts } },
      async read({ query, context }) {
        const period = periodOf(query, context.today, SERIES_DAYS);
        const complete = await completePart(period, context);
        const { rows: data, provenance } = await withProvenance(deps, context, { ...period, revenue: true }, () =>
          revenueByDay(context.db, period, query.revenue ?? 'recognised', addDays(complete.to, -1)),
        );
        return { data, ...envelopeOf(period, provenance) };
      },
    }),
    reads.route({
      ...common,
      path: DATASETS['margin-by-customer'].path,
      operationId: 'marginByCustomer',
      summary: 'Recognised revenue minus LLM cost by customer',
      description:
        'Rows without a customer hold revenue and cost that no link between customer and user explains, so ' +
        `that each column adds up. Ends with the last complete day. Without \`from\`: the last ${SERIES_DAYS} ` +
        'days.',
      query: customerQuery,
      answers: { 200: { description: 'One row a customer.', schema: marginByCustomer } },
      async read({ query, role, context }) {
        const period = await completePart(periodOf(query, context.today, SERIES_DAYS), context);
        const { rows, provenance } = await withProvenance(deps, context, { ...period, revenue: true }, () =>
          customerTotals(context.db, period, query.limit ?? 100),
        );
        const { data, ...rest } = customerMargins(rows);
        return {
          data: data.map((row) => standInFor(pseudonyms, role, row)),
          ...rest,
          ...envelopeOf(period, provenance),
        };
      },
    }),
  ];
}
