import type { MonthStatement } from '../../contract/months.ts';
import { movementRows, type Wording } from '../page/figures.ts';
import { fill } from '../page/texts.ts';

/** The statement in lines of text: figures, costs with their source, what is missing and what is not known. */
export function lines(statement: MonthStatement, { t, f }: Wording): string[] {
  const { providers, missingInvoices, warnings } = statement;
  const others = warnings.filter(({ code }) => code !== 'missing_invoice' && code !== 'demo_data');
  return [
    ...(statement.demo ? [t.demo, ''] : []),
    statement.to > statement.from ? fill(t.through, { period: f.period(statement.from, statement.to) }) : t.noDay,
    '',
    ...figureRows(statement, { t, f }).map(([name, amount]) => `${name}: ${amount}`),
    '',
    ...(statement.movements === null
      ? []
      : [`${t.movements}:`, ...movementRows(statement, { t, f }).map(([name, amount]) => `- ${name}: ${amount}`), '']),
    `${t.provenance}:`,
    ...providers.map(
      ({ title, costUsd, sources }) =>
        `- ${title}: ${f.usd(costUsd)} (${sources.map(({ source }) => t.source[source]).join(', ')})`,
    ),
    '',
    `${t.missing}:`,
    ...(missingInvoices.length === 0
      ? [t.nothingMissing]
      : missingInvoices.map(({ provider, from, to }) => `- ${f.provider(provider)}: ${f.period(from, to)}`)),
    '',
    `${t.unknown}:`,
    ...(others.length === 0
      ? [t.nothingUnknown]
      : [...new Set(others.map(({ code, message }) => `- ${t.warning?.[code] ?? message}`))]),
  ];
}

export function figureRows({ figures }: MonthStatement, { t, f }: Wording): (readonly [string, string])[] {
  return [
    [t.figure.revenue, f.usd(figures.revenueUsd)],
    [t.figure.llm, f.usd(figures.llmCostUsd)],
    [t.figure.infrastructure, f.usd(figures.infrastructureCostUsd)],
    [t.figure.fees, f.usd(figures.paymentFeesUsd)],
    [t.figure.margin, f.usd(figures.netMarginUsd)],
    [t.figure.cash, f.usd(figures.cashUsd)],
    [t.figure.mrr, f.usd(figures.mrrUsd)],
  ];
}
