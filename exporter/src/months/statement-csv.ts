import type { MonthStatement } from '../contract/months.ts';
import { titleOf } from '../contract/vendors.ts';
import { free, toCsv, type Cell } from '../exports/csv.ts';

const HEADER = ['month', 'row', 'figure', 'provider', 'component', 'source', 'invoiceNumber', 'amountUsd', 'currency'];

/**
 * A statement for a spreadsheet: a row for each figure, then the rows that they consist of. The rows `line` of a figure
 * add up to its row `figure`; a row without an amount has no rate to USD.
 */
export function statementCsv(statement: MonthStatement): string {
  const { month, figures, lines, missingInvoices } = statement;
  const figure = (name: string, amount: string | null): Cell[] => [
    month,
    'figure',
    name,
    null,
    null,
    null,
    null,
    amount,
    null,
  ];
  return toCsv(HEADER, [
    figure('revenue', figures.revenueUsd),
    figure('llm', figures.llmCostUsd),
    figure('infrastructure', figures.infrastructureCostUsd),
    figure('fees', figures.paymentFeesUsd),
    figure('margin', figures.netMarginUsd),
    figure('cash', figures.cashUsd),
    figure('billed', figures.billedUsd),
    figure('mrr', figures.mrrUsd),
    ...lines.map((line): Cell[] => [
      month,
      'line',
      line.figure,
      free(line.provider === null ? null : titleOf(line.provider)),
      free(line.component),
      line.source,
      free(line.invoiceNumber),
      line.amountUsd,
      line.currency,
    ]),
    ...missingInvoices.map(({ provider }): Cell[] => [
      month,
      'missing invoice',
      null,
      free(titleOf(provider)),
      null,
      null,
      null,
      null,
      null,
    ]),
  ]);
}
