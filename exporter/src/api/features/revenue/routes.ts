import { DATASETS, READERS } from '../../../contract/datasets.ts';
import { historyWarnings } from '../../../movements/history.ts';
import { movementsByDay } from '../../../movements/movements.ts';
import { bridgeOf } from '../../../revenue/mrr-bridge.ts';
import { mrrByCurrency as mrrOfCurrencies } from '../../../revenue/mrr-by-currency.ts';
import { revenueFiguresByDay } from '../../../revenue/revenue-by-day.ts';
import { revenueByMonth as monthsOf, wholeMonths } from '../../../revenue/revenue-by-month.ts';
import type { ApiDeps } from '../../deps.ts';
import type { Route } from '../../http/route.ts';
import type { Reads } from '../../reads/cached-reads.ts';
import { monthsPeriodOf, periodOf } from '../../shared/period.ts';
import { envelopeOf, readProvenance, withProvenance } from '../../shared/provenance.ts';
import { refuseName } from '../movements/routes.ts';
import { bridgeQuery, mrrBridge, mrrByCurrency, revenueByDay, revenueByMonth, revenueQuery } from './schema.ts';

const DEFAULT_DAYS = 30;
const DEFAULT_MONTHS = 12;
const DAYS = `Without \`from\` and \`to\`: the last ${DEFAULT_DAYS} days, today included.`;
const common = { tag: 'Revenue', roles: READERS } as const;

export function revenueRoutes(deps: Pick<ApiDeps, 'collectors'>, reads: Reads): Route[] {
  return [
    reads.route({
      ...common,
      path: DATASETS['revenue-by-day'].path,
      operationId: 'revenueByDay',
      summary: 'MRR with its parts, billed, cash, refunds, disputes, bad debt and deferred revenue per day',
      description:
        'Every day of the period has a row. A figure is null on a day that was not read, and on one where an amount ' +
        `has no rate to USD; \`unconverted\` says which. ${DAYS}`,
      query: revenueQuery,
      answers: { 200: { description: 'One row a day.', schema: revenueByDay } },
      async read({ query, context }) {
        const period = periodOf(query, context.today, DEFAULT_DAYS);
        const { rows: data, provenance } = await withProvenance(deps, context, { ...period, revenue: true }, () =>
          revenueFiguresByDay(context.db, period),
        );
        return { data, ...envelopeOf(period, provenance) };
      },
    }),
    reads.route({
      ...common,
      path: DATASETS['revenue-by-month'].path,
      operationId: 'revenueByMonth',
      summary: 'The same per calendar month',
      description:
        'Sums of the days, with MRR, customers and deferred revenue as at the last day. Null where a day of the ' +
        'month is not known; the running month goes up to its last known day. The months that the period touches ' +
        `are whole. Without \`from\` and \`to\`: ${DEFAULT_MONTHS} months, the running one included.`,
      query: revenueQuery,
      answers: { 200: { description: 'One row a month.', schema: revenueByMonth } },
      async read({ query, context }) {
        const period = wholeMonths(monthsPeriodOf(query, context.today, DEFAULT_MONTHS));
        const { rows, provenance } = await withProvenance(deps, context, { ...period, revenue: true }, () =>
          revenueFiguresByDay(context.db, period),
        );
        return { data: monthsOf(rows, context.today), ...envelopeOf(period, provenance) };
      },
    }),
    reads.route({
      ...common,
      path: DATASETS['mrr-bridge'].path,
      operationId: 'mrrBridge',
      summary: 'The steps from opening to closing MRR, as the bars of a waterfall',
      description: `Opening + steps = closing, to the cent. Null throughout where no day is known. ${DAYS}`,
      query: bridgeQuery,
      answers: { 200: { description: 'One row a step, in order.', schema: mrrBridge } },
      async read({ query, role, context }) {
        refuseName(role, query.customer);
        const period = periodOf(query, context.today, DEFAULT_DAYS);
        const provenance = await readProvenance(deps, context, { ...period, revenue: true });
        const days = await movementsByDay(context.db, period, { ...query, groupBy: 'none', limit: 1 });
        return {
          data: bridgeOf(days),
          ...envelopeOf(period, provenance, await historyWarnings(context.db, period)),
        };
      },
    }),
    reads.route({
      ...common,
      path: DATASETS['mrr-by-currency'].path,
      operationId: 'mrrByCurrency',
      summary: 'MRR per day and currency, in the currency and in USD',
      description: `Only days that were read. Without a rate \`mrrUsd\` is null, and MRR in USD is without it. ${DAYS}`,
      query: revenueQuery,
      answers: { 200: { description: 'One row a day and currency.', schema: mrrByCurrency } },
      async read({ query, context }) {
        const period = periodOf(query, context.today, DEFAULT_DAYS);
        const { rows: data, provenance } = await withProvenance(deps, context, { ...period, revenue: true }, () =>
          mrrOfCurrencies(context.db, period),
        );
        return { data, ...envelopeOf(period, provenance) };
      },
    }),
  ];
}
