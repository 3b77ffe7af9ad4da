import { z } from 'zod';
import { COST_COLUMNS, costCells } from '../../../exports/costs.ts';
import { toCsv, type Cell } from '../../../exports/csv.ts';
import { focusCharges } from '../../../exports/focus-charges.ts';
import { FOCUS_VERSIONS, focusHeader, focusRow } from '../../../exports/focus.ts';
import { INVOICE_COLUMNS, invoiceCells, PERSONAL_COLUMNS } from '../../../exports/invoices.ts';
import {
  COHORT_COLUMNS,
  cohortCells,
  MOVEMENT_COLUMNS,
  movementCells,
  RETENTION_COLUMNS,
  retentionCells,
  WATERFALL_COLUMNS,
  waterfallCells,
} from '../../../exports/movements.ts';
import { MRR_CURRENCY_COLUMNS, mrrCurrencyCells, REVENUE_COLUMNS, revenueCells } from '../../../exports/revenue.ts';
import { addMonths } from '../../../money/days.ts';
import type { ApiDeps } from '../../deps.ts';
import { noBody } from '../../http/body.ts';
import { route, type Reply, type Route } from '../../http/route.ts';
import { presentTime } from '../../shared/present-time.ts';
import { monthsPeriodOf, type Period } from '../../shared/period.ts';
import { noParams, period, providerParameter } from '../../shared/schemas.ts';

const revenueQuery = z.strictObject(period);
const exportQuery = z.strictObject({ ...period, provider: providerParameter.optional() });
const invoicesQuery = exportQuery.extend({
  view: z
    .enum(['current', 'all'], 'must be current or all')
    .optional()
    .meta({ description: '`current` (default): what counts now; `all`: every version.' }),
});

const focusQuery = exportQuery.extend({
  version: z
    .enum(FOCUS_VERSIONS, 'must be 1.2 or 1.3')
    .optional()
    .meta({ description: 'The version of FOCUS: `1.2` (default) or `1.3`.' }),
});

const RANGE = 'Without `from` and `to`: the running month and the eleven before it, whole.';
const reads = {
  method: 'get',
  tag: 'Exports',
  audited: true,
  roles: ['admin', 'viewer'],
  params: noParams,
  body: noBody,
} as const;
const CSV = { 200: { description: 'CSV with a header, UTF-8.', contentType: 'text/csv', schema: z.string() } } as const;

const MOVEMENT_TABLES = [
  {
    path: 'mrr-waterfall.csv',
    operationId: 'exportMrrWaterfall',
    summary: 'Opening MRR, movements and closing MRR by month',
    columns: WATERFALL_COLUMNS,
    cells: waterfallCells,
  },
  {
    path: 'revenue-retention.csv',
    operationId: 'exportRevenueRetention',
    summary: 'Churn, retention, ARPU and lifetime value by month',
    columns: RETENTION_COLUMNS,
    cells: retentionCells,
  },
  {
    path: 'revenue-cohorts.csv',
    operationId: 'exportRevenueCohorts',
    summary: 'Customers and MRR retained, by month of start and age',
    columns: COHORT_COLUMNS,
    cells: cohortCells,
  },
] as const;

export function exportRoutes(deps: ApiDeps): Route[] {
  /** Months that are paid ahead belong to the running month: it is exported to its end. */
  async function periodOf(query: { from?: string | undefined; to?: string | undefined }): Promise<Period> {
    const { today } = await presentTime(deps);
    return monthsPeriodOf(
      {
        from: query.from,
        to: query.to ?? addMonths(query.from !== undefined && query.from > today ? query.from : today, 1),
      },
      today,
      12,
    );
  }

  return [
    route({
      ...reads,
      path: '/export/costs.csv',
      operationId: 'exportCosts',
      query: exportQuery,
      answers: CSV,
      summary: 'Costs that count, by day, provider and component, with their source',
      description: RANGE,
      handle: async ({ query }) =>
        file('costs.csv', COST_COLUMNS, await costCells(deps.readPool, await periodOf(query), query.provider)),
    }),
    route({
      ...reads,
      path: '/export/invoices.csv',
      operationId: 'exportInvoices',
      query: invoicesQuery,
      answers: CSV,
      summary: 'Invoices, credits and corrections',
      description: `Authors and notes are for administrators only. ${RANGE}`,
      async handle({ query, caller }) {
        const personal = caller.role === 'admin';
        const rows = await invoiceCells(deps.readPool, await periodOf(query), {
          provider: query.provider,
          all: query.view === 'all',
          personal,
        });
        return file('invoices.csv', personal ? [...INVOICE_COLUMNS, ...PERSONAL_COLUMNS] : INVOICE_COLUMNS, rows);
      },
    }),
    route({
      ...reads,
      path: '/export/revenue.csv',
      operationId: 'exportRevenue',
      query: revenueQuery,
      answers: CSV,
      summary: 'MRR with its parts, billed, cash, refunds, disputes, bad debt and deferred revenue by day',
      description: `The fields of \`/metrics/revenue-by-day\`; what is not known is empty. ${RANGE}`,
      handle: async ({ query }) =>
        file('revenue.csv', REVENUE_COLUMNS, await revenueCells(deps.readPool, await periodOf(query))),
    }),
    route({
      ...reads,
      path: '/export/mrr-by-currency.csv',
      operationId: 'exportMrrByCurrency',
      query: revenueQuery,
      answers: CSV,
      summary: 'MRR by day and currency, in the currency and in USD',
      description: `The fields of \`/metrics/mrr-by-currency\`. ${RANGE}`,
      handle: async ({ query }) =>
        file('mrr-by-currency.csv', MRR_CURRENCY_COLUMNS, await mrrCurrencyCells(deps.readPool, await periodOf(query))),
    }),
    route({
      ...reads,
      path: '/export/mrr-movements.csv',
      operationId: 'exportMrrMovements',
      query: revenueQuery,
      answers: CSV,
      summary: 'What moved MRR: every movement by customer, subscription and price',
      description: RANGE,
      handle: async ({ query }) =>
        file('mrr-movements.csv', MOVEMENT_COLUMNS, await movementCells(deps.readPool, await periodOf(query))),
    }),
    ...MOVEMENT_TABLES.map(({ path, operationId, summary, columns, cells }) =>
      route({
        ...reads,
        path: `/export/${path}`,
        operationId,
        query: revenueQuery,
        answers: CSV,
        summary,
        description: `The fields of the dataset; what is not known is empty. ${RANGE}`,
        async handle({ query }) {
          const { today } = await presentTime(deps);
          return file(path, columns, await cells(deps.readPool, await periodOf(query), today));
        },
      }),
    ),
    route({
      ...reads,
      path: '/export/focus.csv',
      operationId: 'exportFocus',
      query: focusQuery,
      answers: CSV,
      summary: 'Billed cost by day and charge in the columns of FOCUS 1.2 or 1.3',
      description:
        'The days of an invoice add up to it to the cent, in its own currency, and with its rows of tax to what is ' +
        'paid; a correction or void is the difference by day, with ChargeClass Correction where the billing period ' +
        'was over. `x_source` says where a cost comes from, `x_cost_usd` is its value in USD (empty for tax, which ' +
        `is no cost). ${RANGE}`,
      async handle({ query }) {
        const { version = '1.2' } = query;
        const charges = await focusCharges(deps.readPool, await periodOf(query), query.provider);
        return file(
          'focus.csv',
          focusHeader(version),
          charges.map((charge) => focusRow(charge, version)),
        );
      },
    }),
  ];
}

function file(name: string, header: readonly string[], rows: readonly Cell[][]): Reply {
  return {
    status: 200,
    contentType: 'text/csv; charset=utf-8',
    content: toCsv(header, rows),
    headers: { 'Content-Disposition': `attachment; filename="${name}"` },
  };
}
