import type { ApiWarning, Coverage } from '../contract/answers.ts';
import type { MissingInvoiceRow } from '../contract/billing.ts';
import type { InfrastructureCostRow, RevenueVsCostsRow } from '../contract/datasets.ts';
import type {
  MonthDay,
  MonthFigures,
  MonthLine,
  MonthModel,
  MonthMovements,
  MonthProviderCost,
  MonthRequests,
  MonthStatement,
} from '../contract/months.ts';
import { COST_SOURCES } from '../contract/providers.ts';
import { compareProviders, titleOf } from '../contract/vendors.ts';
import { netMargin } from '../margin/net-margin.ts';
import type { PeriodTotals } from '../margin/totals.ts';
import type { Period } from '../money/days.ts';
import { sumKnown, usdText } from '../money/format.ts';
import { formatMicros } from '../money/micros.ts';
import type { CountedCost } from './cost-lines.ts';
import { line } from './cost-lines.ts';
import type { RevenueDay } from './revenue-lines.ts';

/** Everything that a statement is made from, as the datasets say it. */
export interface MonthFacts {
  readonly month: Period;
  /** The part of the month that is complete for every enabled source. */
  readonly period: Period;
  readonly demo: boolean;
  readonly totals: PeriodTotals;
  /** An enabled source has no figures at all. */
  readonly unknownCosts: boolean;
  readonly movements: MonthMovements | null;
  readonly coverage: Coverage | null;
  readonly warnings: readonly ApiWarning[];
  readonly missingInvoices: readonly MissingInvoiceRow[];
  readonly counted: readonly CountedCost[];
  readonly revenue: readonly RevenueDay[];
  readonly lines: readonly MonthLine[];
  readonly days: readonly RevenueVsCostsRow[];
  readonly costs: readonly InfrastructureCostRow[];
  readonly llmByMonth: MonthStatement['llmByMonth'];
  readonly models: readonly MonthModel[];
  readonly requests: readonly MonthRequests[];
}

/**
 * What a collector is doing at the moment is no part of a month: the same figures give the same statement tomorrow.
 */
const OF_THE_MOMENT: readonly ApiWarning['code'][] = ['stale_collector', 'never_succeeded', 'not_configured'];

/** The statement of a month. Pure: the same facts give the same statement, so that its hash says whether they changed. */
export function monthStatement(facts: MonthFacts): MonthStatement {
  const { month, period, totals } = facts;
  const mrr = totals.mrr === null ? [] : [line({ figure: 'mrr', kind: 'total', key: 'mrr', usd: totals.mrr })];
  return {
    month: month.from.slice(0, 7),
    ...period,
    complete: period.to === month.to,
    demo: facts.demo,
    figures: figuresOf(facts),
    movements: facts.movements,
    coverage: facts.coverage,
    providers: providersOf(facts.counted),
    missingInvoices: facts.missingInvoices,
    warnings: facts.warnings.filter(({ code }) => !OF_THE_MOMENT.includes(code)),
    days: facts.days.map((row, index) => dayOf(row, facts.costs[index])),
    llmByMonth: facts.llmByMonth,
    models: facts.models,
    requests: facts.requests,
    lines: [...facts.lines, ...mrr],
  };
}

function figuresOf({ totals, unknownCosts, revenue }: MonthFacts): MonthFigures {
  const { margin, ratio } = netMargin({ ...totals, unknownCosts: unknownCosts || totals.days_unconverted > 0 });
  return {
    revenueUsd: usdText(totals.revenue),
    cashUsd: usdText(sumKnown(revenue.map(({ cash }) => cash))),
    billedUsd: usdText(sumKnown(revenue.map(({ billed }) => billed))),
    paymentFeesUsd: usdText(totals.fees),
    llmCostUsd: usdText(totals.llm),
    infrastructureCostUsd: usdText(totals.infrastructure),
    netMarginUsd: usdText(margin),
    netMarginRatio: ratio,
    mrrUsd: usdText(totals.mrr),
  };
}

function providersOf(counted: readonly CountedCost[]): MonthProviderCost[] {
  return [...Map.groupBy(counted, ({ provider }) => provider)]
    .toSorted(([a], [b]) => compareProviders(a, b))
    .map(([provider, rows]) => ({
      provider,
      title: titleOf(provider),
      costUsd: usdText(sumKnown(rows.map(({ usd }) => usd))),
      sources: COST_SOURCES.flatMap((source) => {
        const usd = sumKnown(rows.filter((row) => row.source === source).map((row) => row.usd));
        return usd === null ? [] : [{ source, costUsd: formatMicros(usd) }];
      }),
    }));
}

function dayOf(row: RevenueVsCostsRow, costs: InfrastructureCostRow | undefined): MonthDay {
  return {
    day: row.day,
    mrrUsd: row.mrrUsd,
    revenueUsd: row.revenueUsd,
    costUsd: row.costUsd,
    marginUsd: row.marginUsd,
    costs: Object.fromEntries((costs?.byProvider ?? []).map(({ provider, costUsd }) => [provider, costUsd])),
  };
}
